"""What an event handler or a page demands of whoever calls it. Nothing declared means refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from securecare.access.actor import Actor
from securecare.access.roles import Permission

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may call: anybody, anybody signed in, or holders of any of the permissions anywhere.

    `at_work` leaves out who is in their own portal, where there is no organization.

    Where the permission must hold (which facility, which program) is checked by the domain.
    """

    open_to_all: bool = False
    at_work: bool = False
    permissions: frozenset[Permission] = frozenset()

    def admits(self, actor: Actor | None) -> bool:
        """Whether this caller may."""
        if self.open_to_all:
            return True
        if actor is None:
            return False
        if self.at_work and actor.in_portal:
            return False
        return not self.permissions or any(actor.may(p) for p in self.permissions)


PUBLIC = Policy(open_to_all=True)
SIGNED_IN = Policy()
AT_WORK = Policy(at_work=True)


def holders_of(*permissions: Permission) -> Policy:
    """The policy that asks for any one of the permissions."""
    return Policy(permissions=frozenset(permissions))


def public(handler: Handler) -> Handler:
    """Anybody may call this handler, signed in or not."""
    return _declare(handler, PUBLIC)


def signed_in(handler: Handler) -> Handler:
    """Whoever is signed in may call this handler."""
    return _declare(handler, SIGNED_IN)


def at_work(handler: Handler) -> Handler:
    """Whoever is signed in to an organization may call this handler."""
    return _declare(handler, AT_WORK)


def needs(*permissions: Permission) -> Callable[[Handler], Handler]:
    """Only holders of any one of the permissions may call this handler."""

    def declare(handler: Handler) -> Handler:
        return _declare(handler, holders_of(*permissions))

    return declare


def policy_of(handler: Callable[..., Any]) -> Policy | None:
    """What was declared, or None."""
    return getattr(handler, "_securecare_policy", None)


def _declare(handler: Handler, policy: Policy) -> Handler:
    handler._securecare_policy = policy  # type: ignore[attr-defined]
    return handler
