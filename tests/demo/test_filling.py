"""The demo as rows: filled once, believable, within its own rules, and each organization apart."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import Session

from securecare import demo
from securecare.access import passwords
from securecare.foundation import clock
from securecare.foundation.db import Scope, owner_transaction, transaction
from securecare.foundation.spans import Span
from securecare.scheduling import hours, reassignment
from tests.demo.acting import administrator_of

HARBOR = "Harbor & Pine Community Care"
MIRANTE = "Mirante & Ganga Residences"


@pytest.fixture(scope="module")
def summary(database: str) -> demo.DemoSummary:
    told: list[tuple[str, int, int]] = []
    summary = demo.fill(lambda *said: told.append(said))
    assert {(name, done == of) for name, done, of in told[-1:]} == {(MIRANTE, True)}
    return summary


@pytest.fixture
def owner(summary: demo.DemoSummary) -> Iterator[Session]:
    with owner_transaction() as session:
        yield session


def organization_id(session: Session, name: str) -> int:
    query = text("SELECT id FROM organization WHERE name = :name")
    return session.execute(query, {"name": name}).scalar_one()


def test_it_has_the_size_it_should(summary, owner):
    first = organization_id(owner, HARBOR)
    counted = {
        table: owner.execute(
            text(f"SELECT count(*) FROM {table} WHERE organization_id = :id"), {"id": first}
        ).scalar_one()
        for table in ("facility", "program", "staff", "customer", "appointment")
    }
    appointments = counted.pop("appointment")
    assert counted == {"facility": 3, "program": 12, "staff": 40, "customer": 600}
    assert 7_000 <= appointments <= 9_000
    assert summary.organizations == 2
    assert summary.customers == 640


def test_filling_again_changes_nothing(summary):
    again = demo.fill(lambda *_: None)
    assert not again.filled
    assert (again.customers, again.appointments) == (summary.customers, summary.appointments)


def test_every_appointment_is_within_hours_unless_it_says_why_not(owner):
    first = organization_id(owner, HARBOR)
    staff = owner.execute(text("SELECT id FROM staff")).scalars().all()
    today = clock.now().date()
    month = timedelta(days=32)
    book = hours.read(owner, staff, today - month, today + month)
    rows = owner.execute(
        text(
            "SELECT staff_id, facility_id, starts_at, ends_at, status, forced_hours,"
            " organization_id = :id AS ours FROM appointment"
        ),
        {"id": first},
    ).all()
    outside = [
        row
        for row in rows
        if not book.covers(row.staff_id, row.facility_id, Span(row.starts_at, row.ends_at))
    ]
    kinds = Counter("forced" if row.forced_hours else row.status for row in outside)
    assert set(kinds) == {"forced", "pending_reassignment"}
    assert kinds["forced"] == 1
    assert all(row.ours for row in outside)
    stranded = [row for row in rows if row.status == "pending_reassignment"]
    assert 4 <= len(stranded) == kinds["pending_reassignment"] <= 30


def test_nobody_is_in_two_places_but_for_what_was_forced(owner):
    for column in ("staff_id", "customer_id"):
        overlaps = owner.execute(
            text(
                f"SELECT count(*) FROM appointment a JOIN appointment b ON a.{column} = b.{column}"
                " AND a.id < b.id AND a.occupied_from < b.occupied_to"
                " AND b.occupied_from < a.occupied_to"
                " WHERE a.status NOT IN ('cancelled', 'no_show') AND NOT a.forced_overlap"
                " AND b.status NOT IN ('cancelled', 'no_show') AND NOT b.forced_overlap"
            )
        ).scalar_one()
        assert overlaps == 0
    forced = owner.execute(
        text("SELECT override_reason FROM appointment WHERE forced_overlap")
    ).scalars()
    assert len([reason for reason in forced if reason]) in (2, 3)


def test_days_between_visits_and_steps_and_buffers_are_kept(owner):
    rows = owner.execute(
        text(
            "SELECT a.customer_id, a.program_id, a.local_day, a.starts_at, a.ends_at,"
            " a.occupied_from, a.occupied_to, p.duration_minutes, p.slot_step_minutes,"
            " p.buffer_before_minutes, p.buffer_after_minutes, p.minimum_days_between, f.time_zone"
            " FROM appointment a JOIN program p ON p.id = a.program_id"
            " JOIN facility f ON f.id = a.facility_id"
            " WHERE NOT a.forced_overlap AND NOT a.forced_hours ORDER BY a.local_day"
        )
    ).all()
    last: dict[tuple[int, int], object] = {}
    minute = timedelta(minutes=1)
    for row in rows:
        before = last.get((row.customer_id, row.program_id))
        assert before is None or (row.local_day - before).days >= row.minimum_days_between
        last[row.customer_id, row.program_id] = row.local_day
        local = row.starts_at.astimezone(ZoneInfo(row.time_zone))
        assert local.date() == row.local_day
        assert (local.hour * 60 + local.minute) % row.slot_step_minutes == 0
        assert row.ends_at - row.starts_at == row.duration_minutes * minute
        assert row.starts_at - row.occupied_from == row.buffer_before_minutes * minute
        assert row.occupied_to - row.ends_at == row.buffer_after_minutes * minute


def test_statuses_fit_the_time_they_lie_in(owner):
    now = clock.now()
    rows = owner.execute(text("SELECT status, starts_at, ends_at, created_at FROM appointment"))
    ahead = {"booked", "confirmed", "cancelled", "pending_reassignment"}
    for row in rows:
        assert row.created_at <= now
        if row.starts_at > now + timedelta(minutes=25):
            assert row.status in ahead
        elif row.ends_at < now - timedelta(days=1):
            assert row.status in {"completed", "no_show", "cancelled"}


def test_reassessing_everybody_finds_nothing_to_mark_or_to_give_back(owner):
    actor = administrator_of(owner, organization_id(owner, HARBOR))
    with transaction(actor.scope) as session:
        staff = session.execute(text("SELECT id FROM staff")).scalars().all()
        before = session.execute(_STRANDED).scalar_one()
        reassignment.reassess(session, actor, staff)
        assert session.execute(_STRANDED).scalar_one() == before


_STRANDED = text(
    "SELECT array_agg(id ORDER BY id) FROM appointment WHERE former_status IS NOT NULL"
)


def test_everybody_can_sign_in_with_the_one_password(owner):
    hashes = owner.execute(
        text("SELECT email, password_hash FROM account WHERE password_hash IS NOT NULL")
    ).all()
    listed = demo.sign_ins()
    assert {row.email for row in hashes} == {email for _, email, _ in listed}
    assert len({row.password_hash for row in hashes}) == 1
    assert passwords.matches(hashes[0].password_hash, listed[0][2])
    roles = owner.execute(text("SELECT count(DISTINCT role) FROM role_grant")).scalar_one()
    assert roles == 7  # all but that of patrons, who are known by their account alone


def test_neither_organization_sees_anything_of_the_other(owner):
    first, second = organization_id(owner, HARBOR), organization_id(owner, MIRANTE)
    with transaction(Scope(second)) as session:
        for table in ("customer", "customer_word", "appointment", "staff", "program", "shift"):
            owners = session.execute(
                text(f"SELECT DISTINCT organization_id FROM {table}")
            ).scalars()
            assert list(owners) == [second], table
        assert session.execute(text("SELECT name FROM organization")).scalars().all() == [MIRANTE]
    assert first != second


def test_every_customer_is_found_by_a_word(owner):
    missing = owner.execute(
        text(
            "SELECT count(*) FROM customer c WHERE NOT EXISTS"
            " (SELECT FROM customer_word w WHERE w.customer_id = c.id AND w.word = c.number::text)"
        )
    ).scalar_one()
    assert missing == 0


def test_some_were_noted_twice_and_two_were_told_apart(owner):
    rows = owner.execute(
        text(
            "SELECT organization_id, dismissed_at IS NULL AS open, count(*) AS pairs FROM duplicate_pair"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        )
    ).all()
    assert [(row.open, row.pairs) for row in rows] == [(False, 1), (True, 3)] * 2
    assert owner.execute(text("SELECT count(*) FROM duplicate_due")).scalar_one() == 0
