"""Bundles: named groups of items, what they are made of, and how many could be assembled.

Saving other components makes a new version; whatever was planned with an earlier one keeps it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select, text
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    complain_of_number,
    complain_of_text,
    refused_by,
    require_none,
)
from securecare.inventory.models import Bundle, BundleComponent, BundleVersion, Item
from securecare.organization import places

BUNDLE, VERSION, COMPONENT, ITEM = map(columns_of, (Bundle, BundleVersion, BundleComponent, Item))
MOST_COMPONENTS = 50
MOST_OF_ONE = 10_000


@dataclass(frozen=True, slots=True)
class Component:
    """So many of an item in one bundle."""

    item_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class BundleForm:
    """A bundle as it is entered."""

    name: str
    components: tuple[Component, ...]
    description: str = ""
    active: bool = True

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "a name", 80)
        complain_of_text(found, "description", self.description, "a description", 300, needed=False)
        items = [each.item_id for each in self.components]
        if not items:
            found["components"] = "Add at least one item."
        elif len(items) > MOST_COMPONENTS:
            found["components"] = f"A bundle has at most {MOST_COMPONENTS} kinds of items."
        elif len(set(items)) < len(items):
            found["components"] = "An item stands here twice. Make it one line."
        for each in self.components:
            complain_of_number(found, f"quantity_{each.item_id}", each.quantity, 1, MOST_OF_ONE)
        return found


@dataclass(frozen=True, slots=True)
class ComponentListed:
    """A component with what there is of it at the facility that was asked for."""

    item_id: int
    name: str
    unit: str
    quantity: int
    available: int
    wholesale_cents: int
    retail_cents: int

    @property
    def enough_for(self) -> int:
        """How many bundles the available pieces are enough for."""
        return self.available // self.quantity


@dataclass(frozen=True, slots=True)
class BundleListed:
    """A bundle in its current version."""

    id: int
    name: str
    description: str
    active: bool
    number: int
    version: int
    components: tuple[ComponentListed, ...]

    @property
    def available(self) -> int:
        """How many could be assembled."""
        return min((each.enough_for for each in self.components), default=0)

    @property
    def limited_by(self) -> str:
        """The item that there is too little of for one more."""
        scarce = min(self.components, key=lambda each: each.enough_for, default=None)
        return scarce.name if scarce else ""

    @property
    def wholesale_cents(self) -> int:
        """What the pieces of one bundle cost now."""
        return sum(each.quantity * each.wholesale_cents for each in self.components)

    @property
    def retail_cents(self) -> int:
        """What the pieces of one bundle are worth now."""
        return sum(each.quantity * each.retail_cents for each in self.components)


_LISTING = text("""
    SELECT b.id, b.name, b.description, b.active, b.current_number, b.version,
           i.id AS item_id, i.name AS item, i.unit, c.quantity,
           coalesce(s.on_hand - s.reserved, 0) AS available, i.wholesale_cents, i.retail_cents
      FROM bundle b
      JOIN bundle_version v ON v.bundle_id = b.id AND v.number = b.current_number
      JOIN bundle_component c ON c.bundle_version_id = v.id
      JOIN item i ON i.id = c.item_id
      LEFT JOIN stock s ON s.organization_id = b.organization_id
                       AND s.facility_id = :facility AND s.item_id = i.id
     WHERE b.organization_id = :organization
     ORDER BY lower(b.name), b.id, i.name, i.id
