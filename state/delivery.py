"""Nothing is handed to a connection before the gate has seen whose it is.

An event, or a change that the hub tells, is worked on for a while. Meanwhile its page may go and
another connection come with the same token, which is all the interface library addresses by. What was
read with the first one's cookie would reach the second. So each update is compared, in the moment
it is handed over, with the cookie of the connection that it is handed to.
"""

import reflex as rx
from reflex.app import EventNamespace
from reflex.state import StateUpdate

from state.cookies import cookie_hash

MOST_TOKENS = 20_000


def sid_of(namespace: EventNamespace, token: str) -> str | None:
    """The connection that a page hangs on, as far as this process knows.

    Asked of what the library's own `token_to_sid` copies, all of it, each time it is asked.
    """
    record = namespace._token_manager.token_to_socket.get(token)
    return record.sid if record else None


class Delivery:
    """Remembers whose cookie each page's state was last bound to, in this process."""

    def __init__(self) -> None:
        self._bound: dict[str, bytes | None] = {}

    def bind(self, token: str, token_hash: bytes | None) -> None:
        """The gate has seen an event of this page; its state holds nothing of anybody else."""
        if len(self._bound) >= MOST_TOKENS:
            self._bound.clear()  # who is still there is bound again by their next event
        self._bound[token] = token_hash

    def guard(self, app: rx.App) -> None:
        """Let every update of the app pass here first."""
        namespace = app.event_namespace
        assert namespace is not None
        handed_over = namespace.emit_update

        async def emit_update(update: StateUpdate, token: str) -> None:
            if self._is_for(namespace, token):
                await handed_over(update, token)

        namespace.emit_update = emit_update

    def _is_for(self, namespace: EventNamespace, token: str) -> bool:
        sid = sid_of(namespace, token)
        here = namespace._static_router_data.get(sid) if sid else None
        if here is None:
            return True  # in another process, which asks itself, or nowhere
        cookie = cookie_hash(here["headers"].get("cookie", ""))
        return token in self._bound and self._bound[token] == cookie


delivery = Delivery()
