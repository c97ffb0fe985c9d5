"""How alike two people look on paper: pure comparison, told with its reasons."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from securecare.customers.search_terms import folded

LIKELY = 40
"""From so many points on somebody is worth a look."""
_SAME_NAME, _NEAR_NAME, _FAMILY_NAME = 40, 25, 10
_SAME_DAY, _NEAR_DAY, _OTHER_DAY = 35, 15, -30
_SAME_PHONE, _SAME_MAIL = 30, 30
_BETWEEN = re.compile(r"[^\w]+|_+")


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

    @property
    def said(self) -> str:
        """What is alike, as in "same phone, same birth date"."""
        return ", ".join(self.why)


def of(one: Features, other: Features) -> Likeness:
    """What the two have in common. What is not known of either speaks neither for nor against."""
    found = _found(one, words_of(one.given_name, one.family_name), other, None)
    assert found is not None
    return found


def likely_among(
    one: Features, others: Iterable[tuple[int, Features]]
) -> Iterator[tuple[int, Likeness]]:
    """Those of the others, by their ids, who are likely the same, as `of` tells it.

    Among hundreds who share a telephone most are soon found to be somebody else: slips of the pen
    are looked for only where they could make the difference.
    """
    words = words_of(one.given_name, one.family_name)
    for id_, other in others:
        found = _found(one, words, other, LIKELY)
        if found is not None and found.score >= LIKELY:
            yield id_, found


Words = tuple[frozenset[str], frozenset[str]]


def words_of(given_name: str, family_name: str) -> Words:
    """The words of both names as customers' words are kept."""
    return _words(given_name), _words(family_name)


def near(one: str, other: str) -> bool:
    """Whether a slip or two of the pen turns one into the other: two in a long word, one in a
    short one, none in a very short one."""
    longest = max(len(one), len(other))
    most = 0 if longest < 4 else 1 if longest < 8 else 2
    return _distance(one, other, most) <= most


def _found(one: Features, words: Words, other: Features, least: int | None) -> Likeness | None:
    """What they have in common; nothing where it is clear that it is worth less than `least`."""
    beside = [each for each in (_of_days(one, other), *_of_ways(one, other)) if each is not None]
    score = sum(points for points, _ in beside)
    wanted = None if least is None else least - score
    if wanted is not None and wanted > _SAME_NAME:
        return None
    name = _of_names(words, words_of(other.given_name, other.family_name), wanted)
    found = [name, *beside] if name else beside
    return Likeness(score + (name[0] if name else 0), tuple(word for _, word in found if word))


def _words(name: str) -> frozenset[str]:
    plain = name.lower() if name.isascii() else folded(name)
    if plain.isalnum():
        return frozenset((plain,))
    return frozenset(word for word in _BETWEEN.split(plain) if word)


def _of_names(words: Words, others: Words, wanted: int | None) -> tuple[int, str] | None:
    """What is alike in the names, unless it is known to be worth less than what is wanted."""
    (given, family), (their_given, their_family) = words, others
    if given | family == their_given | their_family:
        swapped = given != their_given
        return _SAME_NAME, "same name the other way round" if swapped else "same name"
    if wanted is not None and wanted > _NEAR_NAME:
        return None
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
    mine, theirs = one.born_on.isoformat(), other.born_on.isoformat()
    turned = f"{mine[:4]}-{mine[8:]}-{mine[5:7]}"
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
