"""Why a session cannot be changed. Each says how it stands."""

from datetime import date

from securecare.foundation.days import long_day
from securecare.foundation.errors import DomainError


class SessionEnded(DomainError):
    """The session was completed or cancelled: somebody was quicker, or the page is old."""

    def __init__(self, status: str, by: str) -> None:
        who = f" by {by}" if by else ""
        super().__init__(
            f"This session has been {status} already{who}. Nothing of yours was changed; look at how"
            " it stands now."
        )
        self.status = status


class NotCompleted(DomainError):
    """Only what was completed can be opened again."""

    def __init__(self) -> None:
        super().__init__(
            "Only a completed session can be opened again. This one was not completed."
        )


class DayTaken(DomainError):
    """The service has a session on that day."""

    def __init__(self, service: str, day: date, number: int | None = None) -> None:
        which = f"session {number}" if number else "a session"
        super().__init__(
            f"{service} has {which} on {long_day(day)} already. Open that one, or choose another day.",
            field="held_on",
        )
        self.number = number


class ServiceClosed(DomainError):
    """The service is no longer held."""

    def __init__(self, service: str) -> None:
        super().__init__(f"{service} is no longer in use. Bring it back before planning a session.")


class ReasonNeeded(DomainError):
    """Opening again takes back what was reported; the reason is kept."""

    def __init__(self) -> None:
        super().__init__("Say why it has to be opened again, in a few words.", field="reason")
