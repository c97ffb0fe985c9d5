"""Days and moments of the past in a few words."""

from datetime import datetime

from securecare.foundation import clock


def ago(at: datetime) -> str:
    """How long ago, as a person would say it."""
    minutes = int((clock.now() - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return _many(minutes, "minute")
    if minutes < 48 * 60:
        return _many(minutes // 60, "hour")
    return _many(minutes // (24 * 60), "day")


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' if number != 1 else ''} ago"
