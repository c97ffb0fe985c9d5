"""Why something cannot be written, in sentences for whoever wanted to write it."""

from datetime import date

from securecare.foundation.errors import DomainError


class RepliesClosed(DomainError):
    """The customer may not answer, or not any more; `ended_on` is the last day they could."""

    def __init__(self, ended_on: date | None = None) -> None:
        if ended_on is None:
            told = "Replies are turned off for this conversation."
        else:
            told = f"This conversation took answers until {ended_on:%B} {ended_on.day}, {ended_on.year}."
        super().__init__(f"{told} If you need something, please call us.", field="body")
