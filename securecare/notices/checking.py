"""Whether a notice may go out at this very moment: consent, and the recipient's quiet hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ARRAY, BigInteger, String, bindparam, text

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


def verdicts(channel: str, asked: Sequence[tuple[Leased, str]]) -> list[Verdict]:
    """Whether each of these notices, with where it is to go, may go out now: all of one organization.

    An e-mail that needs no consent always may: its recipient has just asked for it. A text to a
    number that said STOP never may, whatever it is for. What a customer agreed to goes to where
    they are reached now: a number that was theirs may be somebody else's.
    """
    notices = [notice for notice, _ in asked]
    if channel == "email" and all(notice.use is None for notice in notices):
        return [GO] * len(asked)
    given = {
        "customer_ids": [notice.customer_id for notice in notices],
        "uses": [notice.use for notice in notices],
        "phones": [recipient if channel == "sms" else "" for _, recipient in asked],
        "channel": channel,
    }
    scope = Scope(notices[0].organization_id, purpose="system")
    with transaction(scope) as session:
        found = straight(session, _STANDING, given)
    return [_judged(channel, *each, *row) for each, row in zip(asked, found, strict=True)]


def _judged(
    channel: str,
    notice: Leased,
    recipient: str,
    agreed: bool | None,
    stopped: bool | None,
    zone: str | None,
    phone: str | None,
    email: str | None,
) -> Verdict:
    use = notice.use
    if channel == "email" and use is None:
        return GO
    if stopped:
        return Verdict(STOPPED)
    if use is not None and not agreed:
        return Verdict(NO_CONSENT)
    if use is not None and recipient != (phone if channel == "sms" else email):
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
             WHERE customer_id = asked.customer_id AND channel = :channel AND use = asked.use
               AND phone = asked.phone
             ORDER BY at DESC, id DESC LIMIT 1),
           (SELECT keyword = 'stop' FROM inbound_text
             WHERE phone = asked.phone AND phone <> '' AND keyword IN ('stop', 'start')
             ORDER BY id DESC LIMIT 1),
           (SELECT time_zone FROM facility ORDER BY active DESC, id LIMIT 1),
           (SELECT phone FROM customer WHERE id = asked.customer_id),
           (SELECT email FROM customer WHERE id = asked.customer_id)
      FROM unnest(CAST(:customer_ids AS bigint[]), CAST(:uses AS text[]), CAST(:phones AS text[]))
           WITH ORDINALITY AS asked (customer_id, use, phone, number)
     ORDER BY asked.number
""").bindparams(
    bindparam("channel", type_=String),
    bindparam("customer_ids", type_=ARRAY(BigInteger)),
    bindparam("uses", type_=ARRAY(String)),
    bindparam("phones", type_=ARRAY(String)),
)
