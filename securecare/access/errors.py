"""Refusals. Missing and forbidden answer alike, so that an answer tells a stranger nothing."""

from securecare.foundation.errors import DomainError


class NotAllowed(DomainError):
    """The person may not do this, or it does not exist for them."""

    def __init__(self, message: str = "You do not have access to this.") -> None:
        super().__init__(message)


class NotFound(DomainError):
    """It does not exist, or the person may not know that it does."""

    def __init__(self, what: str = "This") -> None:
        super().__init__(f"{what} could not be found. It may have been removed.")


class SignedOut(DomainError):
    """The session has ended: by the person, by a limit, or by an administrator."""

    def __init__(self) -> None:
        super().__init__("You have been signed out. Sign in again to continue.")
