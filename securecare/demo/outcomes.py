"""What becomes of an appointment: when it was made, and its status by where it lies in time."""

from datetime import datetime, timedelta
from random import Random

from securecare.demo.plans import Visit
from securecare.scheduling.local_time import local_day

Chances = tuple[tuple[str, float], ...]
LONG_PAST: Chances = (("completed", 0.86), ("no_show", 0.08), ("cancelled", 0.06))
EARLIER_TODAY: Chances = (
    ("completed", 0.82),
    ("no_show", 0.08),
    ("arrived", 0.05),
    ("cancelled", 0.05),
)
RIGHT_NOW: Chances = (("arrived", 0.86), ("confirmed", 0.09), ("no_show", 0.05))
SOON: Chances = (("arrived", 0.4), ("confirmed", 0.5), ("booked", 0.1))
LATER_TODAY: Chances = (("confirmed", 0.68), ("booked", 0.26), ("cancelled", 0.06))
THIS_WEEK: Chances = (("confirmed", 0.52), ("booked", 0.42), ("cancelled", 0.06))
AHEAD: Chances = (("confirmed", 0.14), ("booked", 0.82), ("cancelled", 0.04))


def made_at(visit: Visit, draws: Random, now: datetime) -> datetime:
    """When it was booked: some days before, and never in the future."""
    lead = timedelta(days=draws.triangular(0.1, 21, 4), seconds=draws.randrange(3600))
    return min(visit.starts_at - lead, now - timedelta(minutes=draws.randrange(5, 3000)))


def status(visit: Visit, draws: Random, now: datetime, zone: str) -> str:
    """A likely status for an appointment that lies where it lies in time."""
    words, weights = zip(*_chances(visit, now, zone), strict=True)
    return draws.choices(words, weights)[0]


def _chances(visit: Visit, now: datetime, zone: str) -> Chances:
    today = local_day(now, zone)
    if visit.ends_at <= now:
        return EARLIER_TODAY if visit.local_day == today else LONG_PAST
    if visit.starts_at <= now:
        return RIGHT_NOW
    if visit.starts_at <= now + timedelta(minutes=20):
        return SOON
    if visit.local_day == today:
        return LATER_TODAY
    return THIS_WEEK if visit.starts_at < now + timedelta(days=4) else AHEAD
