"""The errors a person is meant to read."""


class DomainError(Exception):
    """A wish that cannot be granted, and why.

    `message` is a whole sentence for the person; `field` names the form field it belongs to,
    when there is one. Subclasses are named after the fact: `SlotTaken`, `OutsideHours`.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
