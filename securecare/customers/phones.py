"""Telephone numbers: kept as E.164, read as people write them, shown as their country does."""

from functools import cache
from importlib import resources

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

FALLBACK_REGION = "US"


def kept(text: str, region: str) -> str | None:
    """The number as "+12125550123", None if there can be no such number, "" if none is given.

    `region` is the country, as in "US", of a number that is written without one.
    """
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def shown(number: str, region: str = "") -> str:
    """A kept number for reading: as at home within `region`, else with its country."""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    home = phonenumbers.region_code_for_number(parsed) == region
    form = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def region_of(time_zone: str) -> str:
    """The country whose clocks show the zone, as in "US" for America/Phoenix."""
    return _countries().get(time_zone, FALLBACK_REGION)


@cache
def _countries() -> dict[str, str]:
    text = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {zone: country for country, _, zone, *_ in rows}
