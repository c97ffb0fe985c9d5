"""States are made when they are first needed, and then tell the page all of their values."""

import asyncio

import pytest
import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import State

from state.sparse import Sparse


class FirstOfTwo(rx.State):
    """One of two states of a page."""

    number: int = 1


class SecondOfTwo(rx.State):
    """The other, with a state below it."""

    number: int = 2


class BelowSecond(SecondOfTwo):
    """Below the second."""

    word: str = "three"


TOKEN = BaseStateToken(ident="one-page", cls=State)


@pytest.fixture
def kept() -> Sparse:
    return Sparse()


def root(kept: Sparse) -> State:
    return kept._get_or_create_state(TOKEN)  # pyright: ignore[reportPrivateUsage, reportReturnType]


def test_what_nobody_asked_for_is_not_made(kept: Sparse):
    assert root(kept).substates == {}
    everything = StateManagerMemory()._get_or_create_state(TOKEN)  # pyright: ignore[reportPrivateUsage]
    assert FirstOfTwo.get_name() in everything.substates


def test_a_state_is_made_once_with_those_above_it(kept: Sparse):
    path = BelowSecond.get_full_name().split(".")
    below = root(kept).get_substate(path)
    assert isinstance(below, BelowSecond)
    assert root(kept).get_substate(path) is below
    assert list(root(kept).substates) == [SecondOfTwo.get_name()]
    assert isinstance(below.parent_state, SecondOfTwo)


def test_a_page_that_connects_hears_of_all_states_and_then_only_of_what_changes(kept: Sparse):
    tree = root(kept)
    below = tree.get_substate(BelowSecond.get_full_name().split("."))
    below.word = "four"
    told = tree.dict()
    assert "four" in told[BelowSecond.get_full_name()].values()
    assert 1 in told[FirstOfTwo.get_full_name()].values()
    assert FirstOfTwo.get_name() not in list(tree.substates)
    tree._clean()  # pyright: ignore[reportPrivateUsage]
    tree.get_substate(FirstOfTwo.get_full_name().split("."))
    below.number = 5
    told = asyncio.run(tree._get_resolved_delta())  # pyright: ignore[reportPrivateUsage]
    assert [list(values.values()) for values in told.values()] == [[5]]


def test_a_name_that_no_state_has_is_refused_as_before(kept: Sparse):
    with pytest.raises(ValueError, match="Invalid path"):
        root(kept).get_substate([State.get_name(), "no_such_state"])
