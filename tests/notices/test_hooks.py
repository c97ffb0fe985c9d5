"""What a text service calls us with: only what is signed with our token counts."""

import re
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.routing import Route

from securecare.foundation.db import transaction
from securecare.notices import consent, sending, texts
from securecare.notices.outbox import USES
from securecare.settings import settings
from securecare.web import notices
from securecare.web.policy import FORM_BYTES
from securecare.web.routes import every_route
from tests.notices.office import Memory, Office, drain, made_due, sql
from tests.support.http import SITE, Browser
from tests.support.sms_service import TOKEN, SmsService, sid

pytestmark = pytest.mark.usefixtures("afternoon", "sms")


def called(
    path: str, form: dict[str, str], *, token: str = TOKEN, url: str = "", **more: Any
) -> httpx.Response:
    """Call as the service does: signed, and with no origin."""
    url = url or settings().public_url + path
    headers = {"X-Twilio-Signature": texts.signature(token, url, form)} | more.pop("headers", {})
    return _send(path, urlencode(form), headers)


def _send(path: str, body: str, headers: dict[str, str]) -> httpx.Response:
    import asyncio

    browser = Browser(notices.routes())
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    return asyncio.run(browser._ask("POST", path, content=body, headers=headers))


def stop(office: Office, words: str = "STOP", id_: str = "") -> dict[str, str]:
    return {
        "From": office.phone,
        "To": "+12125550100",
        "Body": words,
        "MessageSid": id_ or f"SM{len(words)}x{office.id}",
    }


def agreed(office: Office) -> list[bool]:
    with transaction(office.administrator.scope) as session:
        return [consent.allowed(session, office.customer, use) for use in USES]


def test_the_signature_is_the_documented_one():
    """The worked example that the service's own documentation gave for years."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert texts.signature("12345", url, form) == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_a_signed_stop_is_heeded_and_answered(office: Office):
    office.agree()
    answer = called(texts.INBOUND_PATH, stop(office))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert "no more texts" in answer.text
    assert agreed(office) == [False] * 3
    assert "get our texts again" in called(texts.INBOUND_PATH, stop(office, "START")).text
    assert agreed(office) == [True] * 3


def test_help_is_answered_and_changes_nothing(office: Office):
    office.agree()
    answer = called(texts.INBOUND_PATH, stop(office, "Help"))
    assert re.search(r"<Message>.*Reply STOP.*</Message>", answer.text)
    assert "Nobody reads" in called(texts.INBOUND_PATH, stop(office, "I am ill")).text
    assert agreed(office) == [True] * 3
    kept = sql("SELECT t::text FROM inbound_text t")
    assert not any("ill" in row[0] for row in kept)


def test_what_the_service_has_answered_itself_is_not_answered_twice(office: Office):
    form = stop(office) | {"OptOutType": "STOP"}
    assert "<Message>" not in called(texts.INBOUND_PATH, form).text


@pytest.mark.parametrize(
    "how",
    [
        {"token": "another"},
        {"url": "https://elsewhere.example.org" + texts.INBOUND_PATH},
        {"headers": {"X-Twilio-Signature": ""}},
        {"headers": {"X-Twilio-Signature": "é"}},
        {"headers": {"X-Twilio-Signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ="}},
        {"headers": {"Content-Type": "application/json"}},
        {"headers": {"Origin": "https://evil.example.org"}},
    ],
)
def test_what_is_not_signed_by_the_service_counts_for_nothing(office: Office, how: dict[str, Any]):
    office.agree()
    if "headers" in how:
        how = how | {"headers": {k: v.encode() for k, v in how["headers"].items()}}
    assert called(texts.INBOUND_PATH, stop(office), **how).status_code == 403
    assert agreed(office) == [True] * 3


def test_a_signature_holds_for_its_fields_alone(office: Office):
    office.agree()
    form = stop(office, "hello")
    signature = texts.signature(TOKEN, settings().public_url + texts.INBOUND_PATH, form)
    body = urlencode(form | {"Body": "STOP"})
    headers = {"X-Twilio-Signature": signature}
    assert _send(texts.INBOUND_PATH, body, headers).status_code == 403
    assert _send(texts.INBOUND_PATH + "?x=1", urlencode(form), headers).status_code == 403
    assert agreed(office) == [True] * 3


def test_without_a_service_nobody_can_sign(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SECURECARE_SMS_URL")
    settings.cache_clear()
    assert called(texts.INBOUND_PATH, stop(office)).status_code == 403


def test_a_body_that_is_too_long_is_not_read(office: Office):
    form = stop(office) | {"More": "x" * FORM_BYTES}
    assert called(texts.INBOUND_PATH, form).status_code == 403


@pytest.mark.parametrize("phone", ["", "12125550123", "'; DROP TABLE notice", "+1" + "2" * 40])
def test_a_number_that_is_none_is_taken_for_nothing(office: Office, phone: str):
    answer = called(texts.INBOUND_PATH, stop(office, id_=f"SM{phone}") | {"From": phone})
    assert (answer.status_code, "<Message>" in answer.text) == (200, False)


def report(reference: str, status: str, id_: str = sid(1), **more: str) -> int:
    form = {"MessageSid": id_, "MessageStatus": status, **more}
    return called(f"{texts.STATUS_PATH}?notice={reference}", form).status_code


def sent_text(office: Office, sms: SmsService) -> tuple[int, str]:
    office.agree()
    id_ = office.text()
    sending.send_due()
    callback = sms.texts[office.key(id_)]["StatusCallback"]
    assert callback.startswith(f"{SITE}{texts.STATUS_PATH}?notice=")
    return id_, callback.rpartition("=")[2]


def test_reports_lead_to_delivered_in_whatever_order(office: Office, sms: SmsService):
    id_, reference = sent_text(office, sms)
    for status in ("sent", "delivered", "sent", "undelivered", "queued", "delivered"):
        assert report(reference, status) == 204
    assert office.state(id_) == ("delivered", "")
    assert office.row(id_).finished_at is not None


def test_a_text_that_was_lost_says_why(office: Office, sms: SmsService):
    id_, reference = sent_text(office, sms)
    report(reference, "undelivered", ErrorCode="30005")
    assert office.state(id_) == ("failed", "sms_30005")


def test_reports_about_another_text_or_round_are_not_about_this_one(
    office: Office,
    sms: SmsService,
):
    id_, reference = sent_text(office, sms)
    before = office.row(id_)
    for wrong in ("", "x.1", reference.replace(".1", ".2"), "0" * 32 + ".1", reference + "0" * 9):
        assert report(wrong, "delivered") == 204
    assert report(reference, "delivered", sid(99)) == 204
    assert report(reference, "nonsense") == 204
    assert office.row(id_) == before


def test_a_report_while_it_is_handed_over_is_not_written_over(office: Office):
    office.agree()
    id_ = office.text()

    def reported(letter: Any) -> None:
        report(letter.reference, "delivered", "memory-1")

    drain("sms", Memory(before=reported))
    assert office.state(id_) == ("delivered", "")


def test_what_was_never_handed_over_cannot_be_reported(office: Office):
    id_ = office.text()
    report(f"{office.row(id_).public_id.hex}.1", "delivered")
    assert office.state(id_) == ("queued", "")
    made_due(office.row(id_).queued_at)


def test_both_are_among_the_products_routes():
    paths = {route.path: route for route in every_route() if isinstance(route, Route)}
    for path in (texts.STATUS_PATH, texts.INBOUND_PATH):
        assert paths[path].methods == {"POST"}
