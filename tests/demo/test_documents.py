"""The demo's patron finds documents that open, and nothing of what staff keep to themselves."""

import pytest

from securecare.access.actor import Actor
from securecare.customers import own
from securecare.demo.filling import PASSWORD
from securecare.documents import reading
from securecare.foundation.db import transaction
from tests.portal.mailbox import owned, signed_in


@pytest.fixture(scope="module")
def patron(demo_database: str) -> Actor:
    del demo_database
    return signed_in("patron@harborpine.example", PASSWORD)


def test_what_is_public_opens_and_what_is_not_is_not_there(patron: Actor):
    with transaction(patron.scope) as session:
        (known,) = own.records(session, patron)
    actor = known.actor(patron)
    with transaction(actor.scope) as session:
        rows = reading.of_patron(session, actor, known.customer_ids).rows
        opened = [
            reading.open_of_patron(session, actor, known.customer_ids, row.version_id)
            for row in rows
        ]
    assert [row.title for row in rows] == [
        "Front desk card",
        "Housing application, signed",
        "Welcome letter",
    ]
    assert all(row.previewed for row in rows)
    begins = []
    for each in opened:
        with each.opened() as content:
            begins.append(b"".join(content.chunks())[:5])
    assert begins == [b"\x89PNG\r", b"%PDF-", b"%PDF-"]
    hidden = owned(
        "SELECT title FROM document WHERE customer_id = ANY(:ids) AND NOT public_to_customer",
        ids=list(known.customer_ids),
    )
    assert [row.title for row in hidden] == ["Intake notes"]
