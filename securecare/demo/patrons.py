"""People of the demo who sign in as patrons: each is one of the organization's customers."""

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.models import Account
from securecare.access.roles import Role
from securecare.customers.patron_models import LINKED, Patron, PatronLink
from securecare.demo.plans import OrganizationPlan
from securecare.foundation import clock

FIRST_RECORD = 2
"""The first patron's place among the customers, by number."""


def write_patrons(
    session: Session, plan: OrganizationPlan, organization_id: int, accounts: list[int]
) -> None:
    """Make patrons of those who sign in as such, and link each to a record that has a story."""
    session.execute(_OPENED, {"id": organization_id})
    patrons = [
        account_id
        for each, account_id in zip(plan.sign_ins, accounts, strict=True)
        if each.role is Role.PATRON
    ]
    for place, account_id in enumerate(patrons, FIRST_RECORD):
        account = session.get_one(Account, account_id)
        row = (
            session.execute(_CUSTOMER, {"organization_id": organization_id, "place": place})
            .mappings()
            .one()
        )
        given, _, family = account.name.partition(" ")
        known = {name: value for name, value in row.items() if name != "id"}
        patron = Patron(
            account_id=account_id,
            given_name=given,
            family_name=family,
            email=account.email,
            created_at=clock.now(),
            changed_at=clock.now(),
            **known,
        )
        session.add(patron)
        session.flush()
        session.add(
            PatronLink(
                organization_id=organization_id,
                patron_id=patron.id or 0,
                customer_id=row["id"],
                status=LINKED,
                made_at=clock.now(),
            )
        )
        session.flush()


# People who sign up in the demo may ask to be known, by the name or by a code such as "CARE-1".
_OPENED = text("""
    UPDATE organization SET patrons_may_ask = true, portal_code = 'CARE-' || id WHERE id = :id
""")
_CUSTOMER = text("""
    SELECT c.id, c.born_on, c.phone, p.street, p.city, p.region, p.postal_code, p.country,
           p.time_zone, p.pronouns, p.gender, p.ethnicity, p.language, p.needs_interpreter,
           p.preferred_name
      FROM customer c JOIN customer_profile p ON p.customer_id = c.id
     WHERE c.organization_id = :organization_id
     ORDER BY c.number OFFSET :place LIMIT 1
""")
