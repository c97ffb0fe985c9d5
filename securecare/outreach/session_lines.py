"""The lines of a session: what they mean, and how many pieces of which item they add up to.

A line is an item, a bundle, or something free that is not in stock. A bundle's line keeps the
version of the bundle that it was put on with.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import delete, insert, text, update
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.db import straight
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    complain_of_number,
    complain_of_text,
    require_none,
)
from securecare.inventory import bundles
from securecare.inventory.models import MOST_CENTS
from securecare.outreach.models import MOST_PIECES, SessionLine

LineKind = Literal["item", "bundle", "free"]
LINE = columns_of(SessionLine)
MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class LineWish:
    """A line as it is entered; `line_id` names the line it changes, None adds one.

    Costs are of one unit in cents, of free lines only: stock brings its own.
    """

    kind: LineKind
    quantity: int
    item_id: int | None = None
    bundle_id: int | None = None
    description: str = ""
    wholesale_cents: int | None = None
    retail_cents: int | None = None
    line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line with all that is known of it, as it is stored."""

    kind: str
    quantity: int
    item_id: int | None
    bundle_version_id: int | None
    description: str
    wholesale_cents: int | None
    retail_cents: int | None
    line_id: int | None
    parts: tuple[tuple[int, int], ...] = ()
    """What one of it is made of: items, and how many of each."""


@dataclass(frozen=True, slots=True)
class _Known:
    """An item, or one version of a bundle, that a line may be made of."""

    kind: str
    id: int
    version_id: int | None
    name: str
    in_use: bool
    parts: list[list[int]]


LOOKED_UP = """
    SELECT 'item', i.id, CAST(NULL AS bigint), i.name, i.active, ARRAY[ARRAY[i.id, 1]]
      FROM item i
     WHERE i.organization_id = :organization AND i.id = ANY(CAST(:items AS bigint[]))
     UNION ALL
    SELECT 'bundle', b.id, v.id, b.name, b.active AND v.number = b.current_number,
           ARRAY(SELECT ARRAY[c.item_id, c.quantity] FROM bundle_component c
                  WHERE c.organization_id = v.organization_id AND c.bundle_version_id = v.id
                  ORDER BY c.item_id)
      FROM bundle b
      JOIN bundle_version v ON v.bundle_id = b.id
       AND (v.number = b.current_number OR v.id = ANY(CAST(:standing AS bigint[])))
     WHERE b.organization_id = :organization AND b.id = ANY(CAST(:bundles AS bigint[]))
"""
"""Everything that lines name, row by row as `_Known` has it; asked with `asked_for`."""


class Stored(Protocol):
    """What can be taken apart into pieces."""

    @property
    def item_id(self) -> int | None: ...
    @property
    def bundle_version_id(self) -> int | None: ...


def complaints_of(lines: Sequence[LineWish]) -> Complaints:
    """What cannot stay as it is; fields are called "quantity-0", by the place of the line."""
    found: Complaints = {}
    if len(lines) > MOST_LINES:
        found["lines"] = f"Keep this to {MOST_LINES} lines."
    for place, line in enumerate(lines):
        complain_of_number(found, f"quantity-{place}", line.quantity, 0, MOST_PIECES)
        if line.kind == "free":
            complain_of_text(found, f"description-{place}", line.description, "what it is", 120)
            for name in ("wholesale_cents", "retail_cents"):
                cents = getattr(line, name) or 0
                complain_of_number(found, f"{name}-{place}", cents, 0, MOST_CENTS)
        elif line.kind == "item" and line.item_id is None:
            found[f"item-{place}"] = "Choose an item."
        elif line.kind == "bundle" and line.bundle_id is None:
            found[f"item-{place}"] = "Choose a bundle."
    return found


def looked_up(
    session: Session, actor: Actor, wishes: Sequence[LineWish], standing: Sequence[SessionLine]
) -> Sequence[Sequence[Any]]:
    """All items and bundles that are named, the latter as they are and as they stood."""
    return straight(session, text(LOOKED_UP), asked_for(actor, wishes, standing))


def asked_for(
    actor: Actor, wishes: Sequence[LineWish], standing: Sequence[SessionLine] = ()
) -> dict[str, Any]:
    """What `LOOKED_UP` is asked with."""
    return {
        "organization": actor.organization_id,
        "items": [wish.item_id for wish in wishes if wish.kind == "item"],
        "bundles": [wish.bundle_id for wish in wishes if wish.kind == "bundle"],
        "standing": [row.bundle_version_id for row in standing if row.bundle_version_id],
    }


