"""Reading what a client sent: values of any type, none of them to be trusted."""

from datetime import date
from typing import Any

BIGGEST_ID = 2**63 - 1


def whole_number(value: Any, least: int = 1, most: int = BIGGEST_ID) -> int | None:
    """The value as a whole number within bounds, or None if it is not one."""
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    return None


def calendar_day(value: Any) -> date | None:
    """The value as a date of the years 1900 to 2199, or None."""
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return day if 1900 <= day.year < 2200 else None


def line(value: Any, most: int = 200) -> str:
    """The value as one line of text, cut to a length; "" if it is not text."""
    return " ".join(value.split())[:most] if isinstance(value, str) else ""


def prose(value: Any, most: int = 2000) -> str:
    """The value as text of several lines, cut to a length; "" if it is not text."""
    return value.replace("\x00", "").strip()[:most] if isinstance(value, str) else ""
