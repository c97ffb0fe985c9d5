"""Text messages through a service that speaks Twilio's REST API, and what it signs its reports with."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

import httpx

from securecare.notices.channels import Letter, Postponed, Refused, Unreachable
from securecare.settings import TextService, settings

TIMEOUT_SECONDS = 10
STATUS_PATH = "/hooks/sms/status"
INBOUND_PATH = "/hooks/sms/inbound"
OPTED_OUT = 21610
"""The service's own word for a number that texted STOP."""


class Texts:
    """A client of the service, made for the first text and kept for the next ones."""

    def __init__(self, service: TextService) -> None:
        self.service = service
        self._open: httpx.Client | None = None
        account = quote(service.account, safe="")
        self._address = f"{service.url}/2010-04-01/Accounts/{account}/Messages.json"

    def send(self, letter: Letter) -> str:
        """Hand over the text and say where its reports are to go; gives the service's id for it."""
        form = {
            "To": letter.to,
            "From": self.service.sender,
            "Body": letter.words.body,
            "StatusCallback": status_url(letter.reference),
        }
        headers = {"Idempotency-Key": letter.key}
        try:
            answer = self._client().post(self._address, data=form, headers=headers)
        except httpx.TimeoutException:
            raise Unreachable("sms_timeout") from None
        except httpx.HTTPError:
            raise Unreachable("sms_unreachable") from None
        if answer.status_code in {200, 201}:
            return _field(answer, "sid")
        raise _judged(answer)

    def close(self) -> None:
        """Let go of the connections."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _client(self) -> httpx.Client:
        if self._open is None:
            self._open = httpx.Client(
                auth=(self.service.account, self.service.token), timeout=TIMEOUT_SECONDS
            )
        return self._open


def status_url(reference: str) -> str:
    """Where the service is to report what became of a text."""
    return f"{settings().public_url}{STATUS_PATH}?notice={reference}"


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """What the service signs a request with: HMAC-SHA1 over the address and the sorted fields.

    As documented for X-Twilio-Signature; `url` is the address as the service called it.
    """
    told = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), told.encode(), hashlib.sha1).digest()).decode()


def is_signed(token: str, url: str, form: Mapping[str, str], given: str) -> bool:
    """Whether the request comes from the service."""
    return hmac.compare_digest(signature(token, url, form).encode(), given.encode())


def _judged(answer: httpx.Response) -> Refused | Postponed | Unreachable:
    status = answer.status_code
    if status in {401, 403}:
        return Unreachable("sms_sign_in")
    if status == 429 or status >= 500:
        return Unreachable(f"sms_{status}")
    code = _field(answer, "code")
    if code == str(OPTED_OUT):
        return Refused("stopped")
    return Refused(f"sms_{code}" if code.isdecimal() and len(code) < 9 else f"sms_{status}")


def _field(answer: httpx.Response, name: str) -> str:
    try:
        told = answer.json()
    except ValueError:
        return ""
    return str(told.get(name) or "")[:100] if isinstance(told, dict) else ""
