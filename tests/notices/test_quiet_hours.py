"""When people are left in peace, wherever they are and whatever their clocks do that day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securecare.foundation import clock
from securecare.notices.quiet_hours import over_at
from tests.notices.conftest import AFTERNOON
from tests.notices.office import Memory, Office, drain

NIGHT = (21 * 60, 8 * 60)
ZONES = (
    "America/Chicago",
    "America/Sao_Paulo",
    "Europe/London",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Pacific/Apia",
    "UTC",
)


def local(zone: str, *at: int) -> datetime:
    return datetime(*at, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("at", "until"),
    [
        ((20, 59), None),
        ((21, 0), (14, 8, 0)),
        ((23, 59), (14, 8, 0)),
        ((0, 0), (13, 8, 0)),
        ((7, 59), (13, 8, 0)),
        ((8, 0), None),
    ],
)
def test_the_night_is_that_of_the_recipient(zone: str, at: tuple[int, int], until):
    now = local(zone, 2027, 1, 13, *at)
    expected = local(zone, 2027, 1, *until) if until else None
    assert over_at(now, ZoneInfo(zone), NIGHT) == expected


def test_the_same_moment_is_night_for_some_and_day_for_others():
    assert over_at(AFTERNOON, ZoneInfo("America/Chicago"), NIGHT) is None
    assert over_at(AFTERNOON, ZoneInfo("Asia/Kolkata"), NIGHT) == local(
        "Asia/Kolkata", 2027, 1, 14, 8
    )


@pytest.mark.parametrize(
    ("day", "hours"), [((2027, 3, 14), 10), ((2027, 11, 7), 12), ((2027, 6, 1), 11)]
)
def test_on_a_day_of_another_length_the_morning_is_still_at_eight(day, hours):
    """In Chicago clocks go forward on 14 March 2027 and back on 7 November."""
    morning = local("America/Chicago", *day, 8)
    evening = datetime(*day, 21, tzinfo=ZoneInfo("America/Chicago")) - timedelta(days=1)
    assert over_at(evening.astimezone(UTC), ZoneInfo("America/Chicago"), NIGHT) == morning
    assert morning - evening.astimezone(UTC) == timedelta(hours=hours)


def test_an_end_that_the_clock_leaps_over_comes_as_if_it_had_not_leapt():
    zone = ZoneInfo("America/Chicago")
    now = local("America/Chicago", 2027, 3, 14, 1, 0)
    until = over_at(now, zone, (22 * 60, 2 * 60 + 30))
    assert until is not None
    assert until.astimezone(zone).time() == time(3, 30)


def test_an_end_that_comes_twice_may_be_the_first_or_the_second():
    zone, quiet = ZoneInfo("America/Chicago"), (22 * 60, 1 * 60 + 30)
    midnight = local("America/Chicago", 2027, 11, 7, 0, 0)
    first = over_at(midnight, zone, quiet)
    assert first == midnight + timedelta(minutes=90)
    again = midnight + timedelta(minutes=125)  # 1:05 for the second time
    assert over_at(again, zone, quiet) == midnight + timedelta(minutes=150)


def test_the_same_time_twice_means_never():
    assert over_at(AFTERNOON, ZoneInfo("UTC"), (480, 480)) is None


@given(
    st.integers(0, 15 * 366 * 1440),
    st.sampled_from(ZONES),
    st.integers(0, 1439),
    st.integers(0, 1439),
)
@settings(max_examples=500, deadline=None)
def test_what_waits_waits_until_they_are_over(minute: int, zone: str, begins: int, ends: int):
    now, quiet = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minute), (begins, ends)
    waits, asked = 0, over_at(now, ZoneInfo(zone), quiet)
    while asked is not None:
        assert now < asked <= now + timedelta(hours=25)
        now, waits = asked, waits + 1
        asked = over_at(now, ZoneInfo(zone), quiet)
    assert waits <= 2


def test_a_text_waits_for_the_morning_and_a_new_password_does_not(office: Office):
    office.agree()
    night = local("America/Chicago", 2027, 1, 13, 22, 30)
    morning = local("America/Chicago", 2027, 1, 14, 8)
    with clock.frozen(night):
        waiting, far_away = office.text(), office.text(time_zone="Asia/Tokyo")
        asked_for = office.letter()
        texts, mails = Memory(), Memory()
        drain("sms", texts)
        drain("email", mails)
    assert texts.keys == [office.key(far_away)]
    assert mails.keys == [office.key(asked_for)]
    row = office.row(waiting)
    assert (row.state, row.last_error, row.due_at, row.attempts) == (
        "queued",
        "quiet_hours",
        morning,
        0,
    )
    with clock.frozen(morning):
        drain("sms", texts)
    assert office.state(waiting) == ("sent", "")


def test_an_e_mail_that_needs_consent_waits_for_the_morning_too(office: Office):
    from securecare.notices.outbox import Notice

    night = local("America/Chicago", 2027, 1, 13, 22, 30)
    with clock.frozen(night):
        office.agree("message_alerts", channel="email")
        values = {"organization": "Alder", "link": "https://care.example.org"}
        id_ = office.queue(
            Notice(
                office.id,
                "email",
                "cleo@example.org",
                "message_waiting",
                values,
                "m:9",
                "message_alerts",
                office.customer,
            )
        )
        drain("email", Memory())
    assert office.state(id_) == ("queued", "quiet_hours")
