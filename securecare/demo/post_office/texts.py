"""The text service: as much of Twilio's REST API as the product uses, with its signed calls."""

import threading
import time
from dataclasses import dataclass

import httpx

from securecare.demo.post_office.box import Box
from securecare.notices.texts import INBOUND_PATH, signature

ACCOUNT = "AC0demo"
TOKEN_VARIABLE = "SECURECARE_POST_OFFICE_TOKEN"  # noqa: S105  (the name of a variable)
SENDER = "+12025550100"
STEPS = (("sent", 0.4), ("delivered", 0.8))
"""What is reported of each text, and so many seconds after what was before it."""


@dataclass(frozen=True, slots=True)
class TextOffice:
    """Takes texts, reports what becomes of them, and passes answers on to the product."""

    box: Box
    token: str
    product: str
    """Where the product answers, as in "http://127.0.0.1:8000"."""

    def take(self, key: str, form: dict[str, str]) -> str:
        """Keep the text; gives the service's id for it, and reports its delivery a little later."""
        letter = self.box.put("sms", form["To"], "", form["Body"], key)
        sid = f"SM{letter.number:032x}"
        if not letter.status:
            self.box.report(letter.number, "queued")
            callback = form.get("StatusCallback", "")
            threading.Thread(
                target=self._deliver, args=(letter.number, sid, callback), daemon=True
            ).start()
        return sid

    def answer(self, phone: str, words: str) -> str:
        """Text the product as that person would; gives what it texts back."""
        form = {
            "MessageSid": f"SM{time.time_ns():032x}",
            "From": phone,
            "To": SENDER,
            "Body": words,
        }
        told = self._call(f"{self.product}{INBOUND_PATH}", form)
        before, _, rest = told.partition("<Message>")
        del before
        return rest.partition("</Message>")[0]

    def _deliver(self, number: int, sid: str, callback: str) -> None:
        for status, seconds in STEPS:
            time.sleep(seconds)
            self.box.report(number, status)
            if callback:
                try:
                    self._call(callback, {"MessageSid": sid, "MessageStatus": status})
                except httpx.HTTPError:
                    return  # the product is not there any more

    def _call(self, url: str, form: dict[str, str]) -> str:
        signed = {"X-Twilio-Signature": signature(self.token, url, form)}
        answer = httpx.post(url, data=form, headers=signed, timeout=5)
        return answer.raise_for_status().text
