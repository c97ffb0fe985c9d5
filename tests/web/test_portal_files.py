"""A patron's files over plain HTTP: those shown or sent to them, and nobody else's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from securecare.access.roles import Role
from securecare.foundation.db import owner_transaction
from securecare.settings import settings
from securecare.web import auth, portal_documents
from tests.customers.test_own import patron_of
from tests.documents.cabinet import PDF, Cabinet
from tests.messages.desk import Desk
from tests.support.community import PASSWORD, person
from tests.support.http import Browser


@pytest.fixture(scope="module")
def desk(database: str) -> Desk:
    del database
    return Desk()


@pytest.fixture(autouse=True)
def _own_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SECURECARE_VAULT", str(tmp_path / "vault"))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def signed_in(desk: Desk, customer: int | None = None, role: Role | None = None) -> Browser:
    """A browser of the patron who is that customer, or of one who is nobody's, or of staff."""
    with owner_transaction() as session:
        session.execute(text("DELETE FROM sign_in_throttle"))
    organization = desk.worker.organization_id
    someone = person(organization, role=role) if role else person()
    if role is None:
        patron_of(someone, *([(organization, customer)] if customer else []))
    browser = Browser([*auth.routes(), *portal_documents.routes()])
    browser.post("/auth/login", data={"email": someone.email, "password": PASSWORD})
    return browser


@pytest.fixture
def alice(desk: Desk) -> Iterator[Browser]:
    """The browser of Alice's patron, linked for as long as the test runs."""
    yield signed_in(desk, desk.alice)
    desk.sql("UPDATE patron_link SET status = 'ended' WHERE status = 'linked'")


def path(desk: Desk, document: int, how: str, organization: int | None = None) -> str:
    cabinet: Cabinet = desk.cabinet
    place = desk.worker.organization_id if organization is None else organization
    version = cabinet.detail(document).version_id
    return f"/portal/{how}?organization={place}&version={version}"


def test_what_is_public_is_fetched_and_what_is_not_is_not_there(desk: Desk, alice: Browser):
    public = desk.cabinet.store(public=True)
    private = desk.cabinet.store()
    answer = alice.get(path(desk, public, "documents/file"))
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith("attachment")
    for how in ("documents/file", "documents/preview"):
        assert alice.get(path(desk, private, how)).status_code == 404


def test_what_was_sent_is_fetched_by_its_recipient_alone(desk: Desk, alice: Browser):
    sent = desk.cabinet.store()
    desk.start(documents=[sent])
    answer = alice.get(path(desk, sent, "messages/file"))
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert alice.get(path(desk, sent, "documents/file")).status_code == 404
    not_sent = desk.cabinet.store()
    assert alice.get(path(desk, not_sent, "messages/file")).status_code == 404


@pytest.mark.parametrize("how", ["documents/file", "documents/preview", "messages/file"])
def test_another_patron_finds_nothing_and_staff_are_refused(desk: Desk, alice: Browser, how: str):
    shown = desk.cabinet.store(public=True)
    desk.start(documents=[shown])
    assert alice.get(path(desk, shown, how)).status_code == 200
    for other in (signed_in(desk, desk.charlie), signed_in(desk)):
        assert other.get(path(desk, shown, how)).status_code == 404
        assert other.get(path(desk, shown, how, organization=0)).status_code == 404
    assert alice.get(path(desk, shown, how, organization=999_999)).status_code == 404
    worker = signed_in(desk, role=Role.CASE_WORKER)
    assert worker.get(path(desk, shown, how)).status_code == 403
    nobody = Browser(portal_documents.routes())
    assert nobody.get(path(desk, shown, how)).status_code == 303


def test_nonsense_in_an_address_finds_nothing(alice: Browser):
    for query in ("", "?version=x", "?organization=1&version=-1", f"?version={'9' * 30}"):
        assert alice.get(f"/portal/messages/file{query}").status_code == 404
