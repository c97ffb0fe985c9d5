"""An organization with two programs, two facilities and somebody to work with, for tests of casework."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.casework import cases, forms
from securecare.casework.cases import CaseForm, Intake
from securecare.casework.definitions import Choice, Definition, Question
from securecare.casework.forms import FormForm
from securecare.customers import customers
from securecare.customers.customers import CustomerForm
from securecare.foundation.db import owner_transaction, transaction
from securecare.organization.models import Program, Staff
from tests.support import community

INTAKE_DAY = date(2027, 1, 4)
TODAY = date(2027, 1, 13)


def owned(statement: str, **values: Any) -> list[Any]:
    """Run it as the owner of the tables."""
    with owner_transaction() as session:
        result: Any = session.execute(text(statement), values)
        return list(result.all()) if result.returns_rows else []


def kept(row: Any) -> int:
    """Write a row as the owner, and give its id."""
    with owner_transaction() as session:
        session.add(row)
        session.flush()
        return row.id


@dataclass
class Workroom:
    """Ids of what there is, and who acts."""

    id: int
    ana: Actor
    """Administrator; on the staff as well."""
    staff: int
    housing: int
    health: int
    north: int
    south: int
    cleo: int
    dana: int

    def somebody(self, role: Role, **where: int) -> Actor:
        """The same account with another role, everywhere or in one place."""
        return Actor(self.ana.account_id, self.id, 0, "Somebody", (Grant(role, **where),))

    def another(self, name: str, role: Role = Role.MANAGER) -> Actor:
        """Somebody else with an account."""
        account = community.person(self.id, name=name, role=role)
        return Actor(account.id, self.id, 0, name, (Grant(role),))

    def do(self, verb: Callable[..., Any], *args: Any, by: Actor | None = None, **more: Any) -> Any:
        """Run a verb in a transaction of its own."""
        actor = by or self.ana
        with transaction(actor.scope) as session:
            return verb(session, actor, *args, **more)

    def form(self, **more: Any) -> CaseForm:
        values: dict[str, Any] = {
            "title": "A place of her own",
            "program_id": self.housing,
            "facility_id": self.north,
            "intake_on": INTAKE_DAY,
            "lead_staff_id": self.staff,
        }
        return CaseForm(**(values | more))

    def case(self, customer: int | None = None, **more: Any) -> int:
        """A new case."""
        wish = self.form(**more)
        intake = Intake("A neighbor", "Has to leave her room", "Sleeps at friends'", "A bed", "")
        return self.do(cases.begin, customer or self.cleo, wish, intake)

    def published(self, name: str = "Steady ground", definition: Definition | None = None) -> int:
        """A form with a published version; gives the id of the form."""
        form = FormForm(name, "Every month", definition or ground())
        form_id = self.do(forms.add, form)
        self.do(forms.publish, form_id, 1)
        return form_id

    def version(self, form_id: int) -> forms.Version:
        """The latest version of a form."""
        return self.do(forms.versions, form_id)[0]


def ground() -> Definition:
    """Two questions that count, and one to be answered in words."""
    return Definition(
        (
            Question(
                "Where did you sleep most nights?",
                (Choice("Outside", 0), Choice("With others", 2), Choice("In a place of my own", 5)),
            ),
            Question("Can you pay for it next month?", (Choice("No", 0), Choice("Yes", 3))),
            Question("What else should we know?", optional=True),
        )
    )


def workroom(name: str) -> Workroom:
    """Make one."""
    id_ = community.organization(name)
    north, south = community.facility(id_, "North"), community.facility(id_, "South")
    person = community.person(id_, name=f"Ana {name}", role=Role.ADMINISTRATOR)
    ana = Actor(person.id, id_, 0, f"Ana {name}", (Grant(Role.ADMINISTRATOR),))
    staff = kept(
        Staff(organization_id=id_, facility_id=north, name="Ana Staff", account_id=person.id)
    )
    housing, health = (
        kept(Program(organization_id=id_, name=each, short_name=each[:14]))
        for each in ("Housing", "Health")
    )
    with transaction(ana.scope) as session:
        people = [
            customers.register(session, ana, CustomerForm(given, "Ray"), another_person=True).id
            for given in ("Cleo", "Dana")
        ]
    return Workroom(id_, ana, staff, housing, health, north, south, *people)
