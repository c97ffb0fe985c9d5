"""Labels with barcodes, to be printed and stuck on shelves and boxes.

Code 128 carries whatever an item is called by and is read by every scanner; an item without a
barcode of its own is labelled with its number, which scanning finds as well.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from barcode import Code128
from barcode.errors import BarcodeError
from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission

MOST_LABELS = 300
MODULE_MM, HEIGHT_MM, QUIET = 0.3, 11, 10
"""How wide the thinnest bar is, how high all are, and how many bars' width stay white at each side."""
_ITEMS = text("""
    SELECT i.id, i.name, i.sku, i.barcode FROM item i
     WHERE i.organization_id = :organization AND i.id = ANY(CAST(:items AS bigint[]))
""")


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a label. `picture` is a data address of the barcode, as SVG."""

    item_id: int
    name: str
    sku: str
    code: str
    picture: str


def of_items(session: Session, actor: Actor, item_ids: Sequence[int]) -> list[Label]:
    """A label for each of the items, in their order. Raises `NotFound`."""
    if actor.reach(Permission.VIEW_STOCK).nowhere:
        raise NotFound("The stock")
    asked = {"organization": actor.organization_id, "items": list(item_ids)[:MOST_LABELS]}
    found = {row.id: row for row in session.execute(_ITEMS, asked)}
    return [
        Label(row.id, row.name, row.sku, code, picture(code))
        for item_id in item_ids
        if (row := found.get(item_id)) and (code := row.barcode or row.sku)
    ]


def picture(code: str) -> str:
    """The barcode as an SVG in a data address, or "" for what Code 128 cannot hold."""
    try:
        (modules,) = Code128(code).build()
    except (BarcodeError, KeyError, ValueError):
        return ""
    return "data:image/svg+xml;base64," + base64.b64encode(_drawn(modules).encode()).decode()


def _drawn(modules: str) -> str:
    """Bars as one path: a sheet has hundreds of labels, and every screen that shows it gets them."""
    bars = "".join(
        f"M{QUIET + bar.start()} 0h{len(bar[0])}v1h-{len(bar[0])}z"
        for bar in re.finditer("1+", modules)
    )
    width = len(modules) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * MODULE_MM:.1f}mm"'
        f' height="{HEIGHT_MM}mm" viewBox="0 0 {width} 1" preserveAspectRatio="none"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v1H0z"/>'
        f'<path d="{bars}"/></svg>'
    )
