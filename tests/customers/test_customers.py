"""Taking down new customers and correcting what is noted of them."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.customers import customers, phones
from securecare.customers.customers import AlreadyKnown, CustomerForm
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from tests.customers.conftest import house
from tests.customers.test_search import appoint
from tests.support import community

NEW = CustomerForm("Ada", "Quist", date(1990, 5, 17), "312 555 0177", "ada@example.org")


def register(actor, form, **more):
    with transaction(actor.scope) as session:
        return customers.register(session, actor, form, **more)


def look_at(actor, customer_id):
    with transaction(actor.scope) as session:
        return customers.look_at(session, actor, customer_id)


def change(actor, customer_id, version, form):
    with transaction(actor.scope) as session:
        return customers.change(session, actor, customer_id, version, form)


def test_a_new_customer_gets_the_next_number_and_can_be_found(database, find, ours):
    form = CustomerForm("  Ada  Maria ", "Quist", date(1990, 5, 17), "312 555 0177")
    made = register(ours.administrator, form)
    assert (made.number, made.name) == (1009, "Ada Maria Quist")
    assert look_at(ours.administrator, made.id).phone == "+13125550177"
    assert find("quist ada") == ["Ada Maria Quist"]
    assert "customer.added" in community.trail_of(ours.id)
    assert "customer.seen" in community.trail_of(ours.id)


def test_many_at_once_get_numbers_without_gaps_or_doubles(database):
    here = house("Race", ())
    start, made = Barrier(12), []

    def one(n: int) -> None:
        start.wait()
        for more in range(5):
            form = CustomerForm(f"Racer{n}", f"Number{more}")
            made.append(register(here.administrator, form).number)

    threads = [Thread(target=one, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == list(range(1001, 1061))


def test_the_same_form_sent_twice_at_once_makes_one_customer(database):
    here = house("Twice", ())
    start, outcomes = Barrier(2), []

    def send() -> None:
        start.wait()
        try:
            outcomes.append(register(here.administrator, NEW).number)
        except AlreadyKnown as known:
            outcomes.append(known.known[0].number)

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [1001, 1001]


def test_somebody_alike_is_pointed_out_and_may_still_be_another_person(database):
    here = house("Alike", (NEW,))
    for form in (
        replace(NEW, phone="", email=""),
        replace(NEW, given_name="Áda", born_on=None),
        CustomerForm("ada", "quist"),
    ):
        with pytest.raises(AlreadyKnown, match=r"Ada Quist seems to be here already \(No\. 1001"):
            register(here.administrator, form)
    assert (
        register(here.administrator, CustomerForm("Ada", "Quist", date(1991, 1, 1))).number == 1002
    )
    assert register(here.administrator, NEW, another_person=True).number == 1003


def test_what_cannot_stay_is_said_beside_its_field(ours):
    tomorrow = clock.now().date() + timedelta(days=3)
    form = CustomerForm(" ", "x" * 81, tomorrow, "12345", "nobody@nowhere")
    with pytest.raises(NotAccepted) as refused:
        register(ours.administrator, form)
    assert set(refused.value.complaints) == {
        "given_name",
        "family_name",
        "born_on",
        "phone",
        "email",
    }
    assert all(sentence.endswith(".") for sentence in refused.value.complaints.values())
    with pytest.raises(NotAccepted):
        register(ours.administrator, replace(NEW, born_on=date(1820, 1, 1)))


def test_a_correction_notes_which_fields_and_never_what_they_hold(database):
    here = house("Correct", (NEW,))
    (customer_id,) = here.ids.values()
    assert change(
        here.administrator, customer_id, 1, replace(NEW, family_name="Quist-Berg", phone="")
    ) == (
        "family_name",
        "phone",
    )
    assert (
        change(here.administrator, customer_id, 2, replace(NEW, family_name="Quist-Berg", phone=""))
        == ()
    )
    with owner_transaction() as session:
        details = session.execute(
            text("SELECT detail::text FROM audit_event WHERE action = 'customer.changed'")
        ).scalars()
        assert [detail for detail in details if "Berg" in detail or "555" in detail] == []
    row = look_at(here.administrator, customer_id)
    assert (row.family_name, row.version) == ("Quist-Berg", 2)


def test_the_second_of_two_who_edit_at_once_is_told(database):
    here = house("Overtaken", (NEW,))
    (customer_id,) = here.ids.values()
    change(here.administrator, customer_id, 1, replace(NEW, email=""))
    with pytest.raises(Overtaken, match="Admin changed this"):
        change(here.administrator, customer_id, 1, replace(NEW, phone=""))


def test_missing_and_out_of_reach_answer_alike(database):
    here, there = house("Here", (NEW,)), house("There", (NEW,))
    (customer_id,) = there.ids.values()
    for wrong in (customer_id, 987654321):
        with pytest.raises(NotFound):
            look_at(here.administrator, wrong)
        with pytest.raises(NotFound):
            change(here.administrator, wrong, 1, NEW)
    appoint(here, "Ada Quist", here.facilities[0])
    elsewhere = here.somebody(Role.SCHEDULER, facility_id=here.facilities[1])
    with pytest.raises(NotFound):
        look_at(elsewhere, here.ids["Ada Quist"])
    with pytest.raises(NotFound):
        change(elsewhere, here.ids["Ada Quist"], 1, NEW)


@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.BILLING_CLERK, Role.OUTREACH_LEAD, Role.PATRON]
)
def test_who_may_not_change_customers_cannot(ours, role):
    somebody = ours.somebody(role)
    with pytest.raises(NotAllowed):
        register(somebody, NEW)
    with pytest.raises(NotAllowed):
        change(somebody, 1, 1, NEW)


def test_a_phone_number_is_read_as_at_home_and_shown_so():
    assert phones.kept("0161 496 0000", "GB") == "+441614960000"
    assert phones.kept("(212) 555-0123", "US") == "+12125550123"
    assert phones.kept("", "US") == ""
    assert phones.kept("555-0123", "US") is None
    assert phones.kept("call me", "US") is None
    assert phones.shown("+12125550123", "US") == "(212) 555-0123"
    assert phones.shown("+12125550123", "GB") == "+1 212-555-0123"
    assert phones.region_of("Europe/Lisbon") == "PT"
    assert phones.region_of("Nowhere") == "US"
