"""Items: what is kept in stock, under the organization's own numbers and costs."""

from dataclasses import asdict, dataclass

from sqlalchemy import select, text
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.columns import columns_of
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_number,
    complain_of_text,
    refused_by,
    require_none,
)
from securecare.inventory.models import MOST_CENTS, Item
from securecare.organization import places

ITEM = columns_of(Item)
MOST_LEVEL = 1_000_000


@dataclass(frozen=True, slots=True)
class ItemForm:
    """An item as it is entered. Costs are of one unit in cents; levels are pieces at a facility."""

    sku: str
    name: str
    unit: str = "each"
    category: str = ""
    barcode: str = ""
    description: str = ""
    wholesale_cents: int = 0
    retail_cents: int = 0
    minimum_level: int = 0
    recommended_level: int = 0

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "sku", self.sku, "a number or code of your own", 40)
        complain_of_text(found, "name", self.name, "a name", 80)
        complain_of_text(found, "unit", self.unit, "what one of it is, such as each or box", 20)
        complain_of_text(found, "category", self.category, "a category", 60, needed=False)
        complain_of_text(found, "barcode", self.barcode, "a barcode", 60, needed=False)
        complain_of_text(found, "description", self.description, "a description", 300, needed=False)
        complain_of_number(found, "wholesale", self.wholesale_cents, 0, MOST_CENTS, "cents")
        complain_of_number(found, "retail", self.retail_cents, 0, MOST_CENTS, "cents")
        return found | levels_complaints(self.minimum_level, self.recommended_level)


def levels_complaints(minimum: int, recommended: int) -> Complaints:
    """What cannot stay of a minimum and a recommended level."""
    found: Complaints = {}
    complain_of_number(found, "minimum_level", minimum, 0, MOST_LEVEL)
    complain_of_number(found, "recommended_level", recommended, 0, MOST_LEVEL)
    if not found and recommended < minimum:
        found["recommended_level"] = "This is below the minimum. Recommend at least as many."
    return found


@dataclass(frozen=True, slots=True)
class ItemRead:
    """An item as it stands."""

    id: int
    form: ItemForm
    active: bool
    version: int


def read(session: Session, actor: Actor, item_id: int) -> ItemRead:
    """The item, for whoever may see stock anywhere. Raises `NotFound`."""
    if not actor.may(Permission.VIEW_STOCK):
        raise NotFound("This item")
    row = session.exec(model_select(Item).where(ITEM.id == item_id)).one_or_none()
    if row is None:
        raise NotFound("This item")
    return ItemRead(item_id, _form(row), row.active, row.version)


def add(session: Session, actor: Actor, form: ItemForm) -> int:
    """Add an item; gives its id. Raises `NotAccepted`."""
    actor.require_everywhere(Permission.EDIT_STOCK)
    require_none(form.complaints())
    row = Item(organization_id=actor.organization_id, **asdict(form))
    _store(session, row, form)
    audit.record(session, actor, "item.added", row)
    return row.id or 0


def change(session: Session, actor: Actor, item_id: int, version: int, form: ItemForm) -> int:
    """Set an item to `form`; gives its version.

    What has moved before keeps the costs of its moment. Raises `NotFound`, `NotAccepted`, or
    `Overtaken` if somebody else saved it since.
    """
    row = _alone(session, actor, item_id)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "item", item_id))
    require_none(form.complaints())
    if changed := changed_fields(_form(row), form):
        row.sqlmodel_update({**asdict(form), "version": version + 1})
        _store(session, row, form)
        audit.record(session, actor, "item.changed", row, fields=changed)
    return row.version


def set_active(session: Session, actor: Actor, item_id: int, active: bool) -> None:
    """Take an item out of use, or back into it. Its stock and its history stay."""
    row = _alone(session, actor, item_id)
    if row.active != active:
        row.sqlmodel_update({"active": active, "version": row.version + 1})
        session.add(row)
        session.flush()
        action = "item.made_active" if active else "item.made_inactive"
        audit.record(session, actor, action, row)


_SET_LEVELS = text("""
    INSERT INTO stock (organization_id, facility_id, item_id, minimum_level, recommended_level)
    VALUES (:organization, :facility, :item, :minimum, :recommended)
    ON CONFLICT (organization_id, facility_id, item_id)
    DO UPDATE SET minimum_level = excluded.minimum_level,
                  recommended_level = excluded.recommended_level
""")


def set_levels(
    session: Session,
    actor: Actor,
    item_id: int,
    facility_id: int,
    levels: tuple[int, int] | None,
) -> None:
    """Give a facility a minimum and a recommended level of its own, or (None) the item's again.

    Raises `NotFound` or `NotAccepted`.
    """
    places.facility(session, actor, facility_id, Permission.EDIT_STOCK)
    read(session, actor, item_id)
    minimum, recommended = levels if levels else (None, None)
    if levels:
        require_none(levels_complaints(*levels))
    session.execute(
        _SET_LEVELS,
        {
            "organization": actor.organization_id,
            "facility": facility_id,
            "item": item_id,
            "minimum": minimum,
            "recommended": recommended,
        },
    )
    audit.record(session, actor, "item.levels_changed", ("item", item_id), facility_id=facility_id)


def _alone(session: Session, actor: Actor, item_id: int) -> Item:
    actor.require_everywhere(Permission.EDIT_STOCK)
    row = session.exec(
        model_select(Item)
        .where(ITEM.id == item_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("This item")
    return row


def _store(session: Session, row: Item, form: ItemForm) -> None:
    same_sku = NotAccepted({"sku": f"Another item has the number {form.sku} already."})
    same_code = NotAccepted({"barcode": "Another item has this barcode already."})
    with (
        refused_by("uq_item_sku", same_sku),
        refused_by("uq_item_barcode", same_code),
        session.begin_nested(),
    ):
        session.add(row)


def _form(row: Item) -> ItemForm:
    return ItemForm(
        row.sku,
        row.name,
        row.unit,
        row.category,
        row.barcode,
        row.description,
        row.wholesale_cents,
        row.retail_cents,
        row.minimum_level,
        row.recommended_level,
    )


def categories(session: Session, actor: Actor) -> list[str]:
    """The categories in use, by name."""
    if not actor.may(Permission.VIEW_STOCK):
        return []
    query = select(ITEM.category).where(ITEM.category != "").distinct().order_by(ITEM.category)
    return list(session.execute(query).scalars())


_BY_CODE = text(
    "SELECT id FROM item WHERE barcode = :code OR lower(sku) = lower(:code)"
    " ORDER BY (barcode = :code) DESC, active DESC LIMIT 1"
)


def by_code(session: Session, actor: Actor, code: str) -> int | None:
    """The id of the item with this barcode, else with this number of the organization's own."""
    if not actor.may(Permission.VIEW_STOCK) or not code.strip():
        return None
    return session.execute(_BY_CODE, {"code": code.strip()}).scalar()
