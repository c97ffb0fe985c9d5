"""Files in and out over plain HTTP, by those who may and by everybody else."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import text

from securecare.access.roles import Role
from securecare.documents import stores
from securecare.documents.receiving import MOST_BYTES
from securecare.foundation.db import owner_transaction
from securecare.settings import settings
from securecare.web import auth, documents
from tests.documents.cabinet import PDF, PNG, Cabinet, build, word
from tests.support.community import PASSWORD, person, trail_of
from tests.support.http import Browser

SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture(scope="module")
def cabinet(database: str) -> Cabinet:
    del database
    return build()


@pytest.fixture(autouse=True)
def _own_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SECURECARE_VAULT", str(tmp_path / "vault"))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def somebody(cabinet: Cabinet, role: Role | None = None) -> Browser:
    """A browser, signed in if a role is named."""
    with owner_transaction() as session:
        session.execute(text("DELETE FROM sign_in_throttle"))
    browser = Browser([*auth.routes(), *documents.routes()])
    if role:
        someone = person(cabinet.organization_id, role=role)
        browser.post("/auth/login", data={"email": someone.email, "password": PASSWORD})
    return browser


@pytest.fixture
def worker(cabinet: Cabinet) -> Browser:
    return somebody(cabinet, Role.CASE_WORKER)


def send(browser: Browser, cabinet: Cabinet, content: Any = PDF, **told: Any) -> Any:
    wish = {
        "customer": cabinet.alice,
        "kind": cabinet.consent,
        "title": "A scan",
        "name": "scan.pdf",
        "key": str(uuid.uuid4()),
        **told,
    }
    headers = {"X-Upload": quote(json.dumps(wish))}
    return browser.post("/documents/upload", content=content, headers=headers)


def fetch(browser: Browser, cabinet: Cabinet, document_id: int, how: str = "file") -> Any:
    version = cabinet.detail(document_id).version_id
    return browser.get(f"/documents/{how}?version={version}")


def files() -> int:
    vault = stores.store()
    return len(list(vault.listed())) + len(list(vault.drafts.glob("*")))


def test_a_file_goes_in_and_comes_back_as_a_download_only(
    worker: Browser, cabinet: Cabinet
) -> None:
    sent = send(worker, cabinet, PDF + bytes(3_000_000), name='../Grüße "1".pdf', title="Grüße")
    assert sent.status_code == 200, sent.text
    answer = fetch(worker, cabinet, sent.json()["document"])
    assert answer.content == PDF + bytes(3_000_000)
    told = answer.headers
    assert told["content-disposition"] == (
        "attachment; filename=\"Gr__e _1_.pdf\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20_1_.pdf"
    )
    assert told["x-content-type-options"] == "nosniff"
    assert told["content-security-policy"] == "default-src 'none'; sandbox"
    assert told["cache-control"] == "no-store"
    assert told["content-type"] == "application/pdf"
    assert "document.downloaded" in trail_of(cabinet.organization_id)


def test_pictures_and_pdfs_are_shown_within_our_pages_alone(
    worker: Browser, cabinet: Cabinet
) -> None:
    for content in (PDF, PNG):
        id_ = send(worker, cabinet, content).json()["document"]
        answer = fetch(worker, cabinet, id_, "preview")
        assert answer.content == content
        told = answer.headers
        assert told["content-disposition"].startswith("inline")
        assert told["x-frame-options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in told["content-security-policy"]
        assert "default-src 'none'" in told["content-security-policy"]
    assert "document.previewed" in trail_of(cabinet.organization_id)


def test_what_is_no_picture_is_never_shown(worker: Browser, cabinet: Cabinet) -> None:
    for content, name in ((word(), "a.docx"), (b"a,b\n1,2\n", "a.csv")):
        id_ = send(worker, cabinet, content, name=name).json()["document"]
        assert fetch(worker, cabinet, id_, "preview").status_code == 415


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (SCRIPT, 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        (b"MZ\x90\x00", 415),
        (word(big___xml=bytes(40_000_000)), 415),
        (PDF + bytes(MOST_BYTES - len(PDF) + 1), 413),
    ],
    ids=["empty", "HTML", "SVG", "program", "bomb", "one byte too large"],
)
def test_what_is_refused_says_so_and_leaves_nothing(
    worker: Browser, cabinet: Cabinet, content: bytes, status: int
) -> None:
    answer = send(worker, cabinet, content)
    assert answer.status_code == status
    assert answer.json()["message"].endswith(".")
    assert files() == 0


def test_a_stream_without_a_length_is_cut_off_at_the_limit(
    worker: Browser, cabinet: Cabinet
) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield PDF
        while taken < 2 * MOST_BYTES:
            taken += 1_000_000
            await asyncio.sleep(0)
            yield bytes(1_000_000)

    assert send(worker, cabinet, endless()).status_code == 413
    assert files() == 0


def test_one_person_has_few_files_on_their_way_at_once(worker: Browser, cabinet: Cabinet) -> None:
    """Each may be 25 MB large and take a quarter of an hour: together they would fill the disk."""

    async def all_at_once() -> tuple[list[int], int]:
        may_end, begun = asyncio.Event(), asyncio.Semaphore(0)

        async def slow() -> AsyncIterator[bytes]:
            yield PDF
            begun.release()
            await may_end.wait()
            yield bytes(10)

        def sent(content: Any) -> Any:
            told = {"customer": cabinet.alice, "kind": cabinet.consent, "title": "A", "name": "a"}
            headers = {"X-Upload": quote(json.dumps({**told, "key": str(uuid.uuid4())}))}
            return worker._ask("POST", "/documents/upload", content=content, headers=headers)

        under_way = [asyncio.create_task(sent(slow())) for _ in range(documents.MOST_AT_ONCE)]
        for _ in under_way:
            await begun.acquire()
        refused = await sent(PDF)
        may_end.set()
        return [(await each).status_code for each in under_way], refused.status_code

    taken, refused = asyncio.run(all_at_once())
    assert (set(taken), refused) == ({200}, 429)
    assert send(worker, cabinet).status_code == 200


def test_exactly_25_mb_are_taken(worker: Browser, cabinet: Cabinet) -> None:
    whole = PDF + bytes(MOST_BYTES - len(PDF))
    id_ = send(worker, cabinet, whole).json()["document"]
    assert fetch(worker, cabinet, id_).content == whole


def test_a_new_version_is_sent_to_its_document(worker: Browser, cabinet: Cabinet) -> None:
    id_ = send(worker, cabinet).json()["document"]
    newer = {"document": id_, "version": 1, "name": "photo.png"}
    assert send(worker, cabinet, PNG, **newer).json() == {"document": id_}
    assert cabinet.detail(id_).number == 2
    late = send(worker, cabinet, PNG, **newer)
    assert late.status_code == 422
    assert "while you had it open" in late.json()["message"]
    assert files() == 2


def test_a_complaint_names_its_field(worker: Browser, cabinet: Cabinet) -> None:
    answer = send(worker, cabinet, title="")
    assert (answer.status_code, answer.json()["field"]) == (422, "title")
    assert files() == 0


@pytest.mark.parametrize(
    "header",
    ["", "{}", "[]", "null", "%00", quote('{"name": "x", "key": "x"}'), "9" * 5000, "[" * 5000],
)
def test_nonsense_in_the_header_is_refused(worker: Browser, header: str) -> None:
    answer = worker.post("/documents/upload", content=PDF, headers={"X-Upload": header})
    assert answer.status_code == 422
    assert files() == 0


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "9" * 30, "1 OR 1=1", "٣"])
def test_nonsense_in_the_address_is_not_found(worker: Browser, version: str) -> None:
    for how in ("file", "preview"):
        answer = worker.get(f"/documents/{how}", params={"version": version})
        assert answer.status_code == 404


def test_nobody_is_sent_to_sign_in(cabinet: Cabinet) -> None:
    id_ = cabinet.store()
    nobody = somebody(cabinet)
    for answer in (
        send(nobody, cabinet),
        fetch(nobody, cabinet, id_),
        fetch(nobody, cabinet, id_, "preview"),
    ):
        assert answer.status_code == 303
        assert PDF not in answer.content
    assert files() == 1


@pytest.mark.parametrize(
    "role", [Role.SCHEDULER, Role.OUTREACH_LEAD, Role.BILLING_CLERK, Role.AUDITOR, Role.PATRON]
)
def test_roles_without_the_right_are_refused_before_a_byte_is_taken(
    cabinet: Cabinet, role: Role
) -> None:
    id_ = cabinet.store()
    browser = somebody(cabinet, role)
    for answer in (
        send(browser, cabinet),
        fetch(browser, cabinet, id_),
        fetch(browser, cabinet, id_, "preview"),
    ):
        assert answer.status_code == 403
        assert PDF not in answer.content
    assert files() == 1


def test_of_another_organization_nothing_is_found(cabinet: Cabinet) -> None:
    id_ = cabinet.store()
    theirs = Browser([*auth.routes(), *documents.routes()])
    someone = person(cabinet.stranger.organization_id, role=Role.ADMINISTRATOR)
    theirs.post("/auth/login", data={"email": someone.email, "password": PASSWORD})
    answers = [
        send(theirs, cabinet),
        send(theirs, cabinet, document=id_, version=1),
        fetch(theirs, cabinet, id_),
        fetch(theirs, cabinet, id_, "preview"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    missing = theirs.get("/documents/file?version=999999999")
    assert answers[2].content == missing.content
    assert files() == 1


def test_another_sites_page_can_send_nothing(worker: Browser, cabinet: Cabinet) -> None:
    wish = quote(json.dumps({"customer": cabinet.alice, "name": "x", "key": str(uuid.uuid4())}))
    for elsewhere in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        headers = {"X-Upload": wish} | elsewhere
        answer = worker.post("/documents/upload", content=PDF, headers=headers)
        assert answer.status_code == 403
    assert files() == 0


def test_an_altered_file_is_an_error_and_not_a_download(worker: Browser, cabinet: Cabinet) -> None:
    id_ = send(worker, cabinet).json()["document"]
    [kept] = stores.store().listed()
    path = settings().vault_folder / kept.key
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    answer = fetch(worker, cabinet, id_)
    assert answer.status_code == 500
    assert "was altered" in answer.json()["message"]
