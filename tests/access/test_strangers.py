"""Failed sign-ins with addresses nobody has: seen by whoever runs the place, by no organization."""

from datetime import timedelta

import pytest

from securecare.access import sign_in, strangers
from securecare.access.sessions import Device
from securecare.access.sign_in import WrongSignIn
from securecare.access.strangers import Stranger
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction
from tests.support.community import organization, person, trail_of
from tests.test_cli import securecare

pytestmark = pytest.mark.usefixtures("database")


def failing(email: str, address: str) -> None:
    with pytest.raises(WrongSignIn):
        sign_in.with_password(email, "not the password at all", Device(address))


def seen(days: int = 7) -> list[Stranger]:
    with owner_transaction() as session:
        return list(strangers.seen(session, days))


def test_unknown_addresses_are_counted_by_where_they_came_from() -> None:
    harbor = organization()
    alice = person(harbor)
    start = clock.now()
    with clock.frozen(start - timedelta(days=8)):
        failing("long-ago@example.org", "203.0.113.8")
    failing("nobody@example.org", "203.0.113.9")
    failing("nobody-else@example.org", "203.0.113.9")
    failing("noone@example.org", "203.0.113.10")
    failing(alice.email, "203.0.113.11")
    assert [(each.address, each.attempts) for each in seen()] == [
        ("203.0.113.9", 2),
        ("203.0.113.10", 1),
    ]
    assert trail_of(harbor) == ["sign_in.failed"]
    said = securecare("strangers").stdout
    assert "203.0.113.9" in said
    assert "2 attempts" in said
    assert "nobody@example.org" not in said
