"""Two storerooms with bread, jam and blankets, a bundle, a service at each, and people."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel

from securecare.access.actor import Actor, Grant
from securecare.access.models import Account, Membership
from securecare.access.roles import Role
from securecare.foundation.db import owner_transaction, transaction
from securecare.inventory import bundles, receipts
from securecare.inventory.bundles import BundleForm, Component
from securecare.inventory.models import Item
from securecare.inventory.receipts import Receipt, ReceiptLine
from securecare.organization.models import Facility, Organization
from securecare.outreach import planning, session_reading
from securecare.outreach.models import CommunityService
from securecare.outreach.planning import Planned
from securecare.outreach.session_lines import LineWish
from securecare.outreach.sessions import SessionWish

SATURDAY = date(2027, 1, 16)
_number = itertools.count(1)


def kept(row: SQLModel) -> int:
    """Store a row as the owner; gives its id."""
    with owner_transaction() as session:
        session.add(row)
        session.flush()
        return row.id  # pyright: ignore[reportAttributeAccessIssue]


@dataclass
class Storeroom:
    """Ids of what there is, and who acts."""

    organization_id: int
    north: int
    south: int
    bread: int
    jam: int
    blanket: int
    lunch: int
    """The service at North, and below the one at South."""
    supper: int
    manager: Actor
    lead: Actor
    """An outreach lead of North alone."""
    stranger: Actor
    """Manager of another organization."""
    lunch_bag: int = 0
    """Two breads and a jam."""
    days: Iterator[date] = field(
        default_factory=lambda: (SATURDAY + timedelta(days=n) for n in itertools.count())
    )

    @contextmanager
    def as_(self, actor: Actor | None = None) -> Iterator[Session]:
        with transaction((actor or self.manager).scope) as session:
            yield session

    def do(self, verb: Callable[..., Any], *args: Any, by: Actor | None = None, **more: Any) -> Any:
        actor = by or self.manager
        with self.as_(actor) as session:
            return verb(session, actor, *args, **more)

    def receive(self, item_id: int, quantity: int, facility_id: int | None = None) -> int:
        line = ReceiptLine(item_id, quantity)
        return self.do(receipts.receive, Receipt(facility_id or self.north, (line,)))

    def wish(self, *lines: LineWish, service_id: int | None = None, **more: Any) -> SessionWish:
        more.setdefault("held_on", next(self.days))
        return SessionWish(service_id or self.lunch, lines=lines, **more)

    def plan(self, *lines: LineWish, by: Actor | None = None, **more: Any) -> Planned:
        return self.do(planning.plan, self.wish(*lines, **more), by=by)

    def detail(self, session_id: int) -> session_reading.SessionDetail:
        return self.do(session_reading.detail, session_id)

    def figures(self, item_id: int, facility_id: int | None = None) -> tuple[int, int]:
        """On hand and reserved."""
        row = self.sql(
            "SELECT on_hand, reserved FROM stock WHERE facility_id = :facility AND item_id = :item",
            facility=facility_id or self.north,
            item=item_id,
        )
        return tuple(row[0]) if row else (0, 0)

    def moved(self, item_id: int) -> list[tuple[str, int, int]]:
        """Kind and both changes of every movement, in order."""
        return [
            tuple(row)
            for row in self.sql(
                "SELECT kind, on_hand_change, reserved_change FROM stock_movement"
                " WHERE item_id = :item ORDER BY id",
                item=item_id,
            )
        ]

    def services(self, count: int) -> list[int]:
        """So many more services at North."""
        return [
            self.sql(
                "INSERT INTO community_service (organization_id, facility_id, name, description,"
                " pattern, interval, weekdays, valid_from, active, version)"
                " SELECT organization_id, facility_id, name || :n, '', pattern, interval, weekdays,"
                " valid_from, true, 1 FROM community_service WHERE id = :id RETURNING id",
                n=f" {number}",
                id=self.lunch,
            )[0][0]
            for number in range(count)
        ]

    def set_cost(self, item_id: int, wholesale: int, retail: int) -> None:
        self.sql(
            "UPDATE item SET wholesale_cents = :w, retail_cents = :r WHERE id = :id",
            w=wholesale,
            r=retail,
            id=item_id,
        )

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """As the owner of the tables."""
        with owner_transaction() as session:
            result: Any = session.execute(text(statement), values)
            return list(result.all()) if result.returns_rows else []


def of_item(item_id: int, quantity: int, **more: Any) -> LineWish:
    return LineWish("item", quantity, item_id=item_id, **more)


def of_bundle(bundle_id: int, quantity: int, **more: Any) -> LineWish:
    return LineWish("bundle", quantity, bundle_id=bundle_id, **more)


def free(what: str, quantity: int, wholesale: int = 0, retail: int = 0) -> LineWish:
    return LineWish(
        "free", quantity, description=what, wholesale_cents=wholesale, retail_cents=retail
    )


def build() -> Storeroom:
    """A new one, sharing nothing with those before."""
    organization = kept(Organization(name="Storerooms"))
    other = kept(Organization(name="Others"))
    north, south = (
        kept(Facility(organization_id=organization, name=name, time_zone="Etc/UTC"))
        for name in ("North", "South")
    )
    bread, jam, blanket = (
        kept(
            Item(
                organization_id=organization,
                sku=f"S-{name}",
                name=name,
                wholesale_cents=cents,
                retail_cents=2 * cents,
            )
        )
        for name, cents in (("Bread", 120), ("Jam", 340), ("Blanket", 1250))
    )
    lunch, supper = (
        kept(
            CommunityService(
                organization_id=organization,
                facility_id=facility,
                name=name,
                pattern="weekly",
                weekdays=[5],
                valid_from=SATURDAY,
            )
        )
        for name, facility in (("Saturday Lunch", north), ("Saturday Supper", south))
    )
    made = Storeroom(
        organization,
        north,
        south,
        bread,
        jam,
        blanket,
        lunch,
        supper,
        _actor(organization, Grant(Role.MANAGER), name="Mo Manager"),
        _actor(organization, Grant(Role.OUTREACH_LEAD, facility_id=north), name="Lea Lead"),
        _actor(other, Grant(Role.MANAGER), name="Stan Stranger"),
    )
    bag = BundleForm("Lunch bag", (Component(bread, 2), Component(jam, 1)))
    made.lunch_bag = made.do(bundles.add, bag)
    return made


def _actor(organization_id: int, grant: Grant, name: str) -> Actor:
    address = f"s{next(_number)}-{uuid.uuid4().hex[:6]}@example.org"
    account = kept(Account(email=address, email_key=address, name=name))
    kept(Membership(organization_id=organization_id, account_id=account))
    return Actor(account, organization_id, 1, name, (grant,), "192.0.2.1")


@pytest.fixture
def storeroom(database: str) -> Storeroom:
    return build()
