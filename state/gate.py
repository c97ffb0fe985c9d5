"""The one gate that every event of every page goes through. Deny by default.

Identity is the HttpOnly cookie of the websocket's own handshake and nothing else: not the event,
not its router data, not the client token. The token, which travels in the websocket's address, is
bound to the cookie it was first seen with; with another cookie it finds an empty state.
"""

import inspect
import logging
import time
from typing import Any
from urllib.parse import quote

import reflex as rx
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

from securecare.access import sessions
from securecare.access.actor import Actor
from securecare.foundation import audit, clock
from securecare.foundation.db import SIGN_IN
from state.cookies import cookie_hash
from state.delivery import delivery
from state.live import hub
from state.policies import Policy, at_work, needs, policy_of, public, signed_in
from state.work import act_as, work_as, work_in

__all__ = ["Gate", "Identity", "ShownOnce", "at_work", "needs", "public", "signed_in"]

log = logging.getLogger(__name__)

SUSTAINED_EVENTS_PER_SECOND = 25.0
BURST_EVENTS = 120.0

OPENING = frozenset({"reflex___state____state.hydrate", "reflex___state____state.hydrate_and_load"})
"""With these a page opens, or finds its way back after the connection was lost."""

FRAMEWORK_HANDLERS = OPENING | frozenset(
    {
        "reflex___state____state.set_is_hydrated",
        "reflex___state____state.reflex___state____on_load_internal_state.on_load_internal",
        "reflex___state____state.reflex___state____on_load_internal_state.set_is_hydrated",
    }
)
"""What the framework itself must be able to call for a page to open. They reveal a fresh state."""


PAGE_OPENS = OPENING | {
    "reflex___state____state.reflex___state____on_load_internal_state.on_load_internal"
}


class Identity(rx.State):
    """To whom this page's state belongs."""

    _bound_to: tuple[Any, ...] | None = None
    """The hash of the cookie, and the person with their rights as last seen."""
    _showing: tuple[tuple[Any, str], ...] = ()
    """What shows something that is not to be there on another page, and where it does so."""


class ShownOnce(rx.State, mixin=True):
    """A state that shows something for a moment, such as a secret, and not on the next page.

    What a state holds is sent again whenever a page opens, whichever page that is.
    """

    async def _show_once(self, *, here: bool = False) -> None:
        """Have `_hide` called when a page opens; with `here`, only where it is another page."""
        identity = await self.get_state(Identity)
        others = tuple(each for each in identity._showing if each[0] is not type(self))
        identity._showing = (*others, (type(self), _page() if here else ""))

    def _hide(self) -> None:
        raise NotImplementedError


class Gate(rx.Middleware):
    """Admits an event or answers it; a handler without a policy is never run."""

    def __init__(self) -> None:
        self._allowances: dict[str, tuple[float, float]] = {}

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """Find out who calls, and refuse unless the handler's policy admits them."""
        context = EventContext.get()
        hub.event_begins()
        if not self._within_allowance(context.token):
            return _answer(
                rx.toast.warning("That was a lot at once. Wait a moment, then try again.")
            )
        token_hash = cookie_hash(_headers(state).get("cookie", ""))
        actor = await _actor(token_hash, state, event) if token_hash else None
        act_as(actor)
        emptied = await _emptied_for_another(state, token_hash, actor)
        delivery.bind(context.token, token_hash)
        if emptied:
            return _reload_unless_opening(event)
        if event.name in PAGE_OPENS:
            await _hide_what_was_shown_elsewhere(state)
        policy = _policy_for(event.name)
        if policy is None or not policy.admits(actor):
            return await _refuse(event, actor)
        if not _fits(event):
            return _answer(
                rx.toast.warning("This page is older than the system. Reload it, then try again.")
            )
        return None

    def _within_allowance(self, client: str) -> bool:
        now = time.monotonic()
        left, then = self._allowances.get(client, (BURST_EVENTS, now))
        left = min(BURST_EVENTS, left + (now - then) * SUSTAINED_EVENTS_PER_SECOND)
        if len(self._allowances) > 10_000:
            self._allowances.clear()
        self._allowances[client] = (max(left - 1, 0), now)
        return left >= 1


