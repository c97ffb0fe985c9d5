"""People connected without a record, and what stands of a connection."""

from datetime import date

from sqlalchemy import text

from securecare.customers import (
    patron_reading,
    supporter_listing,
    supporters,
)
from securecare.customers.support import Support
from securecare.foundation.db import owner_transaction
from tests.customers.conftest import House
from tests.patrons.people import (
    asks,
    do,
    one,
    patron_of,
)
from tests.support import community

MAY, JUNE = date(2026, 5, 4), date(2026, 6, 1)
DONOR, VOLUNTEER = Support(MAY, None), Support(None, JUNE)
BOTH = Support(MAY, JUNE)


def supporter(here: House, support: Support = VOLUNTEER) -> tuple[community.Someone, int]:
    """Somebody who asked and is connected without a record; gives the link's id too."""
    ada = community.person()
    link = asks(patron_of(ada), here)
    do(here.administrator, supporters.connect, link, support)
    return ada, link


def link_of(customer_id: int) -> int:
    return one(
        "SELECT id FROM patron_link WHERE customer_id = :id AND status = 'linked'", id=customer_id
    ).id


def how(link_id: int) -> tuple[str, int | None, Support]:
    row = one("SELECT * FROM patron_link WHERE id = :id", id=link_id)
    return row.status, row.customer_id, Support(row.donor_since, row.volunteer_since)


def support_of(here: House, customer_id: int) -> Support:
    return do(here.administrator, patron_reading.of, customer_id).linked.support


def listed(here: House, *more: object) -> list[int]:
    page = do(here.administrator, supporter_listing.page, *more)
    return [each.link_id for each in page.rows]


def trail(link_id: int) -> list[str]:
    with owner_transaction() as session:
        return list(
            session.execute(
                text(
                    "SELECT action FROM audit_event WHERE object_type = 'patron_link'"
                    " AND object_id = :id ORDER BY id"
                ),
                {"id": link_id},
            ).scalars()
        )
