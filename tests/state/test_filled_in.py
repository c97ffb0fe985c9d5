"""A form may hold anything at all; reading it never fails, and says what it could not read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securecare.foundation.forms import NotAccepted
from state.filled_in import FilledIn

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(anything | st.dictionaries(st.sampled_from(["a", "staff_1", "staff_x"]), anything))
def test_whatever_comes_is_read_without_a_fault(form: object):
    read = FilledIn(form)
    assert isinstance(read.text("a"), str)
    assert isinstance(read.flag("a"), bool)
    assert isinstance(read.number("a"), int)
    assert isinstance(read.ids("staff_"), frozenset)
    assert (read.id("a") or 1) > 0
    assert 0 <= (read.minute("a") or 0) < 1440
    assert read.day("a") is None or isinstance(read.day("a"), date)


def test_what_was_typed_is_read():
    form = {
        "name": "  North   House ",
        "count": "12",
        "from": "09:30",
        "on": "2027-03-01",
        "staff_3": "on",
        "staff_4": "",
        "public": "on",
    }
    read = FilledIn(form)
    assert read.text("name") == "North House"
    assert read.number("count") == 12
    assert read.minute("from") == 570
    assert read.day("on") == date(2027, 3, 1)
    assert read.ids("staff_") == {3}
    assert read.flag("public")
    assert read.complaints == {}


def test_what_cannot_be_read_is_said_together_with_what_the_domain_says():
    read = FilledIn({"count": "many", "on": "tomorrow"})
    read.number("count")
    read.day("on")
    with pytest.raises(NotAccepted) as refusal:
        read.require_accepted({"name": "Enter a name."})
    assert set(refusal.value.complaints) == {"name", "count", "on"}
