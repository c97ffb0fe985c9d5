"""When people are left in peace, by the clock on their own wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTES = 24 * 60


def over_at(now: datetime, zone: ZoneInfo, quiet: tuple[int, int]) -> datetime | None:
    """When the quiet hours that `now` lies in are over, in UTC; None outside of them.

    `quiet` are minutes of the local day, from (included) and until (not included); from after until
    means over midnight, twice the same means never. Judged by the wall clock: one that is put back
    shows the end twice, and an end that it leaps over comes as if it had not leapt.
    """
    local = now.astimezone(zone)
    if not _holds(quiet, local):
        return None
    ends = quiet[1]
    day = local.date() + timedelta(days=1 if local.hour * 60 + local.minute >= ends else 0)
    wall = datetime.combine(day, time(ends // 60, ends % 60), zone)
    both = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    later = (each for each in both if each > now and not _holds(quiet, each.astimezone(zone)))
    return min(later, default=now + _SOON)


_SOON = timedelta(hours=1)
"""Where the clock leaps over all that is not quiet on that day: ask again."""


def _holds(quiet: tuple[int, int], local: datetime) -> bool:
    begins, ends = quiet
    return (local.hour * 60 + local.minute - begins) % MINUTES < (ends - begins) % MINUTES
