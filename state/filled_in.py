"""A filled-in form as a browser sends it: texts under names, or anything at all.

What cannot be read becomes a complaint beside its field, together with those of the domain, so
that everything that is wrong is said at once.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from securecare.foundation.forms import Complaints, require_none
from state.read import calendar_day, prose, whole_number

LONGEST_TEXT = 2000


class FilledIn:
    """Reads the fields of one form and gathers complaints. Nothing in it is to be trusted."""

    def __init__(self, form: Any) -> None:
        self._values: Mapping[str, Any] = form if isinstance(form, dict) else {}
        self.complaints: Complaints = {}

    def text(self, name: str) -> str:
        """What was typed, without spaces around it or doubled within."""
        value = self._values.get(name)
        return " ".join(value[:LONGEST_TEXT].split()) if isinstance(value, str) else ""

    def prose(self, name: str, most: int = LONGEST_TEXT) -> str:
        """Text of several lines, cut to a length."""
        return prose(self._values.get(name), most)

    def whole(self, name: str, most: int) -> str:
        """Text just as it was sent, the space around it too, cut to a length."""
        value = self._values.get(name)
        return value[:most] if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self._values.get(name) in ("on", "true", True)

    def number(self, name: str, otherwise: int = 0) -> int:
        """A whole number; one that cannot be read is complained of and counts as `otherwise`."""
        number = whole_number(self._values.get(name), -1_000_000, 1_000_000)
        if number is None:
            self.complaints[name] = "Enter a whole number."
        return otherwise if number is None else number

    def id(self, name: str) -> int | None:
        """An id chosen from a list, or None."""
        return whole_number(self._values.get(name))

    def ids(self, prefix: str) -> frozenset[int]:
        """The ids of the boxes ticked, whose names are the prefix and an id."""
        found = (
            whole_number(name.removeprefix(prefix))
            for name in self._values
            if isinstance(name, str) and name.startswith(prefix) and self.flag(name)
        )
        return frozenset(id_ for id_ in found if id_ is not None)

    def minute(self, name: str) -> int | None:
        """A time of day as minutes after midnight, or None."""
        hours, colon, minutes = self.text(name).partition(":")
        hour, minute = whole_number(hours, 0, 23), whole_number(minutes[:2], 0, 59)
        return hour * 60 + minute if colon and hour is not None and minute is not None else None

    def day(self, name: str) -> date | None:
        """A date; one that cannot be read is complained of."""
        text = self.text(name)
        day = calendar_day(text)
        if text and day is None:
            self.complaints[name] = "Enter a date."
        return day

    def needed_day(self, name: str, otherwise: date) -> date:
        """The same where there must be one."""
        day = self.day(name)
        if day is None:
            self.complaints[name] = "Enter a date."
        return day or otherwise

    def require_accepted(self, complaints: Complaints) -> None:
        """Raise `NotAccepted` if anything could not be read, or is complained of by the domain."""
        require_none({**complaints, **self.complaints})
