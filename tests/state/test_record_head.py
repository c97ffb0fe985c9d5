"""The head of a record is true until time overtakes it, by the clock of the house."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from securecare.customers.customers import CustomerForm
from securecare.customers.header import Header
from securecare.customers.listing import Next
from state.record import true_until


def head(coming: datetime | None) -> Header:
    following = Next(coming, "America/Chicago", "North", "Talk") if coming else None
    zone = ZoneInfo("America/New_York")
    form = CustomerForm("Cleo", "Ray")
    return Header(
        1, 1001, form, 1, "", "", None, (), following, zone, date(2027, 3, 13), "US", False
    )


def test_until_the_next_appointment_begins():
    at = datetime(2027, 3, 13, 20, tzinfo=UTC)
    assert true_until(head(at)) == at


def test_until_midnight_there_also_before_the_clocks_change():
    midnight = datetime(2027, 3, 14, 5, tzinfo=UTC)
    assert true_until(head(None)) == midnight
    assert true_until(head(datetime(2027, 4, 1, tzinfo=UTC))) == midnight
