"""Staff, customers and patrons for the tests of what is between them."""

import re
from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import text

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.customers import customers, patron_links
from securecare.customers.customers import CustomerForm
from securecare.foundation.db import Scope, owner_transaction, transaction
from securecare.notices.models import VALUES
from securecare.patrons import invitations
from tests.customers.conftest import House, house
from tests.support.community import Someone

BORN = date(1984, 3, 7)
_numbers = count(1)


def office(name: str) -> House:
    """An organization without customers."""
    return house(name, ())


def do(actor: Actor, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A deed of somebody, committed."""
    with transaction(actor.scope) as session:
        return verb(session, actor, *args, **kwargs)


def customer(here: House, **known: Any) -> int:
    """A customer of theirs; nobody else has the name."""
    values: dict[str, Any] = {"given_name": f"Ada{next(_numbers)}", "family_name": "Quist"}
    values |= {"born_on": BORN, "email": f"{values['given_name'].lower()}@example.org"}
    form = CustomerForm(**(values | known))
    return do(here.administrator, customers.register, form, another_person=True).id


def invited(here: House, customer_id: int, email: str = "") -> str:
    """Have an account made for the customer and an invitation sent; gives what its link carries."""
    do(here.administrator, patron_links.make, customer_id)
    return invitation(here, customer_id, email)


def invitation(here: House, customer_id: int, email: str = "") -> str:
    """Send an invitation; gives what its link carries."""
    id_ = do(here.administrator, invitations.invite, customer_id, email)
    with owner_transaction() as session:
        row = session.execute(
            text("SELECT public_id, values_sealed FROM notice WHERE business_key = :key"),
            {"key": f"patron-invitation:{id_}"},
        ).one()
    letter = VALUES.open(bytes(row.values_sealed), row.public_id)
    found = re.search(r"token=([\w-]+)", letter)
    assert found is not None
    return found[1]


def patron_of(someone: Someone, born_on: date | None = BORN) -> int:
    """Make the person a patron, of no organization yet."""
    with owner_transaction() as session:
        return session.execute(
            text(
                "INSERT INTO patron (account_id, given_name, family_name, born_on, phone, email,"
                " street, city, region, postal_code, country, time_zone, preferred_name, pronouns,"
                " gender, ethnicity, language, needs_interpreter, version)"
                " VALUES (:id, 'Adele', 'Quist', :born, '+12125550177', :email, '', 'Denver', '',"
                " '', 'US', 'America/Denver', '', 'she/her', '', '', '', false, 1) RETURNING id"
            ),
            {"id": someone.id, "email": someone.email, "born": born_on},
        ).scalar_one()


def asks(patron_id: int, here: House) -> int:
    """The patron asks the organization to be its customer; gives the id of the request."""
    with owner_transaction() as session:
        return session.execute(
            text(
                "INSERT INTO patron_link (organization_id, patron_id, status)"
                " VALUES (:organization, :patron, 'asked') RETURNING id"
            ),
            {"organization": here.id, "patron": patron_id},
        ).scalar_one()


def changes(someone: Someone, **told: Any) -> None:
    """The person changes something of themselves, as their portal does."""
    with transaction(Scope(account_id=someone.id)) as session:
        run = session.execute
        patron_id = run(text("SELECT own_patron()")).scalar_one()
        for name, value in told.items():
            run(
                text(f"UPDATE patron SET {name} = :value, version = version + 1 WHERE id = :id"),
                {"value": value, "id": patron_id},
            )
            run(
                text(
                    "INSERT INTO patron_change (patron_id, account_id, changes) VALUES"
                    " (:id, :account, jsonb_build_object(CAST(:name AS text),"
                    " jsonb_build_array('before', CAST(:value AS text))))"
                ),
                {"id": patron_id, "account": someone.id, "name": name, "value": value},
            )


def one(statement: str, **values: Any) -> Any:
    """One row, read by the owner."""
    with owner_transaction() as session:
        return session.execute(text(statement), values).one()


def record(customer_id: int) -> Any:
    """What stands in a customer's record."""
    return one(
        "SELECT c.*, p.city, p.pronouns, p.time_zone FROM customer c"
        " LEFT JOIN customer_profile p ON p.customer_id = c.id WHERE c.id = :id",
        id=customer_id,
    )


def member(here: House, role: Role) -> Actor:
    """Somebody of the staff with another role."""
    return Actor(here.administrator.account_id, here.id, 0, "Somebody", (Grant(role),))
