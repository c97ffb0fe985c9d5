"""A patron's own records: found by the account alone, and kept as the person describes themselves."""

from datetime import date
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access import sessions, sign_in
from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Permission, Role
from securecare.access.sign_in import Step
from securecare.customers import customers, own
from securecare.customers.customers import CustomerForm
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, Scope, owner_transaction, transaction
from tests.customers.conftest import House
from tests.support import community
from tests.support.community import OFFICE, PASSWORD, Someone


def patron_of(someone: Someone, *links: tuple[int, int]) -> int:
    """Make the person a patron who is linked to these customers of organizations."""
    with owner_transaction() as session:
        patron_id = session.execute(
            text(
                "INSERT INTO patron (account_id, given_name, family_name, phone, email, street,"
                " city, region, postal_code, country, time_zone, preferred_name, pronouns, gender,"
                " ethnicity, language, needs_interpreter, version)"
                " VALUES (:id, 'Ada', 'Quill', '', :email, '', '', '', '', 'US', 'America/Denver',"
                " '', 'she/her', '', '', '', false, 1) RETURNING id"
            ),
            {"id": someone.id, "email": someone.email},
        ).scalar_one()
        for organization_id, customer_id in links:
            session.execute(
                text(
                    "INSERT INTO patron_link (organization_id, patron_id, customer_id, status)"
                    " VALUES (:organization_id, :patron_id, :customer_id, 'linked')"
                ),
                {
                    "organization_id": organization_id,
                    "patron_id": patron_id,
                    "customer_id": customer_id,
                },
            )
        return patron_id


_numbers = count(1)


def customer_of(house: House) -> int:
    """Another customer of the organization."""
    form = CustomerForm(f"Client {next(_numbers)}", "Quill")
    with transaction(house.administrator.scope) as session:
        return customers.register(session, house.administrator, form, another_person=True).id


def signed_in(someone: Someone) -> Actor:
    opened = sign_in.with_password(someone.email, PASSWORD, OFFICE)
    assert opened.step is Step.DONE
    with transaction(SIGN_IN) as session:
        actor = sessions.actor_of(session, sessions.hash_of(opened.token), clock.now(), "")
    assert actor is not None
    return actor


def owned(statement: str, **values: object):
    with owner_transaction() as session:
        return session.execute(text(statement), values).one()


def test_a_patron_without_an_organization_comes_into_a_portal_with_nothing_in_it(ours: House):
    ada = community.person()
    assert sign_in.with_password(ada.email, PASSWORD, OFFICE).step is Step.NOWHERE
    patron_of(ada)
    actor = signed_in(ada)
    assert actor.in_portal
    assert [p for p in Permission if actor.may(p)] == [Permission.OWN_PORTAL]
    with transaction(actor.scope) as session:
        assert own.records(session, actor) == []
        assert session.execute(text("SELECT count(*) FROM customer")).scalar_one() == 0
    with transaction(ours.administrator.scope) as session, pytest.raises(NotAllowed):
        own.records(session, ours.administrator)


def test_their_records_are_found_by_account_and_those_of_others_are_not(ours: House):
    ada, ben = community.person(), community.person(name="Ben Orr")
    one, two = customer_of(ours), customer_of(ours)
    patron_of(ada, (ours.id, one))
    patron_of(ben, (ours.id, two))
    actor = signed_in(ada)
    with transaction(actor.scope) as session:
        (mine,) = own.records(session, actor)
        assert mine.customer_ids == {one}
        assert own.within(session, actor, ours.id) == mine
        with pytest.raises(NotFound):
            own.within(session, actor, ours.id + 1000)
        # The rows of the other patron are not there for this one, whatever is asked.
        assert session.execute(text("SELECT count(*) FROM patron")).scalar_one() == 1
        assert session.execute(text("SELECT count(*) FROM patron_link")).scalar_one() == 1
    within = mine.actor(actor)
    assert within.organization_id == ours.id
    assert [p for p in Permission if within.may(p)] == [Permission.OWN_PORTAL]


