"""Whether a notice may go out at this very moment: consent, and the recipient's quiet hours."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import bindparam, text
from sqlalchemy.types import BigInteger, String

from securecare.foundation import clock
from securecare.foundation.db import Scope, straight, transaction
from securecare.notices import quiet_hours
from securecare.notices.leasing import Leased
from securecare.settings import settings

NO_CONSENT = "no_consent"
STOPPED = "stopped"
MOVED = "moved"
QUIET = "quiet_hours"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Go if `reason` is empty; else wait until `until`, or never send it."""

    reason: str = ""
    until: datetime | None = None


GO = Verdict()


def verdict(notice: Leased, channel: str, recipient: str) -> Verdict:
    """Whether the notice may go out now.

    An e-mail that needs no consent always may: its recipient has just asked for it. A text to a
    number that said STOP never may, whatever it is for. What a customer agreed to goes to where
    they are reached now: a number that was theirs may be somebody else's.
    """
    if channel == "email" and notice.use is None:
        return GO
    phone = recipient if channel == "sms" else ""
    given = {
        "customer_id": notice.customer_id,
        "channel": channel,
        "use": notice.use,
        "phone": phone,
    }
    with transaction(Scope(notice.organization_id, purpose="system")) as session:
        ((agreed, stopped, zone, phone_now, email_now),) = straight(session, _STANDING, given)
    if stopped:
        return Verdict(STOPPED)
    if notice.use is not None and not agreed:
        return Verdict(NO_CONSENT)
    if notice.use is not None and recipient != (phone_now if channel == "sms" else email_now):
        return Verdict(MOVED)
    until = quiet_hours.over_at(
        clock.now(), _zone(notice.time_zone or zone), settings().quiet_minutes
    )
    return Verdict(QUIET, until) if until else GO


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


_STANDING = text("""
    SELECT (SELECT given FROM contact_consent
             WHERE customer_id = :customer_id AND channel = :channel AND use = :use
               AND phone = :phone
             ORDER BY at DESC, id DESC LIMIT 1),
           (SELECT keyword = 'stop' FROM inbound_text
             WHERE phone = :phone AND phone <> '' AND keyword IN ('stop', 'start')
             ORDER BY id DESC LIMIT 1),
           (SELECT time_zone FROM facility ORDER BY active DESC, id LIMIT 1),
           (SELECT phone FROM customer WHERE id = :customer_id),
           (SELECT email FROM customer WHERE id = :customer_id)
""").bindparams(
    bindparam("customer_id", type_=BigInteger),
    bindparam("channel", type_=String),
    bindparam("use", type_=String),
    bindparam("phone", type_=String),
)
