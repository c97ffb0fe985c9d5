"""Donors and volunteers: connecting one, noting since when, ending it.

Whoever may change records anywhere may do this: it says nothing of anybody's record, and whether
there is one is told only to who may see it. A patron may ask for it and never does it.
"""

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import days, patron_links
from securecare.customers.patron_links import ReasonMissing
from securecare.customers.patron_models import ASKED, KNOWN, LINKED, PatronLink
from securecare.customers.support import Support
from securecare.foundation import audit
from securecare.foundation.forms import NotAccepted, changed_fields, require_none


def connect(session: Session, actor: Actor, link_id: int, support: Support) -> None:
    """The patron who asked is a donor or volunteer, and has no record. Raises `NotFound` or
    `NotAccepted`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    if not support:
        raise NotAccepted({"support": "Say whether they donate or volunteer."})
    require_none(support.complaints(days.today(session)))
    link = patron_links.standing(session, actor, link_id, ASKED, lock=True)
    link.sqlmodel_update({"status": KNOWN, **support.fields(), **patron_links.decided(actor)})
    session.flush()
    audit.record(session, actor, "supporter.connected", link, fields=support.named())


def change(
    session: Session,
    actor: Actor,
    link_id: int,
    seen: Support,
    wanted: Support,
    reason: str = "",
) -> Support:
    """Note what somebody is now, who was seen as `seen`; gives how it stands.

    Who is nothing any more and has no record is connected no longer: that takes a reason. Raises
    `NotFound`, `NotAccepted` or `ReasonMissing`.
    """
    actor.require(Permission.EDIT_CUSTOMERS)
    require_none(wanted.complaints(days.today(session)))
    link = patron_links.standing(session, actor, link_id, KNOWN, LINKED, lock=True)
    return _write(session, actor, link, Support.of(link).changed(seen, wanted), reason)


def change_of(
    session: Session, actor: Actor, customer_id: int, seen: Support, wanted: Support
) -> Support:
    """The same for the patron of a customer within reach; their record stays theirs.

    Raises `NotFound` or `NotAccepted`.
    """
    patron_links.to_change(session, actor, customer_id)
    require_none(wanted.complaints(days.today(session)))
    link = patron_links.linked(session, customer_id, lock=True)
    if link is None:
        raise NotFound("This link")
    return _write(session, actor, link, Support.of(link).changed(seen, wanted))


def end(session: Session, actor: Actor, link_id: int, reason: str) -> None:
    """They are neither donor nor volunteer any more. Who has a record here keeps it.

    Raises `NotFound` or `ReasonMissing`.
    """
    actor.require(Permission.EDIT_CUSTOMERS)
    reason = ReasonMissing.given(reason)
    link = patron_links.standing(session, actor, link_id, KNOWN, LINKED, lock=True)
    if not Support.of(link):
        raise NotFound("This connection")
    _write(session, actor, link, Support(), reason)


def _write(
    session: Session, actor: Actor, link: PatronLink, support: Support, reason: str = ""
) -> Support:
    changed = changed_fields(Support.of(link), support)
    if not changed:
        return support
    if link.status == KNOWN and not support:
        reason = ReasonMissing.given(reason)
        patron_links.put_aside(session, actor, link)
        audit.record(session, actor, "supporter.ended", link, fields=changed, reason=reason)
        return support
    link.sqlmodel_update(support.fields())
    session.flush()
    whose = ("customer", link.customer_id) if link.status == LINKED else link
    audit.record(session, actor, "supporter.changed", whose, fields=changed, reason=reason)
    return support
