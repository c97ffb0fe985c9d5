"""Donors and volunteers of the demo: some without a record, and some who are cared for as well."""

from datetime import date, timedelta

from sqlalchemy import text
from sqlmodel import Session

from securecare.access import accounts
from securecare.access.actor import Actor
from securecare.access.models import Account
from securecare.customers import patron_links, supporters
from securecare.customers.patron_models import ASKED, Patron, PatronLink
from securecare.customers.support import Support
from securecare.foundation import clock

# Given name, family name, phone, and how many days ago they first donated and volunteered.
PEOPLE: tuple[tuple[str, str, str, int | None, int | None], ...] = (
    ("Adaeze", "Okafor", "+12125550171", None, 412),
    ("Benedikt", "Strand", "+12125550172", 95, None),
    ("Clementine", "Roux", "", 733, 610),
    ("Desmond", "Achebe", "+13125550173", None, 34),
    ("Eudora", "Finch", "+16025550174", 1290, None),
    ("Farid", "Haddad", "+13125550175", None, 201),
    ("Greer", "Lindqvist", "", 58, None),
    ("Honoria", "Vance", "+12125550176", 367, 367),
    ("Ignatius", "Moreau", "+16025550178", 12, None),
    ("Juniper", "Hale", "+13125550179", None, 88),
    ("Kenneth", "Osei", "+12125550180", 540, None),
)
MADE = 8
"""The place among the customers of one with an account to be claimed, who gives as well."""


def write_supporters(session: Session, actor: Actor) -> None:
    """People who give money or time; the demo's patron helps out, too."""
    today = clock.now().date()
    for given, family, phone, donated, volunteered in PEOPLE:
        link = _asked(session, actor.organization_id, given, family, phone)
        support = Support(_ago(today, donated), _ago(today, volunteered))
        supporters.connect(session, actor, link, support)
    own = session.execute(_OWN, {"id": actor.organization_id}).scalar_one()
    helps = Support(None, today - timedelta(days=140))
    supporters.change_of(session, actor, own, Support(), helps)
    client = session.execute(_AT, {"id": actor.organization_id, "place": MADE}).scalar_one()
    if patron_links.linked(session, client) is not None:
        gives = Support(today - timedelta(days=75), None)
        supporters.change_of(session, actor, client, Support(), gives)


def _ago(today: date, days: int | None) -> date | None:
    return None if days is None else today - timedelta(days=days)


def _asked(session: Session, organization_id: int, given: str, family: str, phone: str) -> int:
    """Somebody with an account of their own, who asked to be connected."""
    email = f"{given}.{family}@example.net".lower()
    account = Account(email=email, email_key=accounts.email_key(email), name=f"{given} {family}")
    session.add(account)
    session.flush()
    patron = Patron(
        account_id=account.id,
        given_name=given,
        family_name=family,
        phone=phone,
        email=email,
        country="US",
        time_zone="America/New_York",
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    session.add(patron)
    session.flush()
    link = PatronLink(
        organization_id=organization_id,
        patron_id=patron.id or 0,
        status=ASKED,
        made_at=clock.now(),
    )
    session.add(link)
    session.flush()
    return link.id or 0


_OWN = text("""
    SELECT l.customer_id FROM patron_link l
      JOIN patron p ON p.id = l.patron_id AND p.account_id IS NOT NULL
     WHERE l.organization_id = :id AND l.status = 'linked' ORDER BY l.id LIMIT 1
""")
_AT = text(
    "SELECT id FROM customer WHERE organization_id = :id ORDER BY number OFFSET :place LIMIT 1"
)
