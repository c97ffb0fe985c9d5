"""Every event handler there is, and everything it might be called with."""

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from reflex_base.registry import RegistrationContext

from state.gate import FRAMEWORK_HANDLERS
from state.policies import Policy, policy_of

GARBAGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**70,
    1.5,
    "",
    "\u0000",
    "x" * 5000,
    "'; DROP TABLE appointment; --",
    "2026-11-20",
    "25:61",
    [],
    [[1], {}],
    {},
    {"id": {"id": 1}},
)


@dataclass(frozen=True)
class Handler:
    """An event handler as it is registered."""

    name: str
    fn: Callable[..., Any]
    policy: Policy | None
    takes: tuple[str, ...]

    def payloads(self, values: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
        """Calls with each of the values in every place, and as every field of a form."""
        if not self.takes:
            yield {}
            yield {"surplus": 1}
            return
        for value in values:
            yield dict.fromkeys(self.takes, value)
            if any(self.wants_form(name) for name in self.takes):
                form = dict.fromkeys(words_in(self.fn.__module__), value)
                yield {name: form if self.wants_form(name) else value for name in self.takes}

    def wants_form(self, name: str) -> bool:
        """Whether the argument is the fields of a form."""
        return "dict" in str(inspect.signature(self.fn).parameters[name].annotation)


@cache
def every_handler() -> tuple[Handler, ...]:
    """Ours and the framework's, as the websocket can reach them."""
    import securecare.securecare  # noqa: F401  composes the product

    found = RegistrationContext.get().event_handlers
    return tuple(
        Handler(name, one.handler.fn, policy_of(one.handler.fn), _takes(one.handler.fn))
        for name, one in sorted(found.items())
    )


def ours() -> tuple[Handler, ...]:
    """Those that the gate lets anybody reach at all."""
    return tuple(h for h in every_handler() if h.policy is not None)


def undeclared() -> tuple[Handler, ...]:
    """Those without a policy, but for what the framework needs to open a page."""
    return tuple(
        h for h in every_handler() if h.policy is None and h.name not in FRAMEWORK_HANDLERS
    )


def _takes(fn: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(fn).parameters)[1:]


@cache
def words_in(module: str) -> tuple[str, ...]:
    """Every short string in a module's source: among them are the fields of its forms."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return tuple(sorted(text for text in texts if text.isidentifier() and len(text) < 40))
