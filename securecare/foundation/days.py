"""Days as they are written, in sentences and in lists."""

from datetime import date


def long_day(day: date) -> str:
    """ "Sunday, March 8, 2026", for sentences."""
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"


def short_day(day: date) -> str:
    """ "Mar 8, 2026"."""
    return f"{day:%b} {day.day}, {day.year}"


def near_day(day: date) -> str:
    """ "Sun, Mar 8", where the year goes without saying."""
    return f"{day:%a, %b} {day.day}"
