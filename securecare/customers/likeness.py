"""How alike two people look on paper: pure comparison, told with its reasons."""

import re
from dataclasses import dataclass
from datetime import date

from securecare.customers.search_terms import folded

LIKELY = 40
"""From so many points on somebody is worth a look."""
_SAME_NAME, _NEAR_NAME, _FAMILY_NAME = 40, 25, 10
_SAME_DAY, _NEAR_DAY, _OTHER_DAY = 35, 15, -30
_SAME_PHONE, _SAME_MAIL = 30, 30


@dataclass(frozen=True, slots=True)
class Features:
    """What two people are compared by; the phone as E.164."""

    given_name: str
    family_name: str
    born_on: date | None = None
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two people are, in points, and what in."""

    score: int
    why: tuple[str, ...]


def of(one: Features, other: Features) -> Likeness:
    """What the two have in common. What is not known of either speaks neither for nor against."""
    found = [
        each
        for each in (_of_names(one, other), _of_days(one, other), *_of_ways(one, other))
        if each is not None
    ]
    return Likeness(sum(points for points, _ in found), tuple(word for _, word in found if word))


def words_of(given_name: str, family_name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of both names as customers' words are kept."""
    return _words(given_name), _words(family_name)


def near(one: str, other: str) -> bool:
    """Whether a slip or two of the pen turns one into the other: two in a long word, one in a
    short one, none in a very short one."""
    longest = max(len(one), len(other))
    most = 0 if longest < 4 else 1 if longest < 8 else 2
    return _distance(one, other, most) <= most


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in re.split(r"[^\w]+|_+", folded(name)) if word)


def _of_names(one: Features, other: Features) -> tuple[int, str] | None:
    given, family = words_of(one.given_name, one.family_name)
    their_given, their_family = words_of(other.given_name, other.family_name)
    if given | family == their_given | their_family:
        swapped = given != their_given
        return _SAME_NAME, "same name the other way round" if swapped else "same name"
    mine, theirs = _plain(given | family), _plain(their_given | their_family)
    if near(mine, theirs) or (_alike(given, their_given) and _alike(family, their_family)):
        return _NEAR_NAME, "similar name"
    if _alike(given, their_family) and _alike(family, their_given):
        return _NEAR_NAME, "similar name the other way round"
    return (_FAMILY_NAME, "same family name") if family == their_family else None


def _alike(words: frozenset[str], others: frozenset[str]) -> bool:
    """One has all the words of the other, or they differ by slips of the pen."""
    if words and others and (words <= others or others <= words):
        return True
    return near(_plain(words), _plain(others))


def _plain(words: frozenset[str]) -> str:
    return "".join(sorted(words))


def _of_days(one: Features, other: Features) -> tuple[int, str] | None:
    if one.born_on is None or other.born_on is None:
        return None
    if one.born_on == other.born_on:
        return _SAME_DAY, "same birth date"
    mine, theirs = f"{one.born_on:%Y%m%d}", f"{other.born_on:%Y%m%d}"
    turned = mine[:4] + mine[6:] + mine[4:6]
    if turned == theirs or sum(a != b for a, b in zip(mine, theirs, strict=True)) == 1:
        return _NEAR_DAY, "similar birth date"
    return _OTHER_DAY, ""


def _of_ways(one: Features, other: Features) -> tuple[tuple[int, str] | None, ...]:
    return (
        (_SAME_PHONE, "same phone") if one.phone and one.phone == other.phone else None,
        (_SAME_MAIL, "same e-mail address")
        if one.email and folded(one.email) == folded(other.email)
        else None,
    )


def _distance(one: str, other: str, most: int) -> int:
    """How many letters to put in, leave out, exchange or swap; past `most` it is not counted on.

    Optimal string alignment, as in Boytsov, "Indexing methods for approximate dictionary
    searching", 2011.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, former, row = row, before, [i]
        for j, theirs in enumerate(other, 1):
            cost = min(row[-1] + 1, before[j] + 1, before[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, former[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return row[-1]
