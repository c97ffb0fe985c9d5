"""How alike two people look on paper."""

from dataclasses import replace
from datetime import date

import pytest

from securecare.customers import likeness
from securecare.customers.likeness import LIKELY, Features

ADA = Features("Ada", "Quist", date(1984, 3, 7), "+12125550123", "ada@example.org")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (ADA, ("same name", "same birth date", "same phone", "same e-mail address")),
        (Features("ÁDA", "quist"), ("same name",)),
        (Features("Quist", "Ada"), ("same name the other way round",)),
        (Features("Ada", "Qiust", ADA.born_on), ("similar name", "same birth date")),
        (
            Features("Sam", "Quist", date(1984, 7, 3), ADA.phone, "ada@example.org"),
            ("same family name", "similar birth date", "same phone", "same e-mail address"),
        ),
        (Features("Adah", "Quist", None, ADA.phone), ("similar name", "same phone")),
        (Features("Zoe", "Berg", ADA.born_on, ADA.phone), ("same birth date", "same phone")),
        (Features("Ada", "Quist", date(1990, 1, 1), ADA.phone), ("same name", "same phone")),
        (Features("Ada Maria", "Quist", ADA.born_on), ("similar name", "same birth date")),
    ],
)
def test_a_likely_one_says_what_is_alike(other: Features, why: tuple[str, ...]):
    found = likeness.of(ADA, other)
    assert found.why == why
    assert found.score >= LIKELY
    assert likeness.of(other, ADA) == found


@pytest.mark.parametrize(
    "other",
    [
        Features("Ada", "Quist", date(1990, 1, 1)),
        Features("Ben", "Quist", date(1990, 1, 1), ADA.phone),
        Features("Zoe", "Berg", ADA.born_on),
        Features("Zoe", "Berg", None, ADA.phone),
        Features("Ada", "Berg"),
        Features("Bo", "Li"),
    ],
)
def test_father_and_son_namesakes_and_those_of_one_birthday_are_other_people(other: Features):
    assert likeness.of(ADA, other).score < LIKELY


def test_what_is_not_known_speaks_neither_for_nor_against():
    assert likeness.of(replace(ADA, phone="", email=""), Features("Ada", "Quist")).score == LIKELY


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("maria", "maira", True),
        ("maria", "mario", True),
        ("maria", "marta", True),
        ("maria", "mark", False),
        ("li", "lu", False),
        ("rodriguez", "rodrigez", True),
        ("rodriguez", "rodirgues", True),
        ("rodriguez", "gonzalez", False),
    ],
)
def test_slips_of_the_pen_are_counted_by_the_length_of_the_word(one: str, other: str, near: bool):
    assert likeness.near(one, other) is near
