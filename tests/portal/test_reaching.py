"""How a patron says they are reached: of their own record alone, and consent by their own word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.customers import contacts, own
from securecare.customers.contacts import ContactForm
from securecare.customers.own import Own
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.notices import consent
from securecare.notices.consent import NoPhone, StoppedByText
from securecare.portal import reaching
from tests.customers.conftest import House
from tests.customers.test_own import customer_of, patron_of, signed_in
from tests.support import community

CALL = ContactForm("Ben Quill", "Brother", "+12125550177")


@dataclass
class Patron:
    """A patron, their one record, and what they do within its organization."""

    actor: Actor
    own: Own
    customer_id: int

    def do(self, verb: Any, *args: Any) -> Any:
        actor = self.own.actor(self.actor)
        with transaction(actor.scope) as session:
            return verb(session, actor, self.own, *args)


@pytest.fixture
def ada(ours: House) -> Patron:
    someone, customer_id = community.person(), customer_of(ours)
    patron_of(someone, (ours.id, customer_id))
    actor = signed_in(someone)
    with transaction(actor.scope) as session:
        (mine,) = own.records(session, actor)
    return Patron(actor, mine, customer_id)


def phone(ada: Patron, number: str = "+12125550123") -> None:
    with owner_transaction() as session:
        session.execute(
            text("UPDATE customer SET phone = :number WHERE id = :id"),
            {"number": number, "id": ada.customer_id},
        )


def test_an_emergency_contact_is_noted_where_staff_read_it(ada: Patron, ours: House):
    assert ada.do(reaching.read).emergency.version == 0
    ada.do(reaching.change_emergency_contact, 0, CALL)
    with transaction(ours.administrator.scope) as session:
        seen = contacts.of_customer(session, ours.administrator, ada.customer_id)
    assert seen["emergency"].form == CALL
    assert seen["guarantor"].version == 0
    with pytest.raises(Overtaken):
        ada.do(reaching.change_emergency_contact, 0, CALL)
    with pytest.raises(NotAccepted) as refused:
        ada.do(reaching.change_emergency_contact, 1, ContactForm("Ben", "", ""))
    assert set(refused.value.complaints) == {"phone"}


def test_without_a_version_whoever_is_noted_is_replaced(ada: Patron):
    ada.do(reaching.change_emergency_contact, 0, CALL)
    ada.do(reaching.change_emergency_contact, None, ContactForm("Cy", "", "+12125550178"))
    assert ada.do(reaching.read).emergency.form.name == "Cy"


def test_consent_is_given_by_channel_and_stands_in_the_log_as_ones_own(ada: Patron, ours: House):
    with pytest.raises(NoPhone):
        ada.do(reaching.agree, "sms", "message_alerts", True)
    phone(ada)
    assert ada.do(reaching.agree, "sms", "message_alerts", True)
    assert not ada.do(reaching.agree, "sms", "message_alerts", True)
    assert ada.do(reaching.agree, "email", "payment_notices", True)
    given = {(s.channel, s.use) for s in ada.do(reaching.read).standing if s.given}
    assert given == {("sms", "message_alerts"), ("email", "payment_notices")}
    with transaction(ours.administrator.scope) as session:
        log = consent.history(session, ours.administrator, ada.customer_id)
    assert [(each.channel, each.use, each.given, each.source) for each in log] == [
        ("email", "payment_notices", True, "portal"),
        ("sms", "message_alerts", True, "portal"),
    ]
    assert ada.do(reaching.agree, "sms", "message_alerts", False)
    phone(ada, "+12125550199")
    assert not any(each.given and each.channel == "sms" for each in ada.do(reaching.read).standing)


def test_what_the_phone_stopped_only_the_phone_brings_back(ada: Patron):
    phone(ada)
    with owner_transaction() as session:
        session.execute(
            text(
                "INSERT INTO contact_consent (organization_id, customer_id, channel, phone, use,"
                " given, source) SELECT organization_id, id, 'sms', phone, 'message_alerts', false,"
                " 'text' FROM customer WHERE id = :id"
            ),
            {"id": ada.customer_id},
        )
    with pytest.raises(StoppedByText):
        ada.do(reaching.agree, "sms", "message_alerts", True)


def test_another_record_is_not_there_and_staff_are_no_patrons(ada: Patron, ours: House):
    other = customer_of(ours)
    within = ada.own.actor(ada.actor)
    nobody = Own(ours.id, "Alder", frozenset())
    for verb, args in (
        (reaching.read, ()),
        (reaching.change_emergency_contact, (0, CALL)),
        (reaching.agree, ("email", "message_alerts", True)),
    ):
        with pytest.raises(NotFound), transaction(within.scope) as session:
            verb(session, within, nobody, *args)
        # An id from elsewhere finds nothing within this organization.
        elsewhere = Own(ours.id, "Alder", frozenset({other + 10_000_000}))
        with pytest.raises(NotFound), transaction(within.scope) as session:
            verb(session, within, elsewhere, *args)
        with pytest.raises(NotAllowed), transaction(ours.administrator.scope) as session:
            verb(session, ours.administrator, ada.own, *args)


@pytest.fixture(autouse=True)
def stopped(noon: datetime) -> datetime:
    return noon
