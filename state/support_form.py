"""What somebody is besides a customer: in words, and as a form with a box and a day for each."""

from dataclasses import dataclass, replace
from datetime import date

from securecare.customers.support import DONOR, VOLUNTEER, Support
from securecare.foundation.days import short_day
from state.filled_in import FilledIn

NAMES = {"donor_since": "Donor since", "volunteer_since": "Volunteer since"}


@dataclass(frozen=True)
class SupportView:
    """What a person is, and since when: to be read, and as the fields of the form hold it."""

    donor: str = ""
    """As in "since May 1, 2026"; empty where they are none."""
    volunteer: str = ""
    donor_since: str = ""
    """The day in the field: today where they are none yet."""
    volunteer_since: str = ""


NOTHING = SupportView()


def view(support: Support, today: date) -> SupportView:
    """In words, and with the days that the form begins with."""
    return SupportView(
        _since(support.donor_since),
        _since(support.volunteer_since),
        (support.donor_since or today).isoformat(),
        (support.volunteer_since or today).isoformat(),
    )


def wanted(read: FilledIn) -> Support:
    """What the form says; a ticked box without a day is complained of."""
    support = Support()
    for kind in (DONOR, VOLUNTEER):
        if read.flag(kind):
            name = f"{kind}_since"
            day = read.needed_day(name, date.min)
            support = replace(support, **{name: day})
    return support


def _since(day: date | None) -> str:
    return f"since {short_day(day)}" if day else ""
