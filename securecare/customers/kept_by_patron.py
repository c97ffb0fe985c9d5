"""What a person keeps up to date themselves, once they have claimed their account: staff read it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from securecare.foundation.forms import NotAccepted

FIELDS: dict[str, str] = {
    "given_name": "Given name",
    "family_name": "Family name",
    "born_on": "Birth date",
    "phone": "Phone",
    "email": "E-mail",
    "preferred_name": "Preferred name",
    "pronouns": "Pronouns",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "race": "Race",
    "marital_status": "Marital status",
    "sexual_orientation": "Sexual orientation",
    "veteran": "Veteran",
    "language": "Language",
    "needs_interpreter": "Needs an interpreter",
    "street": "Street",
    "city": "City",
    "region": "State or region",
    "postal_code": "Postal code",
    "country": "Country",
    "time_zone": "Time zone",
}
"""The fields of a patron that stand in each of their records, and what they are called."""
WORDS = "They keep this up to date in their own account."


class KeptByPatron(NotAccepted):
    """Staff were to change what the person themselves keeps up to date."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(dict.fromkeys(names, WORDS))


def is_claimed(session: Session, customer_id: int) -> bool:
    """Whether the customer is linked to a patron who signs in and keeps these fields."""
    return since(session, customer_id) is not None


def since(session: Session, customer_id: int) -> datetime | None:
    """Since when the person keeps them; None where staff do."""
    return session.execute(_CLAIMED, {"customer_id": customer_id}).scalar()


def require_others(session: Session, customer_id: int, changed: Iterable[str]) -> None:
    """Raise `KeptByPatron` if any of the changed fields is the person's own to change.

    Whoever asks has locked the customer, which is also what claiming waits for.
    """
    own = [name for name in changed if name in FIELDS]
    if own and is_claimed(session, customer_id):
        raise KeptByPatron(own)


_CLAIMED = text("""
    SELECT coalesce(l.decided_at, l.made_at) FROM patron_link l JOIN patron p ON p.id = l.patron_id
     WHERE l.customer_id = :customer_id AND l.status = 'linked' AND p.account_id IS NOT NULL
       AND l.organization_id
           = nullif(current_setting('app.organization_id', true), '')::bigint
""")
