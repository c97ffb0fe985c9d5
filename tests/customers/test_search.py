"""Finding customers: by any words of theirs, within reach, and without looking at everybody."""

from typing import Any

import pytest
from sqlalchemy import event, text

from securecare.access.errors import NotAllowed
from securecare.access.roles import Role
from securecare.customers import search
from securecare.foundation.db import app_engine, owner_transaction, transaction


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("garcia maria", "María García López"),
        ("LÓPEZ", "María García López"),
        ("lop", "María García López"),
        ("12125550123", "María García López"),
        ("+1 (212) 555-0123", "María García López"),
        ("212-555", "María García López"),
        ("555-0123", "María García López"),
        ("maria 0123", "María García López"),
        ("maria@example.org", "María García López"),
        ("maria 1984-03-07", "María García López"),
        ("mar 1984 lopez", "María García López"),
        ("obrien", None),
        ("o'brien", "Niamh O'Brien-Walsh"),
        ("walsh niamh", "Niamh O'Brien-Walsh"),
        ("nguyen", "Zoë Nguyễn"),
        ("zoe", "Zoë Nguyễn"),
        ("অমৃতা", "অমৃতা চক্রবর্তী"),
        ("1003", "Gail Smith"),
        ("12/31/1950", "Gail Smith"),
        ("31.12.50", "Gail Smith"),
        ("december 1950 smith", "Gail Smith"),
    ],
)
def test_a_customer_is_found_by(find, typed, name):
    assert find(typed) == ([name] if name else [])


def test_an_ambiguous_date_finds_both(find):
    assert set(find("3/7/1984")) == {"María García López", "Mario García"}


def test_exact_words_come_first_then_family_and_given_name(find):
    assert find("smith") == ["Smith Abara", "Gail Smith", "Smithson Abbott"]
    assert find("garcia") == ["Mario García", "María García López"]
    assert find("garcia mar", limit=1) == ["Mario García"]


def test_all_words_must_fit(find):
    assert find("gail garcia") == []
    assert find("garcia zz") == []


@pytest.mark.parametrize(
    "typed", ["", "   ", "'", "%", "_", "--", "\x00", "()", "\U0010ffff", "% _"]
)
def test_signs_alone_find_nobody(find, typed):
    assert find(typed) == []


def test_nobody_of_another_organization_is_found(find, ours, theirs):
    assert find("gail") == ["Gail Smith"]
    assert find("gail", theirs.administrator) == ["Gail Smith"]
    assert find("garcia", theirs.administrator) == []


def test_who_may_not_see_customers_may_not_search(find, ours):
    with pytest.raises(NotAllowed):
        find("smith", ours.somebody(Role.OUTREACH_LEAD))


def test_one_facility_shows_its_own_and_those_who_are_new(find, ours):
    north, south = ours.facilities
    appoint(ours, "Gail Smith", south)
    at_north = ours.somebody(Role.SCHEDULER, facility_id=north)
    at_south = ours.somebody(Role.SCHEDULER, facility_id=south)
    assert "Gail Smith" not in find("smith", at_north)
    assert "Smith Abara" in find("smith", at_north)
    assert "Gail Smith" in find("smith", at_south)
    appoint(ours, "Gail Smith", north, days=1)
    assert "Gail Smith" in find("smith", at_north)


def test_the_words_of_everybody_are_never_read(ours, find):
    """Row-level security is checked on what the index found, and not on every row there is."""
    statement, parameters = _statement_of(lambda: find("smith gar"))
    with transaction(ours.administrator.scope) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        cursor: Any = session.connection().connection.cursor()
        plan = "\n".join(row[0] for row in cursor.execute(f"EXPLAIN {statement}", parameters))
    conditions = [line for line in plan.splitlines() if "Index Cond" in line and "word" in line]
    assert any("word >= " in line and "word < " in line for line in conditions), plan
    assert "Seq Scan" not in plan


def _statement_of(call) -> tuple[str, Any]:
    seen: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    event.listen(app_engine(), "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(app_engine(), "before_cursor_execute", note)
    return seen[-1]


def appoint(ours, name: str, facility: int, days: int = 0) -> None:
    """Give somebody an appointment at a facility."""
    with owner_transaction() as session:
        session.execute(
            text(
                "WITH member AS (INSERT INTO staff (organization_id, facility_id, name, title,"
                " active, version) VALUES (:organization, :facility, 'Staff', '', true, 1)"
                " RETURNING id),"
                " service AS (INSERT INTO program (organization_id, name, short_name, colour,"
                " duration_minutes, slot_step_minutes, buffer_before_minutes,"
                " buffer_after_minutes, minimum_notice_minutes, horizon_days,"
                " minimum_days_between, public_booking, active, version)"
                " VALUES (:organization, gen_random_uuid()::text, 'P', 0, 30, 15, 0, 0, 0, 90, 0,"
                " false, true, 1) RETURNING id)"
                " INSERT INTO appointment (public_id, organization_id, facility_id, program_id,"
                " staff_id, customer_id, starts_at, ends_at, occupied_from, occupied_to,"
                " local_day, status, forced_overlap, forced_hours, override_reason, public_note,"
                " notify_customer, version)"
                " SELECT gen_random_uuid(), :organization, :facility, service.id, member.id,"
                " :customer, at, at + interval '30 min', at, at + interval '30 min', at::date,"
                " 'booked', false, false, '', '', true, 1 FROM member, service,"
                " (SELECT timestamptz '2027-01-13 12:00+00' + make_interval(days => :days)) AS t(at)"
            ),
            {
                "organization": ours.id,
                "facility": facility,
                "customer": ours.ids[name],
                "days": days,
            },
        )


def test_only_what_a_list_shows_leaves_the_search(ours):
    with transaction(ours.administrator.scope) as session:
        (found,) = search.find(session, ours.administrator, "gail")
    assert found.number == 1003
    assert found.phone_tail == "0199"
    assert found.detail == "No. 1003 · born Dec 31, 1950 · phone …0199"