def test_what_the_person_says_of_themselves_stands_in_each_record_at_once(ours: House):
    ada = community.person()
    elsewhere = community.organization("Elsewhere")
    with owner_transaction() as session:
        there = session.execute(
            text(
                "INSERT INTO customer (organization_id, number, given_name, family_name, phone,"
                " email, version) VALUES (:id, 7, 'A.', 'Quill', '', '', 1) RETURNING id"
            ),
            {"id": elsewhere},
        ).scalar_one()
    here = customer_of(ours)
    patron_id = patron_of(ada, (ours.id, here), (elsewhere, there))
    actor = signed_in(ada)
    with transaction(actor.scope) as session:
        session.execute(
            text("UPDATE patron SET city = 'Denver', phone = '+13035550101', born_on = :born"),
            {"born": date(1980, 2, 29)},
        )
    for customer_id in (here, there):
        row = owned(
            "SELECT given_name, phone, born_on, city, pronouns FROM customer c"
            " JOIN customer_profile p ON p.customer_id = c.id WHERE c.id = :id",
            id=customer_id,
        )
        assert tuple(row) == ("Ada", "+13035550101", date(1980, 2, 29), "Denver", "she/her")
    # Nothing changed: nothing is written again, and no screen is told.
    before = owned("SELECT version FROM customer WHERE id = :id", id=here)
    with transaction(actor.scope) as session:
        session.execute(
            text("UPDATE patron SET version = version + 1 WHERE id = :id"), {"id": patron_id}
        )
    assert owned("SELECT version FROM customer WHERE id = :id", id=here) == before


def test_staff_see_whom_they_are_linked_with_and_change_nothing_of_them(ours: House):
    ada, ben = community.person(), community.person(name="Ben Orr")
    patron_of(ada, (ours.id, customer_of(ours)))
    patron_of(ben)
    with transaction(ours.administrator.scope) as session:
        seen = session.execute(text("SELECT account_id FROM patron")).scalars().all()
        assert ada.id in seen
        assert ben.id not in seen
        assert session.execute(text("SELECT is_patron(:id)"), {"id": ben.id}).scalar() is False
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        transaction(ours.administrator.scope) as session,
    ):
        session.execute(text("UPDATE patron SET city = 'X' WHERE account_id = :id"), {"id": ada.id})


def test_a_patron_can_neither_link_themselves_nor_write_into_anothers_log(ours: House):
    ada = community.person()
    patron_id = patron_of(ada)
    customer_id = customer_of(ours)
    link = (
        "INSERT INTO patron_link (organization_id, patron_id, customer_id, status)"
        f" VALUES ({ours.id}, {patron_id}, {customer_id}, 'linked')"
    )
    scope = Scope(account_id=ada.id)
    with pytest.raises(DBAPIError, match="Not for a patron"), transaction(scope) as session:
        session.execute(text(link))
    with transaction(scope) as session:
        session.execute(
            text(link.replace("'linked'", "'asked'").replace(f"{customer_id},", "NULL,"))
        )
    with transaction(scope) as session:
        session.execute(
            text(
                "INSERT INTO patron_change (patron_id, account_id, changes)"
                f" VALUES ({patron_id}, {ada.id}, '{{}}')"
            )
        )
    for attack in ("UPDATE patron_change SET changes = '{}'", "DELETE FROM patron_change"):
        with (
            pytest.raises(DBAPIError, match=r"permission denied|permanent"),
            transaction(scope) as session,
        ):
            session.execute(text(attack))


def test_who_works_somewhere_and_is_a_patron_chooses_where_to_go(ours: House):
    ada = community.person(ours.id, role=Role.CASE_WORKER)
    patron_of(ada)
    opened = sign_in.with_password(ada.email, PASSWORD, OFFICE)
    assert opened.step is Step.ORGANIZATION
    with transaction(SIGN_IN) as session:
        places = sign_in.choices(session, sessions.hash_of(opened.token))
    assert [id_ for id_, _ in places] == [ours.id, 0]
    chosen = sign_in.into_organization(opened.token, 0, OFFICE)
    with transaction(SIGN_IN) as session:
        actor = sessions.actor_of(session, sessions.hash_of(chosen.token), clock.now(), "")
    assert actor is not None
    assert actor.in_portal
