"""A page is served at its own address, without a detour."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from securecare.web.addresses import PlainAddresses


@pytest.fixture
def answer(tmp_path: Path) -> Callable[[str], httpx.Response]:
    (tmp_path / "schedule").mkdir()
    (tmp_path / "index.html").write_text("home")
    (tmp_path / "schedule.html").write_text("the schedule")
    (tmp_path / "schedule" / "index.html").write_text("the schedule")
    (tmp_path / "schedule" / "queue.html").write_text("the queue")
    files = Starlette(routes=[Mount("/", StaticFiles(directory=tmp_path, html=True))])
    transport = httpx.ASGITransport(PlainAddresses(files, tmp_path))

    async def get(address: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://care.test") as client:
            return await client.get(address)

    return lambda address: asyncio.run(get(address))


@pytest.mark.parametrize(
    ("address", "text"),
    [("/", "home"), ("/schedule", "the schedule"), ("/schedule/queue", "the queue")],
)
def test_a_page_answers_at_its_own_address(
    answer: Callable[[str], httpx.Response], address: str, text: str
) -> None:
    assert (answer(address).status_code, answer(address).text) == (200, text)


def test_an_address_nobody_knows_is_not_found(answer: Callable[[str], httpx.Response]) -> None:
    assert answer("/elsewhere").status_code == 404
