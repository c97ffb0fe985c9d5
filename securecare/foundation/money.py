"""Money as people write it, in whole cents inside. Never a fraction, never a float."""

import re

from securecare.foundation.errors import DomainError

SYMBOL = "$"
MOST_CENTS = 10**13
_WRITTEN = re.compile(r"\s*\$?\s*([0-9]{1,3}(?:,[0-9]{3})*|[0-9]{1,12})(?:\.([0-9]{1,2}))?\s*")


class NotMoney(DomainError):
    """The text is no amount of money."""

    def __init__(self) -> None:
        super().__init__("Enter an amount such as 12.34.")


def format_cents(cents: int) -> str:
    """The amount in dollars and cents: `format_cents(123456)` is "$1,234.56"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{SYMBOL}{abs(cents) // 100:,}.{abs(cents) % 100:02}"


def plain_cents(cents: int) -> str:
    """The same as it is typed into a field or a spreadsheet: "1234.56"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def parse_cents(text: str) -> int:
    """The cents of an amount as somebody typed it: "12", "12.3", "$1,234.56".

    Raises `NotMoney` for anything else, negative amounts too.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise NotMoney
    whole, part = found[1].replace(",", ""), (found[2] or "").ljust(2, "0")
    cents = int(whole) * 100 + int(part or 0)
    if cents > MOST_CENTS:
        raise NotMoney
    return cents
