"""An update that was read for one cookie is not handed to a connection with another one."""

import asyncio
from types import SimpleNamespace
from typing import Any

from reflex.state import StateUpdate

from securecare.access.sessions import COOKIE_NAME
from state.cookies import cookie_hash
from state.delivery import Delivery

TOKEN = "6dc0f1da-e3de-4007-88a3-d4541ce0dbda"
MINE, THEIRS = f"{COOKIE_NAME}=mine", f"{COOKIE_NAME}=theirs"


class Line:
    """The connections of a process, and what was handed to them."""

    def __init__(self) -> None:
        self._connections: dict[str, Any] = {}
        self._token_manager = SimpleNamespace(token_to_socket=self._connections)
        self._static_router_data: dict[str, Any] = {}
        self.handed: list[str] = []
        self.delivery = Delivery()
        self.delivery.guard(SimpleNamespace(event_namespace=self))  # pyright: ignore[reportArgumentType]

    async def emit_update(self, update: StateUpdate, token: str) -> None:
        del update
        here = self._connections.get(token)
        self.handed.append(here.sid if here else "elsewhere")

    def connect(self, sid: str, cookie: str) -> None:
        self._connections[TOKEN] = SimpleNamespace(sid=sid)
        self._static_router_data[sid] = {"headers": {"cookie": cookie} if cookie else {}}

    def tell(self) -> list[str]:
        self.handed = []
        asyncio.run(self.emit_update(StateUpdate(), TOKEN))
        return self.handed


def test_what_was_under_way_for_one_is_not_handed_to_who_came_after() -> None:
    line = Line()
    line.connect("first", MINE)
    line.delivery.bind(TOKEN, cookie_hash(MINE))
    assert line.tell() == ["first"]
    for cookie in (THEIRS, ""):
        line.connect("second", cookie)
        assert line.tell() == []
        line.delivery.bind(TOKEN, cookie_hash(cookie))  # the gate has emptied the state by now
        assert line.tell() == ["second"]
        line.connect("first", MINE)
        line.delivery.bind(TOKEN, cookie_hash(MINE))


def test_who_comes_back_with_the_same_cookie_is_told_at_once() -> None:
    line = Line()
    line.connect("first", MINE)
    line.delivery.bind(TOKEN, cookie_hash(MINE))
    line.connect("again", MINE)
    assert line.tell() == ["again"]


def test_a_connection_of_which_nothing_was_heard_is_told_nothing() -> None:
    line = Line()
    line.connect("silent", MINE)
    assert line.tell() == []


def test_what_belongs_to_another_process_is_passed_on() -> None:
    assert Line().tell() == ["elsewhere"]


def test_the_product_asks_before_it_hands_over() -> None:
    from securecare.securecare import app

    assert app.event_namespace is not None
    assert app.event_namespace.emit_update.__qualname__.startswith("Delivery.guard")
