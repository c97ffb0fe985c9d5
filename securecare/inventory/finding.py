"""Finding the item that somebody holds in their hands: by its barcode or number, or by words."""

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.errors import DomainError
from securecare.inventory import listing
from securecare.inventory.listing import Listed, Wanted

MOST_FOUND = 8
_SCANNED = text("""
    SELECT i.id FROM item i WHERE i.organization_id = :organization AND i.active
       AND ((i.barcode = :code AND :code <> '') OR lower(i.sku) = lower(:code))
     ORDER BY (i.barcode = :code) DESC, i.id LIMIT 1
""")


class NothingScanned(DomainError):
    """No item in use carries the barcode or number."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Nothing in stock has the barcode or number {code}.", field="find")


def found(session: Session, actor: Actor, facility_id: int | None, words: str) -> list[Listed]:
    """At most a few items that answer all of the words, by name. Raises `NotFound`."""
    if not words.strip():
        return []
    rows = listing.page(session, actor, Wanted(words, facility_id)).rows
    return list(rows[:MOST_FOUND])


def scanned(session: Session, actor: Actor, code: str) -> int:
    """The id of the item with that barcode or number. Raises `NotFound` or `NothingScanned`."""
    if actor.reach(Permission.VIEW_STOCK).nowhere:
        raise NotFound("The stock")
    return by_code(session, actor.organization_id, code)


def by_code(session: Session, organization_id: int, code: str) -> int:
    """The same for whoever has asked already whether the person may know."""
    item_id = session.execute(_SCANNED, {"organization": organization_id, "code": code}).scalar()
    if item_id is None:
        raise NothingScanned(code)
    return item_id
