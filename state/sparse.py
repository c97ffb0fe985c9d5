"""States that are made when they are first needed, and not all of them for everybody.

The library makes every state of the product for every open page: with each page the product gets,
each viewer would cost more memory. Here a page has the states it has touched; of all others it is
told what they begin with, when it connects. With Redis the library does the same by itself.
"""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import BaseState


class Sparse(StateManagerMemory):
    """Keeps the states of open pages in memory, each page's as far as it has come to need them."""

    def _get_or_create_state(self, token: Any) -> Any:
        key = token.cache_key
        if key not in self.states and isinstance(token, BaseStateToken):
            root = self.states[key] = _made(token.cls.get_root_state(), None)
            # A page that outlived its server still shows what it was told before.
            object.__setattr__(root, "dict", partial(_whole, root))
        return super()._get_or_create_state(token)


def use_in(app: rx.App) -> None:
    """Let the app keep states this way, unless it keeps them in Redis."""
    manager = app.state_manager
    if type(manager) is StateManagerMemory:
        app._state_manager = Sparse(token_expiration=manager.token_expiration)  # pyright: ignore[reportPrivateUsage]


class _Substates(dict[str, BaseState]):
    """The states below one: all of them seem to be there, and each is made when it is asked for.

    Whoever goes through them meets those that have been made.
    """

    __slots__ = ("_of",)

    def __init__(self, of: BaseState) -> None:
        super().__init__()
        self._of = of

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in _known(type(self._of))

    def __missing__(self, name: str) -> BaseState:
        made = self[name] = _made(_known(type(self._of))[name], self._of)
        return made


def _made(which: type[BaseState], parent: BaseState | None) -> BaseState:
    made = which(parent_state=parent, init_substates=False, _reflex_internal_init=True)
    object.__setattr__(made, "substates", _Substates(made))
    return made


def _whole(root: BaseState, include_computed: bool = True, **how: Any) -> dict[str, Any]:
    """Every value of every state, as if all of them had been made."""
    told = type(root).dict(root, include_computed=include_computed, **how)
    return {**_beginnings(type(root)), **told}


@cache
def _beginnings(which: type[BaseState]) -> Mapping[str, Any]:
    return which(_reflex_internal_init=True).dict(initial=True)


@cache
def _known(which: type[BaseState]) -> Mapping[str, type[BaseState]]:
    return {each.get_name(): each for each in which.get_substates()}
