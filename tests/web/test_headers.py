"""The headers of every answer, and the refusal of other sites."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from securecare.web.headers import CarefulHeaders, script_hashes

PUBLIC = "https://care.example.org"


async def _page(_scope: Any, _receive: Any, send: Any) -> None:
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"<html></html>"})


async def _file(_scope: Any, _receive: Any, send: Any) -> None:
    headers = [(b"content-type", b"text/javascript"), (b"etag", b'"1"')]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def answer(
    built: Path,
    *,
    app: Any = _page,
    secure: bool = False,
    kind: str = "http",
    method: str = "GET",
    path: str = "/",
    **asked: str,
) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    headers = {"host": "care.test:8000", **{k.replace("_", "-"): v for k, v in asked.items()}}
    scope = {
        "type": kind,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        **({"method": method} if kind == "http" else {}),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    wrapped = CarefulHeaders(app, built=built, public_url=PUBLIC, secure=secure)
    asyncio.run(wrapped(scope, receive, send))
    return sent


def headers_of(sent: list[dict[str, Any]]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_a_page_runs_the_built_scripts_and_no_smuggled_one(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"<script>hello()</script><script src='/a.js'></script>")
    policy = headers_of(answer(tmp_path))["content-security-policy"]
    assert script_hashes(tmp_path)[0] in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "frame-ancestors 'none'" in policy


def test_browsers_are_told_to_insist_on_https_only_where_it_is_spoken(tmp_path: Path) -> None:
    assert "strict-transport-security" not in headers_of(answer(tmp_path))
    assert "strict-transport-security" in headers_of(answer(tmp_path, secure=True))


def test_built_files_may_be_kept_and_pages_are_asked_for_again(tmp_path: Path) -> None:
    assert headers_of(answer(tmp_path))["cache-control"] == "no-cache"
    built = headers_of(answer(tmp_path, app=_file, path="/assets/a-1234.js"))
    assert "immutable" in built["cache-control"]
    assert headers_of(answer(tmp_path, app=_file, path="/a.js"))["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "asked",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://care.test:9000"},
        {"sec_fetch_site": "cross-site"},
    ],
)
def test_another_sites_page_can_neither_post_nor_open_a_websocket(
    tmp_path: Path, asked: dict[str, str]
) -> None:
    assert answer(tmp_path, method="POST", **asked)[0]["status"] == 403
    assert answer(tmp_path, kind="websocket", **asked)[0]["type"] == "websocket.close"


@pytest.mark.parametrize("asked", [{}, {"origin": "http://care.test:8000"}, {"origin": PUBLIC}])
def test_our_own_pages_and_programs_can(tmp_path: Path, asked: dict[str, str]) -> None:
    assert answer(tmp_path, method="POST", **asked)[0]["status"] == 200


def test_a_host_that_is_no_host_does_not_get_into_the_policy(tmp_path: Path) -> None:
    policy = headers_of(answer(tmp_path, host="x; script-src *"))["content-security-policy"]
    assert policy.count("script-src") == 1