""")


def listing(session: Session, actor: Actor, facility_id: int) -> list[BundleListed]:
    """Every bundle, by name, with how many could be assembled at the facility."""
    places.facility(session, actor, facility_id, Permission.VIEW_STOCK)
    rows = session.execute(
        _LISTING, {"organization": actor.organization_id, "facility": facility_id}
    )
    found: dict[int, BundleListed] = {}
    for row in rows:
        component = ComponentListed(*row[6:])
        known = found.get(row.id)
        before = known.components if known else ()
        found[row.id] = BundleListed(*row[:6], (*before, component))
    return list(found.values())


def add(session: Session, actor: Actor, form: BundleForm) -> int:
    """Make a bundle; gives its id. Raises `NotAccepted`."""
    actor.require_everywhere(Permission.EDIT_STOCK)
    _require_acceptable(session, actor, form)
    row = Bundle(
        organization_id=actor.organization_id,
        name=form.name.strip(),
        description=form.description.strip(),
        active=form.active,
    )
    with refused_by("uq_bundle_name", _name_taken(form)), session.begin_nested():
        session.add(row)
    _write_version(session, actor, row.id or 0, 1, form.components)
    audit.record(session, actor, "bundle.added", row)
    return row.id or 0


def change(session: Session, actor: Actor, bundle_id: int, version: int, form: BundleForm) -> int:
    """Set a bundle to `form`; other components make a new version. Gives its number.

    Raises `NotFound`, `NotAccepted`, or `Overtaken` if somebody else saved it since.
    """
    actor.require_everywhere(Permission.EDIT_STOCK)
    row = session.exec(
        model_select(Bundle)
        .where(BUNDLE.id == bundle_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("This bundle")
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "bundle", bundle_id))
    _require_acceptable(session, actor, form)
    current = _current_components(session, bundle_id)
    changed = current != {each.item_id: each.quantity for each in form.components}
    number = row.current_number + changed
    if changed:
        _write_version(session, actor, bundle_id, number, form.components)
    with refused_by("uq_bundle_name", _name_taken(form)), session.begin_nested():
        row.sqlmodel_update(
            {
                "name": form.name.strip(),
                "description": form.description.strip(),
                "active": form.active,
                "current_number": number,
                "version": version + 1,
            }
        )
        session.add(row)
    fields = ["components"] if changed else []
    audit.record(session, actor, "bundle.changed", row, fields=fields)
    return number


def current_version_id(session: Session, actor: Actor, bundle_id: int) -> int:
    """The version that a new line takes. Raises `NotFound` for a bundle no longer in use too."""
    found = session.execute(
        select(VERSION.id)
        .join_from(table_of(BundleVersion), table_of(Bundle), BUNDLE.id == VERSION.bundle_id)
        .where(
            BUNDLE.organization_id == actor.organization_id,
            BUNDLE.id == bundle_id,
            BUNDLE.active,
            VERSION.number == BUNDLE.current_number,
        )
    ).scalar()
    if found is None:
        raise NotFound("This bundle")
    return found


def components_of(
    session: Session, organization_id: int, bundle_version_ids: Collection[int]
) -> dict[int, tuple[Component, ...]]:
    """What each version is made of."""
    rows = session.execute(
        select(COMPONENT.bundle_version_id, COMPONENT.item_id, COMPONENT.quantity)
        .where(
            COMPONENT.organization_id == organization_id,
            COMPONENT.bundle_version_id.in_(set(bundle_version_ids)),
        )
        .order_by(COMPONENT.bundle_version_id, COMPONENT.item_id)
    )
    found: dict[int, tuple[Component, ...]] = {}
    for version_id, item_id, quantity in rows:
        found[version_id] = (*found.get(version_id, ()), Component(item_id, quantity))
    return found


def _current_components(session: Session, bundle_id: int) -> Mapping[int, int]:
    rows = session.execute(
        select(COMPONENT.item_id, COMPONENT.quantity)
        .join_from(
            table_of(BundleComponent),
            table_of(BundleVersion),
            VERSION.id == COMPONENT.bundle_version_id,
        )
        .join(table_of(Bundle), BUNDLE.id == VERSION.bundle_id)
        .where(BUNDLE.id == bundle_id, VERSION.number == BUNDLE.current_number)
    )
    return {item_id: quantity for item_id, quantity in rows}


def _write_version(
    session: Session, actor: Actor, bundle_id: int, number: int, components: tuple[Component, ...]
) -> None:
    version = BundleVersion(
        organization_id=actor.organization_id,
        bundle_id=bundle_id,
        number=number,
        account_id=actor.account_id,
        made_at=clock.now(),
    )
    session.add(version)
    session.flush()
    session.execute(
        insert(table_of(BundleComponent)),
        [
            {
                "organization_id": actor.organization_id,
                "bundle_version_id": version.id,
                "item_id": each.item_id,
                "quantity": each.quantity,
            }
            for each in components
        ],
    )


def _require_acceptable(session: Session, actor: Actor, form: BundleForm) -> None:
    require_none(form.complaints())
    wanted = {each.item_id for each in form.components}
    known = session.execute(
        select(ITEM.id).where(ITEM.organization_id == actor.organization_id, ITEM.id.in_(wanted))
    ).scalars()
    if set(known) != wanted:
        raise NotAccepted({"components": "One of these items is no longer there. Remove it."})


def _name_taken(form: BundleForm) -> NotAccepted:
    return NotAccepted({"name": f"There is already a bundle called {form.name.strip()}."})
