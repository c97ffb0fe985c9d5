"""When people are left in peace, by the clock on their own wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTES = 24 * 60


def over_at(now: datetime, zone: ZoneInfo, quiet: tuple[int, int]) -> datetime | None:
    """When the quiet hours that `now` lies in are over, in UTC; None outside of them.

    `quiet` are minutes of the local day, from (included) and until (not included); from after until
    means over midnight, twice the same means never. Judged by the wall clock: on the day it is put
    forward or back, an hour that does not exist ends with the gap.
    """
    begins, ends = quiet
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if (minute - begins) % MINUTES >= (ends - begins) % MINUTES:
        return None
    day = local.date() + timedelta(days=1 if minute >= ends else 0)
    wall = datetime.combine(day, time(ends // 60, ends % 60), zone)
    # A wall clock that is put back shows the end twice, and the first may be over already.
    both = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(each for each in both if each > now)
