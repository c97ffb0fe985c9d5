"""What a text service reports: what became of a text, and what people text back."""

import re
import unicodedata
import uuid
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import bindparam, text
from sqlalchemy.types import DateTime, Integer, String, Uuid
from sqlmodel import Session

from securecare.foundation import audit, clock

Keyword = Literal["stop", "start", "help", "other"]

STOPPING = frozenset(
    {"STOP", "STOPALL", "QUIT", "END", "REVOKE", "OPTOUT", "CANCEL", "UNSUBSCRIBE"}
)
"""Each of them alone: 47 CFR 64.1200(a)(10)."""
STARTING = frozenset({"START", "UNSTOP"})
HELPING = frozenset({"HELP", "INFO"})
_SENTENCES = (["STOP"], ["UNSUBSCRIBE"], ["OPT", "OUT"])
"""These mean the same at the start of a sentence; "end of my shift" and "cancel Monday" may not."""
_COURTESY = frozenset({"PLEASE", "PLS", "PLZ"})

_REACHED = frozenset({"delivered", "read"})
_LOST = frozenset({"undelivered", "failed", "canceled"})
_UNDERWAY = frozenset({"accepted", "queued", "sending", "sent", "scheduled"})

ANSWERS: dict[Keyword, str] = {
    "stop": "You will get no more texts from us. Reply START to get them again.",
    "start": "You get our texts again. Reply STOP to end them.",
    "help": "We send short notices you agreed to. Reply STOP to end them, START to get them again."
    " For anything else, call us.",
    "other": "Nobody reads replies to this number. Please call us. Reply STOP to end these texts.",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one text."""

    reference: str
    provider_id: str
    status: str
    error_code: str = ""


def keyword_of(body: str) -> Keyword:
    """What a text asks for; capitals, blanks and punctuation do not matter."""
    plain = "".join(
        each for each in unicodedata.normalize("NFKC", body) if unicodedata.category(each) != "Cf"
    )
    said = re.sub(r"[^\w\s]|_", " ", plain).upper().split()
    words = [word for word in said if word not in _COURTESY]
    if not words:
        return "other"
    alone = words[0] if len(words) == 1 else ""
    if alone in STOPPING or any(words[: len(each)] == each for each in _SENTENCES):
        return "stop"
    if alone in STARTING:
        return "start"
    return "help" if alone in HELPING else "other"


def heed(session: Session, phone: str, keyword: Keyword, provider_id: str) -> int:
    """Do what a text asks for; gives how many consents changed. The same text again does nothing.

    STOP takes back every use for that number at every customer who has it, in every organization;
    START gives back what was taken back by text and had been agreed to before. Needs `SYSTEM`.
    """
    given = {"phone": phone, "keyword": keyword, "id": provider_id, "at": clock.now()}
    changed = session.execute(_HEED, given).all()
    action = "consent.given" if keyword == "start" else "consent.withdrawn"
    for row in changed:
        audit.record_system(
            session,
            "Text message",
            action,
            ("customer", row.customer_id),
            organization_id=row.organization_id,
            use=row.use,
        )
    return len(changed)


def note_report(session: Session, report: Report) -> bool:
    """Note what became of a text; whether it changed anything. Needs `SYSTEM`.

    Reports come late, twice and in any order: what was reached or lost stays so, and a report about
    an earlier round of a notice, or about another text, is not about this one. A report that a text
    is on its way also settles the case of a sender who died before noting that.
    """
    found = re.fullmatch(r"([0-9a-f]{32})\.([1-9]\d{0,5})", report.reference)
    state = _state_of(report.status)
    if not found or not state:
        return False
    error = f"sms_{report.error_code}" if report.error_code.isdecimal() else "sms_undelivered"
    given = {
        "public_id": uuid.UUID(found[1]),
        "round": int(found[2]),
        "provider_id": report.provider_id[:100],
        "state": state,
        "error": error[:20] if state == "failed" else "",
        "now": clock.now(),
    }
    return session.execute(_REPORTED, given).first() is not None


def _state_of(status: str) -> str:
    if status in _REACHED:
        return "delivered"
    if status in _LOST:
        return "failed"
    return "sent" if status in _UNDERWAY else ""


_HEED = text("SELECT organization_id, customer_id, use FROM heed_text(:phone, :keyword, :id, :at)")
_REPORTED = text("""
    UPDATE notice
       SET state = :state, lease_token = NULL, leased_by = '', provider_id = :provider_id,
           last_error = :error, sent_at = coalesce(sent_at, :now),
           finished_at = CASE WHEN :state = 'sent' THEN NULL ELSE :now END
     WHERE public_id = :public_id AND round = :round AND channel = 'sms' AND attempts > 0
       AND coalesce(provider_id, :provider_id) = :provider_id
       AND state IN ('queued', 'leased', 'dead', CASE WHEN :state = 'sent' THEN 'queued' ELSE 'sent' END)
    RETURNING id
""").bindparams(
    bindparam("public_id", type_=Uuid),
    bindparam("round", type_=Integer),
    bindparam("provider_id", type_=String),
    bindparam("state", type_=String),
    bindparam("error", type_=String),
    bindparam("now", type_=DateTime(timezone=True)),
)
