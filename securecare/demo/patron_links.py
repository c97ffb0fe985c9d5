"""What is between staff and patrons in the demo: accounts made and invited to, somebody who asks,
and what a patron changed."""

from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session

from securecare.access import accounts
from securecare.access.actor import Actor
from securecare.access.models import Account
from securecare.customers import patron_links
from securecare.customers.patron_models import ASKED, Patron, PatronLink
from securecare.foundation import clock
from securecare.patrons import invitations

INVITED, MADE, ASKING = (6, 7), 8, 9
"""Places among the customers, by number."""


def write_patron_links(session: Session, actor: Actor) -> None:
    """Give some customers accounts to claim, and leave staff something to decide."""
    ids = list(session.execute(_IDS, {"id": actor.organization_id}).scalars())
    for place in INVITED:
        patron_links.make(session, actor, ids[place])
        invitations.invite(session, actor, ids[place], f"guest{ids[place]}@example.net")
    patron_links.make(session, actor, ids[MADE])
    _ask(session, actor.organization_id, ids[ASKING])
    session.execute(_CHANGED, {"id": actor.organization_id})


def _ask(session: Session, organization_id: int, customer_id: int) -> None:
    """Somebody who is a customer already made an account of their own, and says so."""
    known = patron_links.as_recorded(session, organization_id, customer_id)
    email = f"asking{customer_id}@example.net"
    name = f"{known['given_name']} {known['family_name']}"
    account = Account(email=email, email_key=accounts.email_key(email), name=name)
    session.add(account)
    session.flush()
    patron = Patron(
        **{**known, "email": email, "time_zone": known["time_zone"] or "America/New_York"},
        account_id=account.id,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    session.add(patron)
    session.flush()
    session.add(
        PatronLink(
            organization_id=organization_id,
            patron_id=patron.id or 0,
            status=ASKED,
            asked_as=["services", "volunteer"],
            made_at=clock.now() - timedelta(hours=5),
        )
    )
    session.flush()


_IDS = text("SELECT id FROM customer WHERE organization_id = :id ORDER BY number LIMIT 40")
_CHANGED = text("""
    WITH l AS (
        UPDATE patron_link SET made_at = made_at - interval '30 days'
         WHERE organization_id = :id AND status = 'linked' AND made_by IS NULL RETURNING *
    )
    INSERT INTO patron_change (patron_id, account_id, at, changes)
    SELECT p.id, p.account_id, l.made_at + interval '27 days',
           jsonb_build_object('street', jsonb_build_array('9 Old Mill Road', p.street),
                              'language', jsonb_build_array('', p.language))
      FROM patron p JOIN l ON l.patron_id = p.id WHERE p.account_id IS NOT NULL
""")
