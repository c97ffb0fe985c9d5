"""Items and their list: found by what people remember, low where it is low, within one's reach."""

import pytest

from securecare.access.actor import Actor, Grant
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.inventory import items, listing
from securecare.inventory.items import ItemForm
from securecare.inventory.listing import Wanted
from tests.inventory.storeroom import Storeroom, of_item

SOAP = ItemForm("S-SOAP", "Soap", category="Hygiene", barcode="400638133393", wholesale_cents=45)


def names(storeroom: Storeroom, by: Actor | None = None, **wanted: object) -> list[str]:
    return [row.name for row in storeroom.do(listing.page, Wanted(**wanted), by=by).rows]


def test_an_item_is_found_by_parts_of_name_number_barcode_and_category(storeroom: Storeroom):
    storeroom.do(items.add, SOAP)
    for words in ("soap", "s-so", "6381", "hyg SOA"):
        assert names(storeroom, words=words) == ["Soap"]
    assert names(storeroom, words="soap bread") == []
    assert names(storeroom, category="Hygiene") == ["Soap"]
    assert storeroom.do(items.by_code, "400638133393") == storeroom.do(items.by_code, "s-soap")
    assert names(storeroom, by=storeroom.stranger) == []


def test_numbers_and_barcodes_belong_to_one_item(storeroom: Storeroom):
    first = storeroom.do(items.add, SOAP)
    for field, form in (
        ("sku", ItemForm("s-soap", "Other")),
        ("barcode", ItemForm("O-1", "Other", barcode=SOAP.barcode)),
        ("recommended_level", ItemForm("O-1", "Other", minimum_level=5, recommended_level=4)),
        ("name", ItemForm("O-1", " ")),
    ):
        with pytest.raises(NotAccepted) as refusal:
            storeroom.do(items.add, form)
        assert refusal.value.field == field
    storeroom.do(items.change, first, 1, SOAP)
    with pytest.raises(NotAllowed):
        storeroom.do(items.add, ItemForm("O-1", "Other"), by=storeroom.lead)
    with pytest.raises(NotFound):
        storeroom.do(items.change, first, 1, SOAP, by=storeroom.stranger)


def test_the_second_of_two_who_change_an_item_is_told(storeroom: Storeroom):
    item = storeroom.do(items.add, SOAP)
    storeroom.do(items.change, item, 1, ItemForm("S-SOAP", "Bar soap"))
    with pytest.raises(Overtaken) as refusal:
        storeroom.do(items.change, item, 1, SOAP)
    assert refusal.value.changed_by == "Mo Manager"


def test_low_is_counted_where_it_is_low_by_the_facilitys_own_level(storeroom: Storeroom):
    storeroom.sql(
        "UPDATE item SET minimum_level = 10, recommended_level = 20 WHERE id = :id",
        id=storeroom.bread,
    )
    storeroom.receive(storeroom.bread, 12, storeroom.north)
    storeroom.receive(storeroom.bread, 500, storeroom.south)
    assert names(storeroom, low_only=True) == []
    storeroom.plan(of_item(storeroom.bread, 3))
    (bread,) = storeroom.do(listing.page, Wanted(low_only=True)).rows
    assert (bread.on_hand, bread.available, bread.low_at, bread.empty_at) == (512, 509, 1, 0)
    assert names(storeroom, low_only=True, facility_id=storeroom.south) == []
    storeroom.do(items.set_levels, storeroom.bread, storeroom.north, (5, 5))
    assert names(storeroom, low_only=True) == []
    storeroom.do(items.set_levels, storeroom.bread, storeroom.north, None)
    assert names(storeroom, low_only=True) == ["Bread"]


def test_a_person_of_one_facility_sees_its_figures_alone(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 12, storeroom.north)
    storeroom.receive(storeroom.bread, 500, storeroom.south)
    (bread,) = storeroom.do(listing.page, Wanted("bread"), by=storeroom.lead).rows
    assert bread.on_hand == 12
    with pytest.raises(NotFound):
        storeroom.do(listing.page, Wanted(facility_id=storeroom.south), by=storeroom.lead)
    clerk = Actor(
        storeroom.lead.account_id,
        storeroom.organization_id,
        1,
        "Bo Billing",
        (Grant(Role.BILLING_CLERK),),
    )
    with pytest.raises(NotFound):
        storeroom.do(listing.page, Wanted(), by=clerk)


def test_what_is_no_longer_in_use_is_shown_only_when_asked_for(storeroom: Storeroom):
    storeroom.do(items.set_active, storeroom.jam, False)
    assert names(storeroom) == ["Blanket", "Bread"]
    assert names(storeroom, retired_too=True) == ["Blanket", "Bread", "Jam"]
