"""Zones with every kind of clock change, and the days of those changes."""

from datetime import date

from hypothesis import strategies as st

ZONES = (
    "America/New_York",
    "America/Phoenix",
    "America/Havana",  # changes at midnight
    "America/Nuuk",  # goes back into the evening before
    "America/Santiago",
    "Europe/London",
    "Europe/Berlin",
    "Africa/Cairo",
    "Antarctica/Troll",  # two hours
    "Australia/Lord_Howe",  # half an hour
    "Australia/Sydney",
    "Asia/Kathmandu",
    "Pacific/Apia",  # left out 30 December 2011
    "UTC",
)

CHANGES = (
    date(2026, 3, 8),
    date(2026, 11, 1),
    date(2026, 3, 28),
    date(2026, 3, 29),
    date(2026, 10, 24),
    date(2026, 10, 25),
    date(2026, 4, 4),
    date(2026, 4, 5),
    date(2026, 9, 5),
    date(2026, 9, 6),
    date(2026, 10, 4),
    date(2026, 4, 24),
    date(2026, 10, 29),
    date(2026, 10, 30),
    date(2011, 12, 29),
    date(2011, 12, 30),
    date(2011, 12, 31),
)

zones = st.sampled_from(ZONES)
days = st.sampled_from(CHANGES) | st.dates(date(2012, 1, 1), date(2035, 12, 31))