def _headers(state: BaseState) -> dict[str, Any]:
    router_data = EventContext.get().router_data or state.router_data
    return router_data.get("headers") or {}


async def _emptied_for_another(
    state: BaseState, token_hash: bytes | None, actor: Actor | None
) -> bool:
    """Bind a new state to who came with it; empty one that comes back as somebody else.

    Somebody else is another cookie, another person or organization, or the same person with other
    grants: what the state holds was read with rights that may be gone.
    """
    identity = await state.get_state(Identity)
    rights = (actor.account_id, actor.organization_id, actor.grants) if actor else None
    present = (token_hash, rights)
    if identity._bound_to == present:
        return False
    fresh = identity._bound_to is None
    if not fresh:
        hub.forget(EventContext.get().token)
        state._get_root_state().reset()
    identity._bound_to = present
    return not fresh


async def _hide_what_was_shown_elsewhere(state: BaseState) -> None:
    identity = await state.get_state(Identity)
    gone = [each for each in identity._showing if each[1] != _page()]
    for cls, _ in gone:
        (await state.get_state(cls))._hide()
    if gone:
        identity._showing = tuple(each for each in identity._showing if each not in gone)


def _page() -> str:
    """Which page the event comes from, as it says itself."""
    return str((EventContext.get().router_data or {}).get("asPath") or "/").partition("?")[0]


def _reload_unless_opening(event: Event) -> StateUpdate | None:
    if event.name in FRAMEWORK_HANDLERS:
        return None
    return _answer(rx.call_script("window.location.reload()"))


def _policy_for(name: str) -> Policy | None:
    if name in FRAMEWORK_HANDLERS:
        return Policy(open_to_all=True)
    registered = RegistrationContext.get().event_handlers.get(name)
    return policy_of(registered.handler.fn) if registered else None


def _fits(event: Event) -> bool:
    """Whether the event brings what its handler takes, and nothing else."""
    event.payload.update({name: _text_only(value) for name, value in event.payload.items()})
    if event.name in OPENING:
        # Nothing of a page's state is kept in browsers, so nothing of it comes back from one.
        event.payload.pop("vars", None)
        if not _are_words(event.payload.get("hashes")):
            event.payload.pop("hashes", None)
    takes = inspect.signature(RegistrationContext.get().event_handlers[event.name].handler.fn)
    try:
        takes.bind(None, **event.payload)
    except TypeError:
        return False
    return True


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _text_only(value: Any) -> Any:
    """The value without the character that no text holds and no database takes."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_text_only(each) for each in value]
    if isinstance(value, dict):
        return {_text_only(name): _text_only(each) for name, each in value.items()}
    return value


async def _actor(token_hash: bytes, state: BaseState, event: Event) -> Actor | None:
    """Who the cookie stands for. Only what a person does keeps their session from falling idle:
    a page that connects again by itself, and what follows from an event, do not."""
    if event.name in OPENING or EventContext.get().parent_txid is not None:
        find = sessions.look_up
    else:
        find = sessions.actor_of
    # As the trusted proxies tell it; the peer of the connection may be one of them.
    router_data = EventContext.get().router_data or state.router_data
    address = router_data.get("ip") or ""
    return await work_in(SIGN_IN, find, token_hash, clock.now(), address)


async def _refuse(event: Event, actor: Actor | None) -> StateUpdate:
    if actor is None:
        path = (EventContext.get().router_data or {}).get("asPath") or "/"
        return _answer(rx.redirect(f"/sign-in?next={quote(path, safe='/')}"))
    await work_as(actor, _record_refusal, event.name.rpartition(".")[2])
    return _answer(rx.toast.error("You do not have access to this.", id="refused"))


def _record_refusal(session: Any, actor: Actor, handler: str) -> None:
    audit.record(session, actor, "access.refused", ("handler", None), fields=(handler,))


def _answer(spec: Any) -> StateUpdate:
    return StateUpdate(events=Event.from_event_type(spec))
