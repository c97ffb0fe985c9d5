"""The appointments of the large organization, as lines for COPY."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from psycopg import sql
from sqlmodel import Session

from securecare.demo.filling import Told
from securecare.demo.rows import driver
from securecare.demo.structure import Written
from securecare.demo.writing import APPOINTMENT
from securecare.scheduling.local_time import first_existing, local_day

SLOTS = (*range(480, 720, 30), *range(750, 1020, 30))
"""The minutes of the day at which half an hour of working time begins."""
A_DAY = (12, 13)
AHEAD = 0.25
STRIDES = (7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
"""Steps through a facility's customers, whose number they share no divisor with."""

PAST = ("completed",) * 17 + ("no_show", "cancelled")
TODAY = ("confirmed", "arrived", "booked")
FUTURE = ("booked",) * 7 + ("confirmed",) * 2 + ("cancelled",)


@dataclass
class Days:
    """`total` appointments on as many working days as it takes, most of them behind us."""

    written: Written
    customers: list[int]
    booked_by: int
    now: datetime
    total: int

    def write(self, session: Session, told: Told) -> None:
        """Write all appointments, day by day."""
        command = sql.SQL("COPY appointment ({}) FROM STDIN").format(
            sql.SQL(", ").join(map(sql.Identifier, APPOINTMENT))
        )
        left = self.total
        with driver(session).cursor() as cursor, cursor.copy(command) as target:
            for day in self._working_days():
                lines = [line for lane in range(len(self.zones)) for line in self._day(lane, day)]
                target.write("".join(lines[:left]))
                left -= min(left, len(lines))
                told("Appointments", self.total - left, self.total)
                if not left:
                    return

    def __post_init__(self) -> None:
        self.draws = Random(self.total)
        self.zones = self.written.zones
        self.today = local_day(self.now, self.zones[0])
        self.weeks = [
            sorted(self.draws.sample(range(len(SLOTS)), self.draws.choice(A_DAY)))
            for _ in range(500)
        ]

    def _working_days(self) -> Iterator[date]:
        needed = self.total / (len(self.written.staff) * sum(A_DAY) / len(A_DAY))
        day = self.today - timedelta(days=int(needed * (1 - AHEAD) * 7 / 5))
        while True:
            if day.weekday() < 5:
                yield day
            day += timedelta(days=1)

    def _day(self, facility: int, day: date) -> Iterator[str]:
        """One facility's day: nobody comes twice on it, so nobody is in two places."""
        draws, places = self.draws, len(self.zones)
        own = self.customers[facility::places]
        each = len(self.written.staff) // places
        slots = [self._slot(facility, day, minute) for minute in SLOTS]
        statuses = PAST if day < self.today else TODAY if day == self.today else FUTURE
        head = f"{self.written.organization}\t{self.written.facilities[facility]}"
        tail = f"\\N\tf\tf\t\t\tt\t1\t{self.booked_by}"
        made_at = f"{min(day - timedelta(days=9), self.today)}T00:00:00Z"
        at, stride = draws.randrange(len(own)), draws.choice(STRIDES)
        for staff in self.written.staff[facility * each : (facility + 1) * each]:
            ids = os.urandom(16 * len(SLOTS)).hex()
            for slot in draws.choice(self.weeks):
                at = (at + stride) % len(own)
                yield (
                    f"{ids[32 * slot : 32 * slot + 32]}\t{head}"
                    f"\t{draws.choice(self.written.programs)}\t{staff}\t{own[at]}\t{slots[slot]}"
                    f"\t{day}\t{draws.choice(statuses)}\t{tail}\t{made_at}\t{made_at}\n"
                )

    def _slot(self, facility: int, day: date, minute: int) -> str:
        start = first_existing(day, minute, self.zones[facility]).astimezone(UTC)
        start_text, end_text = start.isoformat(), (start + timedelta(minutes=30)).isoformat()
        return f"{start_text}\t{end_text}\t{start_text}\t{end_text}"
