"""Amounts of money, written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from securecare.foundation.money import NotMoney, format_cents, parse_cents, plain_cents


def test_amounts_are_written_with_cents_and_thousands():
    assert format_cents(0) == "$0.00"
    assert format_cents(5) == "$0.05"
    assert format_cents(123456) == "$1,234.56"
    assert format_cents(-250) == "-$2.50"
    assert plain_cents(123456) == "1234.56"


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("12.34", 1234), ("12", 1200), ("12.3", 1230), (" $1,234.56 ", 123456), ("0.05", 5)],
)
def test_amounts_are_read_as_people_type_them(typed: str, cents: int):
    assert parse_cents(typed) == cents


@pytest.mark.parametrize("typed", ["", "-1", "1.234", "1,23", "twelve", "1e5", "٣", ".", "$"])
def test_anything_else_is_refused_with_a_sentence(typed: str):
    with pytest.raises(NotMoney):
        parse_cents(typed)


@given(some.integers(0, 10**12))
def test_what_is_written_is_read_back(cents: int):
    assert parse_cents(format_cents(cents)) == cents
    assert parse_cents(plain_cents(cents)) == cents
