"""Two organizations, their people, and a few customers to look for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.customers import customers, search
from securecare.customers.customers import CustomerForm
from securecare.foundation.db import transaction
from tests.support import community

PEOPLE = (
    CustomerForm("María", "García López", date(1984, 3, 7), "+12125550123", "maria@example.org"),
    CustomerForm("Mario", "García", date(1984, 7, 3), "(312) 555-0144"),
    CustomerForm("Gail", "Smith", date(1950, 12, 31), "+16025550199"),
    CustomerForm("Smith", "Abara", None, "", "abara.smith@example.org"),
    CustomerForm("Smithson", "Abbott", date(2001, 1, 1)),
    CustomerForm("Niamh", "O'Brien-Walsh", date(1999, 2, 3)),
    CustomerForm("Zoë", "Nguyễn", date(1970, 10, 20)),
    CustomerForm("অমৃতা", "চক্রবর্তী", date(1962, 5, 5)),
)


@dataclass
class House:
    """An organization with an administrator of it and what its customers are called by."""

    id: int
    administrator: Actor
    facilities: list[int]
    ids: dict[str, int] = field(default_factory=dict)

    def somebody(self, role: Role, **where: int) -> Actor:
        """The same account with another role, everywhere or in one place."""
        account = self.administrator.account_id
        return Actor(account, self.id, 0, "Somebody", (Grant(role, **where),))


def house(name: str, people: tuple[CustomerForm, ...]) -> House:
    id_ = community.organization(name)
    administrator = community.person(id_, name=f"Admin {name}", role=Role.ADMINISTRATOR)
    actor = Actor(administrator.id, id_, 0, "Admin", (Grant(Role.ADMINISTRATOR),))
    made = House(id_, actor, [community.facility(id_), community.facility(id_)])
    with transaction(actor.scope) as session:
        for form in people:
            found = customers.register(session, actor, form, another_person=True)
            made.ids[found.name] = found.id
    return made


@pytest.fixture(scope="module")
def ours(database: str) -> House:
    return house("Alder", PEOPLE)


@pytest.fixture(scope="module")
def theirs(database: str) -> House:
    return house("Birch", (CustomerForm("Gail", "Smith", date(1950, 12, 31)),))


@pytest.fixture
def find(ours: House) -> Callable[..., list[str]]:
    """The names found for a text, as the administrator or somebody else."""

    def find(text: str, actor: Actor | None = None, limit: int = 10) -> list[str]:
        actor = actor or ours.administrator
        with transaction(actor.scope) as session:
            return [each.name for each in search.find(session, actor, text, limit)]

    return find


@pytest.fixture
def do(ours: House) -> Callable[..., Any]:
    """Runs a verb in a transaction of its own, as the administrator or as `by`."""

    def do(verb: Callable[..., Any], *args: Any, by: Any = None, **more: Any) -> Any:
        actor = by or ours.administrator
        with transaction(actor.scope) as session:
            return verb(session, actor, *args, **more)

    return do


@pytest.fixture
def maria(ours: House) -> int:
    """The id of a customer to whom nothing has happened yet."""
    return ours.ids["María García López"]
