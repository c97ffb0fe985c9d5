"""The table of what ticks."""

from datetime import datetime

from sqlmodel import Field

from securecare.foundation.columns import Table, instant


class JobTick(Table, table=True):
    """What ticks in the job process: when it last ran, for how long, and how it ended."""

    name: str = Field(primary_key=True)
    every_seconds: int
    started_at: datetime = instant()
    finished_at: datetime | None = instant(nullable=True)
    milliseconds: int = 0
    runs: int = 0
    failures: int = 0
    failed_at: datetime | None = instant(nullable=True)
    last_error: str = ""
    """The kind of the last fault; empty once it went well again."""
