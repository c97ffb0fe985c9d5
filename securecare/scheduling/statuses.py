"""What an appointment can be, and what it can become."""

from enum import StrEnum

from securecare.foundation.errors import DomainError


class AppointmentStatus(StrEnum):
    """The values stand in the database; codes and labels are for the wire and the screen."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    PENDING_REASSIGNMENT = "pending_reassignment"
    ABSENT = "absent"
    """How a no-show within an authorized absence is read. No row holds it: see `missed`."""

    @property
    def code(self) -> int:
        """One small number per status, never reused: pushed to screens in place of the word."""
        return _CODES[self]

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def holds_time(self) -> bool:
        """Whether nobody else can have the time meanwhile."""
        return self in HOLDING_TIME

    @staticmethod
    def of_code(code: int) -> "AppointmentStatus":
        """The status with that code, or `ValueError`."""
        for status, own in _CODES.items():
            if own == code:
                return status
        raise ValueError(f"No status has the code {code}.")


_S = AppointmentStatus

_CODES = {
    _S.BOOKED: 1,
    _S.CONFIRMED: 2,
    _S.ARRIVED: 3,
    _S.COMPLETED: 4,
    _S.NO_SHOW: 5,
    _S.CANCELLED: 6,
    _S.PENDING_REASSIGNMENT: 7,
    _S.ABSENT: 8,
}

_LABELS = {
    _S.BOOKED: "Booked",
    _S.CONFIRMED: "Confirmed",
    _S.ARRIVED: "Arrived",
    _S.COMPLETED: "Completed",
    _S.NO_SHOW: "No-show",
    _S.CANCELLED: "Cancelled",
    _S.PENDING_REASSIGNMENT: "Pending reassignment",
    _S.ABSENT: "Absence",
}

HOLDING_TIME = frozenset(_S) - {_S.CANCELLED, _S.NO_SHOW, _S.ABSENT}

STRANDABLE = frozenset({_S.BOOKED, _S.CONFIRMED})
"""What a change of hours may strand; who has arrived is being seen whatever the shift says."""

_KEPT = (_S.BOOKED, _S.CONFIRMED, _S.ARRIVED, _S.COMPLETED, _S.NO_SHOW, _S.CANCELLED)

CHANGES_BY_PEOPLE: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    # Steps back are corrections for the record: the no-show who came after all.
    **{status: frozenset(_KEPT) - {status} for status in _KEPT},
    # A cancelled time may be somebody else's by now: it is booked again before anything else.
    _S.CANCELLED: frozenset({_S.BOOKED}),
    # It is a no-show underneath; that it counts as an absence is decided by the leave alone.
    _S.ABSENT: frozenset(_KEPT) - {_S.NO_SHOW},
    # Everything else happens by finding it a new time or person.
    _S.PENDING_REASSIGNMENT: frozenset({_S.CANCELLED}),
}

CHANGES_BY_SYSTEM: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    **{status: frozenset({_S.PENDING_REASSIGNMENT}) for status in STRANDABLE},
    _S.PENDING_REASSIGNMENT: STRANDABLE,
}
"""When hours go and come back, and when a stranded appointment is moved to where it can stay."""


class StatusNotPossible(DomainError):
    """The appointment cannot go from what it is to what was asked."""


def choices_from(current: AppointmentStatus) -> tuple[AppointmentStatus, ...]:
    """What a person may set it to, in the order of a visit; `current` is not among them."""
    return tuple(status for status in _S if status in CHANGES_BY_PEOPLE[current])


def may_become(
    current: AppointmentStatus, wanted: AppointmentStatus, *, by_system: bool = False
) -> bool:
    """Whether the step is allowed; staying the same is no step and always is."""
    changes = CHANGES_BY_SYSTEM if by_system else CHANGES_BY_PEOPLE
    return wanted == current or wanted in changes.get(current, frozenset())


def require_change(
    current: AppointmentStatus, wanted: AppointmentStatus, *, by_system: bool = False
) -> None:
    """Let an allowed step pass, or raise `StatusNotPossible`."""
    if may_become(current, wanted, by_system=by_system):
        return
    if current is _S.PENDING_REASSIGNMENT:
        message = (
            "This appointment waits for a new time or staff member. Give it one, or cancel it."
        )
    elif wanted is _S.PENDING_REASSIGNMENT:
        message = "Only a change of working hours puts an appointment up for reassignment."
    elif _S.ABSENT in (current, wanted):
        message = (
            "Whether this is an absence or a no-show follows from the authorized absences on the"
            " record. Add, change or withdraw one there."
        )
    elif current is _S.CANCELLED:
        message = "This appointment is cancelled. Book it again first."
    else:
        message = f"{current.label} cannot become {wanted.label.lower()}."
    raise StatusNotPossible(message, field="status")
