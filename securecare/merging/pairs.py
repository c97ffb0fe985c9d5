"""The two records that become one, and what stands in the way."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.foundation.errors import DomainError


@dataclass(frozen=True, slots=True)
class Pair:
    """Both records, locked, in the transaction in which they become one."""

    session: Session
    actor: Actor
    former: int
    """The record that goes, and leads to the other from then on."""
    remaining: int

    @property
    def ids(self) -> dict[str, int]:
        """As statements name them."""
        return {
            "organization": self.actor.organization_id,
            "former": self.former,
            "remaining": self.remaining,
        }


class SameRecord(DomainError):
    """A record cannot become part of itself."""

    def __init__(self) -> None:
        super().__init__("Choose a different record.", field="other")


class BookedTwice(DomainError):
    """Both are booked at the same time, and it is still to come."""

    def __init__(self, at: datetime) -> None:
        super().__init__(
            f"Both are booked at the same time, on {at:%b} {at.day}, {at.year} at {at:%H:%M}."
            " Cancel or move one of the two appointments, then merge."
        )


class BothClaimed(DomainError):
    """Two people sign in, each for one of the records."""

    def __init__(self) -> None:
        super().__init__(
            "Each of the two records belongs to a different portal account. Unlink one of them"
            " first, on the tab Patron account."
        )


class NoPriorityLeft(DomainError):
    """There are more insurance policies at a time than priorities."""

    def __init__(self) -> None:
        super().__init__("The two have more insurance policies than there are priorities.")
