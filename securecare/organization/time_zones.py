"""The time zones one may choose from, by the names, places and countries people know them by."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones


@dataclass(frozen=True, slots=True)
class TimeZone:
    """One zone of the IANA database."""

    name: str
    """As kept: "America/Phoenix"."""
    city: str
    country: str
    remark: str
    """What sets it apart from others of its country, as in "MST - AZ (except Navajo)"."""

    @property
    def label(self) -> str:
        """ "Phoenix, United States"."""
        return f"{self.city}, {self.country}" if self.country else self.city


def is_known(name: str) -> bool:
    """Whether facilities can keep this zone's time."""
    return name in every_zone() or ("/" in name and name in _every_name())


def search(wanted: str, limit: int = 30) -> list[TimeZone]:
    """Zones whose name, country or remark holds every word of `wanted`; best matches first."""
    words = wanted.casefold().replace("_", " ").split()
    found = [zone for zone in every_zone().values() if _holds(zone, words)]
    start = words[0] if words else ""
    found.sort(key=lambda zone: (not zone.city.casefold().startswith(start), zone.name))
    return found[:limit]


def find(name: str) -> TimeZone:
    """The zone of that name; one that only older data knows is described by its name alone."""
    return every_zone().get(name) or TimeZone(name, _city(name), "", "")


def offset_label(name: str, at: datetime) -> str:
    """How far its clocks are from UTC at that instant, as in "UTC−7" or "UTC+5:30"."""
    offset = at.astimezone(ZoneInfo(name)).utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset is not None else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _holds(zone: TimeZone, words: list[str]) -> bool:
    text = f"{zone.name} {zone.city} {zone.country} {zone.remark}".casefold().replace("_", " ")
    return all(word in text for word in words)


def _city(name: str) -> str:
    return name.rsplit("/", 1)[-1].replace("_", " ")


@cache
def _every_name() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def every_zone() -> dict[str, TimeZone]:
    """The zones the database lists by country, and UTC, by name."""
    zones = {"UTC": TimeZone("UTC", "UTC", "", "the same all year")}
    for code, _, name, *remark in _table("zone.tab"):
        country = countries().get(code, code)
        zones[name] = TimeZone(name, _city(name), country, remark[0] if remark else "")
    return zones


@cache
def countries() -> dict[str, str]:
    """The names of countries by their two letters (ISO 3166)."""
    return {code: name for code, name, *_ in _table("iso3166.tab")}


def _table(name: str) -> list[list[str]]:
    text = (resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
