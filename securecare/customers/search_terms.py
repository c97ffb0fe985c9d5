"""What somebody typed, as the beginnings of words to look for."""

import re
import unicodedata
from calendar import month_abbr, month_name
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

MOST_WORDS = 5
LONGEST = 100

_MONTHS = {
    name.lower(): number
    for names in (month_name, month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_MONTH = "(?P<name>" + "|".join(_MONTHS) + r")\.?"
_FULL_YEAR = r"(?P<year>(?:18|19|20)\d\d)"
_YEAR = r"(?P<year>(?:18|19|20)?\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NUMBERS = r"(?P<first>\d{1,2})\s*[./-]\s*(?P<second>\d{1,2})\s*[./-]\s*" + _YEAR
_DATES = tuple(
    re.compile(rf"(?<![\w./-]){pattern}(?![\w/-])")
    for pattern in (
        _FULL_YEAR + r"-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        _NUMBERS,
        rf"{_MONTH}\s+{_DAY},?\s+{_FULL_YEAR}",
        rf"{_DAY}\.?\s+{_MONTH},?\s+{_FULL_YEAR}",
        rf"{_MONTH}\s+{_FULL_YEAR}",
    )
)
_PHONE = re.compile(r"[\d\s()+./-]+")


@dataclass(frozen=True, slots=True)
class Term:
    """Something a customer must have a word for: one beginning with any of these."""

    beginnings: tuple[str, ...]

    @property
    def longest(self) -> int:
        return max(map(len, self.beginnings))


def terms(text: str, today: date) -> list[Term]:
    """The terms of a search; all must fit, in any order.

    Dates may be written 1984-03-07, 3/7/1984, 7.3.84, Mar 7, 1984, 7 March 1984 or March 1984;
    where day and month could be either, both are looked for. A number with blanks and brackets in
    it is a telephone number.
    """
    text = folded("".join(c if c.isprintable() else " " for c in text[:LONGEST]))
    dates: list[Term] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if beginnings := tuple(dict.fromkeys(_readings(match.groupdict(), today))):
                dates.append(Term(beginnings))
                text = text.replace(match[0], " ", 1)
    return [*dates, *(Term((word,)) for word in _words(text))][:MOST_WORDS]


def folded(text: str) -> str:
    """Lower case without accents, as the words of customers are kept."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return re.sub("[\u0300-\u036f]", "", decomposed)


def after(word: str) -> str:
    """The least text, in the order of code points, that is past everything beginning with `word`."""
    last = ord(word[-1]) + 1
    if last == 0xD800:
        last = 0xE000  # there are no characters in between
    return word[:-1] + chr(last) if last <= 0x10FFFF else word + chr(0x10FFFF)


def _words(text: str) -> list[str]:
    digits = re.sub(r"\D", "", text)
    if _PHONE.fullmatch(text.strip() or "-") and len(digits) > 3:
        return [digits]
    words = (
        word
        for part in text.split()
        for word in ([part] if "@" in part else re.split(r"[^\w]+|_+", part))
    )
    return [word for word in dict.fromkeys(words) if word]


def _readings(parts: dict[str, str | None], today: date) -> Iterator[str]:
    year = _year(parts["year"] or "", today)
    if parts.get("first"):
        first, second = int(parts["first"] or 0), int(parts["second"] or 0)
        yield from _day(year, first, second)
        yield from _day(year, second, first)
        return
    month = int(parts.get("month") or 0) or _MONTHS[parts["name"] or ""]
    if parts.get("day"):
        yield from _day(year, month, int(parts["day"] or 0))
    else:
        yield f"{year}{month:02}"


def _day(year: int, month: int, day: int) -> Iterator[str]:
    if 1 <= month <= 12 and 1 <= day <= 31:
        yield f"{year}{month:02}{day:02}"


def _year(digits: str, today: date) -> int:
    """Two digits mean the latest such year that is not ahead: nobody is born tomorrow."""
    year = int(digits)
    if len(digits) == 2:
        century = today.year // 100 * 100
        return century + year if century + year <= today.year else century - 100 + year
    return year
