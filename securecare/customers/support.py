"""What somebody is to an organization besides one of its customers: a donor, a volunteer, or both."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from securecare.customers.patron_models import PatronLink
from securecare.foundation.forms import Complaints

SERVICES, VOLUNTEER, DONOR = "services", "volunteer", "donor"
ASKED_AS = (SERVICES, VOLUNTEER, DONOR)
"""What a patron may say they are when they ask to be connected."""
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Support:
    """Since when somebody is a donor and a volunteer; None for what they are not."""

    donor_since: date | None = None
    volunteer_since: date | None = None

    def __bool__(self) -> bool:
        return self.donor_since is not None or self.volunteer_since is not None

    @classmethod
    def of(cls, link: PatronLink) -> Self:
        """What stands on a link."""
        return cls(link.donor_since, link.volunteer_since)

    def fields(self) -> dict[str, date | None]:
        """As columns of a link."""
        return {"donor_since": self.donor_since, "volunteer_since": self.volunteer_since}

    def named(self) -> tuple[str, ...]:
        """The names of what they are, for the audit trail."""
        return tuple(name for name, day in self.fields().items() if day is not None)

    def together(self, other: "Support") -> "Support":
        """All that either says, each since the earlier day: two connections become one."""
        return Support(
            _earlier(self.donor_since, other.donor_since),
            _earlier(self.volunteer_since, other.volunteer_since),
        )

    def changed(self, seen: "Support", wanted: "Support") -> "Support":
        """This, once somebody who saw `seen` wants `wanted`: nobody else's change is undone."""
        return Support(
            self.donor_since if wanted.donor_since == seen.donor_since else wanted.donor_since,
            self.volunteer_since
            if wanted.volunteer_since == seen.volunteer_since
            else wanted.volunteer_since,
        )

    def complaints(self, today: date) -> Complaints:
        """Days that cannot be, by field."""
        found: Complaints = {}
        for name, day in self.fields().items():
            if day is not None and day > today:
                found[name] = "This day lies in the future."
            elif day is not None and day < EARLIEST:
                found[name] = "Check the year."
        return found


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
