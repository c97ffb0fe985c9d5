"""An office for each test, on an afternoon in Chicago, and the servers it sends through."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from securecare.foundation import clock
from securecare.settings import settings
from tests.notices.office import Office, sql
from tests.support.mail_server import MailServer, running_mail_server
from tests.support.sms_service import SENDER, SmsService, running_sms_service

AFTERNOON = datetime(2027, 1, 13, 20, tzinfo=UTC)
"""Two in the afternoon in Chicago, eight in the evening in London."""


@pytest.fixture
def afternoon() -> Iterator[datetime]:
    with clock.frozen(AFTERNOON):
        yield AFTERNOON


@pytest.fixture
def office(database: str) -> Office:
    """Nothing of other tests is left to be sent."""
    del database
    sql(
        "UPDATE notice SET state = 'withheld', lease_token = NULL WHERE state IN ('queued', 'leased')"
    )
    return Office()


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch, database: str) -> Iterator[SmsService]:
    """A text service, and the settings that name it."""
    del database
    with running_sms_service() as service:
        monkeypatch.setenv("SECURECARE_SMS_URL", service.url)
        monkeypatch.setenv("SECURECARE_SMS_FROM", SENDER)
        settings.cache_clear()
        yield service
        monkeypatch.undo()
        settings.cache_clear()


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch, database: str) -> Iterator[MailServer]:
    """A mail server, and the settings that name it."""
    del database
    with running_mail_server() as server:
        monkeypatch.setenv("SECURECARE_MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        monkeypatch.setenv("SECURECARE_MAIL_FROM", "Harbor & Pine <care@example.org>")
        settings.cache_clear()
        yield server
        monkeypatch.undo()
        settings.cache_clear()
