"""Why a time cannot be given. Each says what stands in the way, and when it would be free."""

from dataclasses import dataclass
from datetime import datetime

from securecare.foundation.errors import DomainError


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time that could be had instead."""

    staff_id: int
    staff_name: str
    starts_at: datetime
    label: str


class TimeRefused(DomainError):
    """The wished time is not to be had. `may_force` says whether this person could insist."""

    def __init__(
        self,
        message: str,
        alternatives: tuple[FreeTime, ...] = (),
        may_force: bool = False,
    ) -> None:
        super().__init__(message, field="time")
        self.alternatives = alternatives
        self.may_force = may_force


class SlotTaken(TimeRefused):
    """The staff member or the customer is taken at that time, buffers included."""


class NotWorking(TimeRefused):
    """The staff member does not work then and there."""


class CoolingDown(TimeRefused):
    """The program wants more days between two bookings of one customer."""


class ReasonNeeded(DomainError):
    """Overriding wants a reason, which is shown and kept."""

    def __init__(self) -> None:
        super().__init__("Say why this has to be, in a few words.", field="override_reason")


class ChangedMeanwhile(DomainError):
    """Somebody else changed the appointment first; nothing was overwritten."""

    def __init__(self, changed_by: str) -> None:
        super().__init__(
            f"{changed_by} changed this appointment while you had it open."
            " Compare both versions and choose."
        )
        self.changed_by = changed_by


class NotOffered(DomainError):
    """The program has been retired: nothing new is booked in it."""

    def __init__(self, program_name: str) -> None:
        super().__init__(
            f"{program_name} is not offered any more. Choose another program.", field="program_id"
        )
