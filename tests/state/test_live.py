"""The hub: no change is missed, none reaches who is gone, and no page waits for another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from securecare.access.actor import Actor
from securecare.access.sessions import COOKIE_NAME
from securecare.foundation import clock
from securecare.foundation.live import GAP, Change
from state.live import Hub, Viewer
from state.viewers import REMEMBERED, Topic
from state.work import act_as

ORGANIZATION, ELSEWHERE = 7, 8


class Page:
    """A page's state with its lock, and what was put on it."""

    def __init__(self, token: str) -> None:
        session = SimpleNamespace(client_token=token, session_id=f"sid of {token}")
        self.router = SimpleNamespace(session=session)
        self.router_data = {"headers": {"cookie": f"{COOKIE_NAME}={token}"}}
        self.lock = asyncio.Lock()
        self.shown: list[Any] = []

    async def get_state(self, _: type) -> "Page":
        return self


class App:
    """As much of an app as the hub needs."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        sockets: dict[str, Any] = {}
        self.event_namespace = SimpleNamespace(
            _token_manager=SimpleNamespace(token_to_socket=sockets)
        )
        self.sockets = sockets

    def open(self, token: str) -> Page:
        self.pages[token] = Page(token)
        self.sockets[token] = SimpleNamespace(sid=f"sid of {token}")
        return self.pages[token]

    @asynccontextmanager
    async def modify_state(self, token: Any) -> AsyncIterator[Page]:
        page = self.pages[token.ident]
        async with page.lock:
            yield page


class World:
    """A hub with one topic whose pages show a number that stands somewhere."""

    def __init__(self) -> None:
        self.hub, self.app = Hub(), App()
        self.hub.app = self.app  # type: ignore[assignment]
        self.stands = 0
        self.topic: Topic = self.hub.topic("number", ["number"], self.refresh)

    async def refresh(self, hub: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
        read = self.stands
        for viewer in viewers:
            async with hub.modify(viewer, Page) as page:  # type: ignore[type-var]
                page.shown.append((viewer.interest, read))

    async def commit(self, organization: int = ORGANIZATION) -> None:
        self.stands += 1
        await self.hub.hear([Change("number", {"organization_id": organization})])

    @asynccontextmanager
    async def event(self, page: Page) -> AsyncIterator[None]:
        """What the page's person does: it holds the page's state until it is over."""
        async with page.lock:
            self.hub.event_begins()
            act_as(Actor(1, ORGANIZATION, 1, "Somebody", ()))
            yield

    def watch(self, page: Page, interest: Any = None) -> None:
        self.hub.watch("number", page, interest)  # type: ignore[arg-type]
        viewer = self.topic.viewers[page.router.session.client_token]
        viewer.until = clock.now() + timedelta(hours=1)

    async def settled(self) -> None:
        """Until every page that was behind has caught up."""
        async with asyncio.timeout(20):
            while self.hub._catching_up:
                await asyncio.gather(*self.hub._catching_up)


@pytest.fixture(autouse=True)
def nobody_acts() -> None:
    act_as(None)


def in_world(test: Callable[[World], Awaitable[None]]) -> Callable[[], None]:
    def run() -> None:
        async def inside() -> None:
            await test(World())

        asyncio.run(inside())

    run.__name__ = test.__name__
    return run


@in_world
async def test_what_was_committed_between_reading_and_watching_is_told_afterwards(world: World):
    page = world.app.open("mine")
    async with world.event(page):
        page.shown.append((None, world.stands))
        await world.commit()
        world.watch(page)
    await world.settled()
    assert page.shown == [(None, 0), (None, 1)]


@in_world
async def test_what_was_read_already_is_not_told_again(world: World):
    page = world.app.open("mine")
    await world.commit()
    async with world.event(page):
        page.shown.append((None, world.stands))
        world.watch(page)
    await world.settled()
    assert page.shown == [(None, 1)]


@in_world
async def test_what_was_missed_elsewhere_is_nothing_to_this_page(world: World):
    page = world.app.open("mine")
    async with world.event(page):
        await world.commit(ELSEWHERE)
        world.watch(page)
    await world.settled()
    assert page.shown == []


@in_world
async def test_a_busy_page_keeps_no_other_waiting_and_is_told_when_it_is_done(world: World):
    busy, free = world.app.open("busy"), world.app.open("free")
    for page in (busy, free):
        async with world.event(page):
            world.watch(page)
    async with world.event(busy):
        await world.commit()
        await world.commit()
        assert [number for _, number in free.shown][-1] == 2
        assert busy.shown == []
    await world.settled()
    assert [number for _, number in busy.shown][-1] == 2
    await world.commit()
    assert [page.shown[-1] for page in (busy, free)] == [(None, 3)] * 2


@in_world
async def test_a_page_that_became_anothers_is_told_nothing_that_was_on_its_way(world: World):
    page, other = world.app.open("mine"), world.app.open("other")
    for each in (page, other):
        async with world.event(each):
            world.watch(each)
    async with world.event(page):
        telling = asyncio.create_task(world.commit())
        await asyncio.sleep(0)  # it has begun, and waits for this page
        world.hub.forget("mine")
    await telling
    await world.settled()
    assert page.shown == []
    assert other.shown[-1] == (None, 1)


@in_world
async def test_what_was_on_its_way_to_another_day_is_not_shown_on_this_one(world: World):
    page = world.app.open("mine")
    async with world.event(page):
        world.watch(page, "monday")
    async with world.event(page):
        telling = asyncio.create_task(world.commit())
        await asyncio.sleep(0)
        world.watch(page, "tuesday")
    await telling
    await world.settled()
    assert page.shown == [("tuesday", 1)]


@in_world
async def test_a_fault_in_one_refresh_leaves_the_next(world: World):
    page = world.app.open("mine")
    async with world.event(page):
        world.watch(page)
    refresh = world.topic.refresh

    async def broken(*_: Any) -> None:
        raise RuntimeError("broken")

    world.topic.refresh = broken
    await world.commit()
    world.topic.refresh = refresh
    await world.commit()
    assert page.shown == [(None, 2)]


@in_world
async def test_who_missed_more_than_is_remembered_reads_everything(world: World):
    heard: list[Change] = []

    async def listen(_: Hub, changes: Sequence[Change], __: Sequence[Viewer]) -> None:
        heard.extend(changes)

    world.topic.refresh = listen
    page = world.app.open("mine")
    async with world.event(page):
        for _ in range(REMEMBERED + 1):
            await world.commit()
        world.watch(page)
    await world.settled()
    assert heard == [GAP]


@in_world
async def test_who_catches_up_is_asked_who_they_are(world: World):
    page = world.app.open("mine")
    asked: list[str] = []

    async def recheck(topic: Topic, viewer: Viewer) -> None:
        asked.append(viewer.token)
        topic.drop(viewer.token)  # the session is over

    world.hub._recheck = recheck  # type: ignore[method-assign]
    async with world.event(page):
        world.watch(page)
        world.topic.viewers["mine"].until = clock.now()
        world.hub._tell_later(world.topic, world.topic.viewers["mine"], [GAP])
    await world.settled()
    assert (asked, page.shown) == (["mine"], [])
