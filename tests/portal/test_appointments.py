"""A patron's own appointments: theirs alone, in the time of the place, without what staff keep."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed
from securecare.customers import own
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction, transaction
from securecare.portal import appointments
from securecare.portal.appointments import OwnAppointment
from tests.portal.mailbox import owned, signed_in


@pytest.fixture(scope="module")
def patron(demo_database: str) -> Actor:
    del demo_database
    from securecare.demo.filling import PASSWORD

    return signed_in("patron@harborpine.example", PASSWORD)


def read(patron: Actor, **how: object) -> list[OwnAppointment]:
    with transaction(patron.scope) as session:
        (known,) = own.records(session, patron)
    actor = known.actor(patron)
    with transaction(actor.scope) as session:
        return appointments.of_patron(session, actor, known, **how)  # type: ignore[arg-type]


def test_they_see_all_of_theirs_and_nobody_elses(patron: Actor):
    theirs = owned(
        "SELECT a.id FROM appointment a JOIN patron_link l ON l.customer_id = a.customer_id"
        " JOIN patron p ON p.id = l.patron_id WHERE p.account_id = :id",
        id=patron.account_id,
    )
    coming, past = read(patron, size=500), read(patron, past=True, size=500)
    assert {each.id for each in coming + past} == {row[0] for row in theirs}
    assert coming == sorted(coming, key=lambda each: each.position)
    assert past == sorted(past, key=lambda each: each.position, reverse=True)
    now = clock.now()
    assert all(each.ends_at > now for each in coming)
    assert all(each.ends_at <= now for each in past)
    assert {each.time_zone for each in coming} <= {"America/New_York"}


@pytest.mark.parametrize("past", [False, True])
def test_the_list_goes_on_where_it_ended(patron: Actor, past: bool):
    whole = read(patron, past=past, size=500)
    assert len(whole) > 1
    parts, since = [], None
    while part := read(patron, past=past, size=1, since=since):
        assert len(part) == 1
        parts += part
        since = part[-1].position
    assert parts == whole


def test_what_is_for_the_staff_never_travels(patron: Actor):
    with owner_transaction() as session:
        session.execute(
            text(
                "UPDATE appointment SET override_reason = 'Kanarienvogel', public_note = 'Bring it'"
                " WHERE customer_id IN (SELECT customer_id FROM patron_link)"
            )
        )
    told = str(read(patron, size=500) + read(patron, past=True, size=500))
    assert "Bring it" in told
    assert "Kanarienvogel" not in told


def test_staff_do_not_read_it_this_way(patron: Actor):
    from securecare.demo.filling import PASSWORD

    manager = signed_in("manager@harborpine.example", PASSWORD)
    with transaction(patron.scope) as session:
        (known,) = own.records(session, patron)
    with pytest.raises(NotAllowed), transaction(manager.scope) as session:
        appointments.of_patron(session, manager, known)


def test_one_that_runs_is_still_to_come(patron: Actor):
    coming = read(patron, size=1)
    if coming:
        with clock.frozen(coming[0].starts_at + timedelta(minutes=1)):
            assert read(patron, size=1)[0].id == coming[0].id