def resolved(
    wishes: Sequence[LineWish],
    standing: Sequence[SessionLine],
    found: Iterable[Sequence[Any]],
) -> list[Line]:
    """The lines with names and versions, from what was looked up.

    `standing` are those of the session by now. Raises `NotAccepted` for what is gone or no longer
    in use, unless it stood there before.
    """
    require_none(complaints_of(wishes))
    before = {row.id: row for row in standing}
    known_things = [_Known(*row) for row in found]
    lines: list[Line] = []
    for place, wish in enumerate(wishes):
        known = before.get(wish.line_id)
        line_id = wish.line_id if known else None
        if wish.kind == "free":
            lines.append(
                _line(
                    wish,
                    line_id,
                    wish.description.strip(),
                    wholesale_cents=wish.wholesale_cents or 0,
                    retail_cents=wish.retail_cents or 0,
                )
            )
            continue
        good = _meant(wish, known, known_things)
        if good is None:
            what = f"This {wish.kind} is no longer in use. Remove it."
            raise NotAccepted({f"item-{place}": what})
        which = {"item_id": good.id} if wish.kind == "item" else {}
        lines.append(
            _line(
                wish,
                line_id,
                good.name,
                parts=tuple((item_id, quantity) for item_id, quantity in good.parts),
                bundle_version_id=good.version_id,
                **which,
            )
        )
    return lines


def pieces_of(lines: Iterable[Line]) -> dict[int, int]:
    """How many pieces of each item resolved lines add up to, bundles taken apart."""
    found: dict[int, int] = {}
    for line in lines:
        for item_id, quantity in line.parts:
            found[item_id] = found.get(item_id, 0) + line.quantity * quantity
    return found


def pieces(
    session: Session, organization_id: int, lines: Iterable[tuple[Stored, int]]
) -> dict[int, int]:
    """How many pieces of each item so many of each line add up to, bundles taken apart."""
    counted = [(line, quantity) for line, quantity in lines if quantity]
    versions = {line.bundle_version_id for line, _ in counted if line.bundle_version_id}
    made_of = bundles.components_of(session, organization_id, versions) if versions else {}
    found: dict[int, int] = {}
    for line, quantity in counted:
        if line.item_id:
            found[line.item_id] = found.get(line.item_id, 0) + quantity
        elif line.bundle_version_id:
            for part in made_of[line.bundle_version_id]:
                found[part.item_id] = found.get(part.item_id, 0) + quantity * part.quantity
    return found


def of_session(session: Session, session_id: int) -> list[SessionLine]:
    """The lines of a session as they stand, in order."""
    query = model_select(SessionLine).where(LINE.session_id == session_id).order_by(LINE.position)
    return list(session.exec(query.execution_options(populate_existing=True)))


def write(
    session: Session,
    actor: Actor,
    session_id: int,
    lines: Sequence[Line],
    standing: Sequence[SessionLine] = (),
) -> None:
    """Store the lines in this order: those that stood are changed, others come and go."""
    kept = {line.line_id for line in lines if line.line_id}
    if gone := [row.id for row in standing if row.id not in kept]:
        session.execute(delete(table_of(SessionLine)).where(LINE.id.in_(gone)))
    added: list[dict[str, Any]] = []
    for line, values in zip(lines, columns_of_lines(lines), strict=True):
        if line.line_id:
            session.execute(
                update(table_of(SessionLine)).where(LINE.id == line.line_id).values(values)
            )
        else:
            owner = {"organization_id": actor.organization_id, "session_id": session_id}
            added.append(owner | values)
    if added:
        session.execute(insert(table_of(SessionLine)), added)


def columns_of_lines(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """What is stored of each line beside whose it is."""
    return [
        {
            "position": position,
            "kind": line.kind,
            "item_id": line.item_id,
            "bundle_version_id": line.bundle_version_id,
            "description": line.description,
            "quantity": line.quantity,
            "wholesale_cents": line.wholesale_cents,
            "retail_cents": line.retail_cents,
        }
        for position, line in enumerate(lines)
    ]


def _line(wish: LineWish, line_id: int | None, description: str, **more: Any) -> Line:
    blank = dict.fromkeys(("item_id", "bundle_version_id", "wholesale_cents", "retail_cents"))
    return Line(
        kind=wish.kind,
        quantity=wish.quantity,
        description=description,
        line_id=line_id,
        **(blank | more),
    )


def _meant(wish: LineWish, stood: SessionLine | None, things: Iterable[_Known]) -> _Known | None:
    """What the line is to be made of: what it stood with, as long as it is the same thing, or
    what is in use by now.
    """
    named = wish.item_id if wish.kind == "item" else wish.bundle_id
    of_name = [each for each in things if (each.kind, each.id) == (wish.kind, named)]
    if stood is not None:
        for each in of_name:
            if (each.version_id or each.id) == (stood.bundle_version_id or stood.item_id):
                return each
    return next((each for each in of_name if each.in_use), None)
