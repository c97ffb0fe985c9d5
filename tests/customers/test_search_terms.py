"""What somebody typed, read as words, dates and telephone numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securecare.customers.search_terms import after, terms

TODAY = date(2027, 1, 13)


def read(text: str) -> list[tuple[str, ...]]:
    return [term.beginnings for term in terms(text, TODAY)]


@pytest.mark.parametrize(
    "text",
    [
        "1984-03-25",
        "3/25/1984",
        "25.3.1984",
        "25/03/84",
        "March 25, 1984",
        "25 mar 1984",
        "Mar 25th 1984",
    ],
)
def test_a_birth_date_may_be_written_as_people_write_it(text):
    assert read(text) == [("19840325",)]


def test_where_day_and_month_could_be_either_both_are_looked_for():
    assert read("3/7/1984") == [("19840307", "19840703")]


def test_two_digits_are_the_latest_such_year_that_has_come():
    assert read("3/3/26") == [("20260303",)]
    assert read("3/3/28") == [("19280303",)]


def test_a_month_and_a_year_are_the_beginning_of_a_date():
    assert read("march 1984") == [("198403",)]


def test_a_date_and_names_may_stand_together():
    assert read("Smith 1984-03-25 gail") == [("19840325",), ("smith",), ("gail",)]


@pytest.mark.parametrize("text", ["(212) 555-0123", "212.555.0123", "212 555 0123"])
def test_a_phone_number_is_its_digits(text):
    assert read(text) == [("2125550123",)]


def test_names_lose_case_accents_and_signs():
    assert read("  GARCÍA,  o'Brien-Walsh ") == [("garcia",), ("o",), ("brien",), ("walsh",)]


def test_an_e_mail_address_stays_whole():
    assert read("Maria@Example.org") == [("maria@example.org",)]


def test_names_that_begin_like_a_month_stay_names():
    assert read("maria 0123") == [("maria",), ("0123",)]
    assert read("jan 5550 augusta 1984") == [("jan",), ("5550",), ("augusta",), ("1984",)]


def test_an_impossible_date_is_just_numbers():
    assert read("smith 13/45/1984") == [("smith",), ("13",), ("45",), ("1984",)]


@given(st.text(max_size=300))
def test_anything_can_be_typed(text):
    found = terms(text, TODAY)
    assert len(found) <= 5
    assert all(begin and "\x00" not in begin for term in found for begin in term.beginnings)


@given(st.text(min_size=1), st.text())
def test_what_begins_with_a_word_lies_before_what_comes_after_it(word, rest):
    assert word <= word + rest
    if not word.endswith("\U0010ffff"):
        assert word + rest < after(word)
    after(word).encode()
