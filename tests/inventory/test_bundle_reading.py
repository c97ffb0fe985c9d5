"""A bundle and its versions: what was planned with an earlier one keeps it."""

import pytest

from securecare.access.errors import NotFound
from securecare.inventory import bundle_reading, bundles
from securecare.inventory.bundles import BundleForm, Component
from tests.inventory.storeroom import Storeroom, of_bundle


def test_versions_are_told_the_present_one_first(storeroom: Storeroom):
    bag = storeroom.lunch_bag
    read = storeroom.do(bundle_reading.one, bag)
    assert [(part.name, part.quantity) for part in read.parts] == [("Bread", 2), ("Jam", 1)]
    warm = BundleForm("Lunch bag", (*read.form.components, Component(storeroom.blanket, 1)))
    storeroom.do(bundles.change, bag, read.version, warm)
    renamed = BundleForm("Warm lunch bag", warm.components)
    storeroom.do(bundles.change, bag, read.version + 1, renamed)
    read = storeroom.do(bundle_reading.one, bag)
    assert (read.form.name, set(read.form.components)) == (renamed.name, set(renamed.components))
    assert [(each.number, len(each.parts), each.made_by) for each in read.versions] == [
        (2, 3, "Mo Manager"),
        (1, 2, "Mo Manager"),
    ]


def test_what_was_planned_keeps_what_its_bundle_was_made_of(storeroom: Storeroom):
    storeroom.receive(storeroom.bread, 10)
    storeroom.receive(storeroom.jam, 10)
    planned = storeroom.plan(of_bundle(storeroom.lunch_bag, 2))
    read = storeroom.do(bundle_reading.one, storeroom.lunch_bag)
    only_jam = BundleForm("Lunch bag", (Component(storeroom.jam, 1),))
    storeroom.do(bundles.change, storeroom.lunch_bag, read.version, only_jam)
    storeroom.detail(planned.session_id)
    assert storeroom.figures(storeroom.bread) == (10, 4)
    assert storeroom.figures(storeroom.jam) == (10, 2)


def test_a_bundle_of_others_is_not_there(storeroom: Storeroom):
    with pytest.raises(NotFound):
        storeroom.do(bundle_reading.one, storeroom.lunch_bag, by=storeroom.stranger)
    assert storeroom.do(bundle_reading.one, storeroom.lunch_bag, by=storeroom.lead).id
