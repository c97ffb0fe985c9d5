"""The person's own side: what they must say, what they may, and what is kept of a change."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access.errors import NotAllowed
from securecare.customers import patrons, profile
from securecare.customers.kept_by_patron import KeptByPatron
from securecare.customers.patrons import PatronForm
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from tests.customers.conftest import House
from tests.customers.test_own import customer_of, owned, patron_of, signed_in
from tests.races.at_once import at_once, kinds
from tests.support import community

WHOLE = PatronForm(
    given_name="Ada",
    family_name="Quill",
    born_on=date(1980, 2, 29),
    phone="(303) 555-0101",
    street="12 Elm Street",
    city="Denver",
    region="CO",
    postal_code="80202",
    country="us",
    time_zone="America/Denver",
    pronouns="she/her",
)


def test_a_change_stands_everywhere_and_in_the_log_of_both(ours: House):
    ada = community.person()
    customer_id = customer_of(ours)
    patron_id = patron_of(ada, (ours.id, customer_id))
    actor = signed_in(ada)
    with transaction(actor.scope) as session:
        mine = patrons.read(session, actor)
        assert mine.missing == ("born_on", "street", "city", "postal_code")
        changed = patrons.change(session, actor, mine.version, WHOLE)
    assert set(changed) == {
        "born_on", "phone", "street", "city", "region", "postal_code"
    }  # fmt: skip
    with transaction(actor.scope) as session:
        again = patrons.read(session, actor)
        assert again.missing == ()
        assert (again.form.phone, again.form.country) == ("+13035550101", "US")
        assert patrons.change(session, actor, again.version, again.form) == ()
    row = owned("SELECT phone, born_on FROM customer WHERE id = :id", id=customer_id)
    assert tuple(row) == ("+13035550101", date(1980, 2, 29))
    with transaction(ours.administrator.scope) as session:
        log = session.execute(
            text("SELECT changes FROM patron_change WHERE patron_id = :id"), {"id": patron_id}
        ).scalar_one()
    assert log["born_on"] == [None, "1980-02-29"]
    assert log["city"] == ["", "Denver"]


def test_what_they_like_to_tell_of_themselves_stands_in_the_record_and_in_its_log(ours: House):
    ada = community.person()
    customer_id = customer_of(ours)
    patron_id = patron_of(ada, (ours.id, customer_id))
    actor = signed_in(ada)
    told = {
        "race": "Black",
        "marital_status": "Widowed",
        "sexual_orientation": "Straight",
        "veteran": "Yes",
    }
    with transaction(actor.scope) as session:
        version = patrons.read(session, actor).version
        for wrong in ("marital_status", "veteran"):
            with pytest.raises(NotAccepted) as refused:
                patrons.change(session, actor, version, replace(WHOLE, **{wrong: "Perhaps"}))
            assert set(refused.value.complaints) == {wrong}
        patrons.change(session, actor, version, replace(WHOLE, **told))
    columns = ", ".join(told)
    row = owned(f"SELECT {columns} FROM customer_profile WHERE customer_id = :id", id=customer_id)
    assert tuple(row) == tuple(told.values())
    log = owned("SELECT changes FROM patron_change WHERE patron_id = :id", id=patron_id).changes
    assert {name: log[name] for name in told} == {name: ["", told[name]] for name in told}
    with transaction(ours.administrator.scope) as session:
        kept = profile.read(session, ours.administrator, customer_id)
        changed = replace(kept.form, race="Other")
        with pytest.raises(KeptByPatron):
            profile.change(session, ours.administrator, customer_id, kept.version, changed)


def test_what_is_needed_and_what_cannot_be_is_said_beside_each_field():
    wrong = PatronForm(phone="12", country="USA", time_zone="Mars/Olympus", gender="x" * 81)
    found = wrong.complaints()
    assert set(found) == {
        "given_name", "family_name", "born_on", "street", "city", "postal_code", "country",
        "time_zone", "phone", "gender",
    }  # fmt: skip
    assert WHOLE.tidied().complaints() == {}
    assert replace(WHOLE, postal_code="").tidied().complaints() == {}
    tomorrow = clock.now().date() + timedelta(days=2)
    assert "born_on" in replace(WHOLE, born_on=tomorrow).tidied().complaints()
    assert "born_on" in replace(WHOLE, born_on=date(1880, 1, 1)).tidied().complaints()


def test_nothing_is_written_where_something_is_wrong(ours: House):
    del ours
    ada = community.person()
    patron_of(ada)
    actor = signed_in(ada)
    with pytest.raises(NotAccepted), transaction(actor.scope) as session:
        patrons.change(session, actor, 1, replace(WHOLE, city=""))
    with transaction(actor.scope) as session:
        assert patrons.read(session, actor).form.street == ""


def test_of_two_devices_the_second_is_told_that_the_first_was_there(ours: House):
    del ours
    ada = community.person()
    patron_id = patron_of(ada)
    actor = signed_in(ada)

    def change(street: str):
        with transaction(actor.scope) as session:
            return patrons.change(session, actor, 1, replace(WHOLE, street=street))

    results = at_once([lambda n=n: change(f"{n} Elm Street") for n in range(6)])
    assert kinds(results) == {"tuple": 1, "Overtaken": 5}
    assert owned("SELECT count(*) FROM patron_change WHERE patron_id = :id", id=patron_id)[0] == 1
    with pytest.raises(Overtaken):
        change("9 Oak Street")


def test_a_patron_is_called_as_they_say_unless_they_are_called_otherwise_at_work(ours: House):
    ada, ben = community.person(name="A Q"), community.person(ours.id, name="Ben at work")
    patron_of(ada)
    patron_of(ben)
    for someone, name in ((ada, "Ada Quillon"), (ben, "Ben at work")):
        actor = replace(ours.administrator, account_id=someone.id, organization_id=0)
        actor = replace(actor, grants=signed_in(ada).grants, _reaches={})
        with transaction(actor.scope) as session:
            patrons.change(session, actor, 1, replace(WHOLE, family_name="Quillon"))
        assert owned("SELECT name FROM account WHERE id = :id", id=someone.id)[0] == name


def test_staff_and_other_patrons_reach_nothing_of_it(ours: House):
    ada, ben = community.person(), community.person()
    patron_of(ada)
    patron_of(ben)
    with pytest.raises(NotAllowed), transaction(ours.administrator.scope) as session:
        patrons.read(session, ours.administrator)
    actor = signed_in(ben)
    with transaction(actor.scope) as session:
        touched = session.connection().execute(
            text("UPDATE patron SET city = 'X' WHERE account_id = :id"), {"id": ada.id}
        )
        assert touched.rowcount == 0
    with pytest.raises(DBAPIError, match="row-level"), transaction(actor.scope) as session:
        session.execute(
            text(
                "INSERT INTO patron_change (patron_id, account_id, changes)"
                " SELECT id, :me, '{}'::jsonb FROM patron WHERE account_id = :me"
                " UNION ALL SELECT :theirs, :me, '{}'::jsonb"
            ),
            {"me": ben.id, "theirs": _patron_id(ada.id)},
        )


def _patron_id(account_id: int) -> int:
    with owner_transaction() as session:
        return session.execute(
            text("SELECT id FROM patron WHERE account_id = :id"), {"id": account_id}
        ).scalar_one()
