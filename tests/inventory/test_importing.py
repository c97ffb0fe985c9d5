"""Importing: every bad row is named, and nothing is stored unless all of them are good."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securecare.access.errors import NotAllowed, NotFound
from securecare.foundation.errors import DomainError
from securecare.inventory import importing, labels
from securecare.inventory.importing import BadRows, NotReadable, rows_of
from securecare.web.csv_export import lines
from tests.inventory.storeroom import Storeroom, storeroom  # noqa: F401  a fixture

GOOD = "Number;Name;Cost;Retail value;Minimum;Recommended\nT-1;Tent;12.50;30;2;5\nT-2;Rope;1;2;;\n"


def stored(room: Storeroom, sku: str) -> list[tuple]:
    return [
        tuple(row)
        for row in room.sql(
            "SELECT name, wholesale_cents, retail_cents, minimum_level, version FROM item"
            " WHERE sku = :sku",
            sku=sku,
        )
    ]


def test_items_are_added_and_the_same_file_again_changes_nothing(storeroom: Storeroom):  # noqa: F811
    assert storeroom.do(importing.store_items, GOOD) == (2, 0)
    assert stored(storeroom, "T-1") == [("Tent", 1250, 3000, 2, 1)]
    assert storeroom.do(importing.store_items, GOOD) == (0, 0)
    assert storeroom.do(importing.store_items, "number,name\nt-1,Big tent\n") == (0, 1)
    # What the file says nothing of stays, and the number is written as it was.
    assert stored(storeroom, "T-1") == [("Big tent", 1250, 3000, 2, 2)]


def test_every_bad_row_is_named_with_its_line_and_nothing_is_stored(storeroom: Storeroom):  # noqa: F811
    storeroom.do(importing.store_items, "number,name,barcode\nOLD,Old,4001\n")
    bad = (
        "number,name,cost,barcode\n"
        'A-1,"Two\nlines",1,\n'
        "A-2,Soap,much,\n"
        ",No number,1,\n"
        "A-4,Fine,2,\n"
        "a-4,Twice,2,\n"
        "A-5,Taken,2,4001\n"
    )
    with pytest.raises(BadRows) as refused:
        storeroom.do(importing.store_items, bad)
    assert [(row.line, row.reason) for row in refused.value.rows] == [
        (2, "Name: Remove line breaks and other invisible characters."),
        (4, "Cost: “much” is not an amount such as 12.34."),
        (5, "Number: Enter a number or code of your own."),
        (7, "Number: The number stands on line 6 already."),
        (8, "Barcode: Another item has the barcode 4001."),
    ]
    assert stored(storeroom, "A-4") == []


def test_goods_are_received_once_at_the_costs_of_the_file(storeroom: Storeroom):  # noqa: F811
    key = uuid.uuid4()
    content = "number\tquantity\tcost\ns-bread\t10\t1.05\nS-Jam\t4\t\n"
    for _ in range(2):
        storeroom.do(importing.store_receipt, storeroom.north, content, form_key=key)
    assert storeroom.figures(storeroom.bread) == (10, 0)
    assert storeroom.figures(storeroom.jam) == (4, 0)
    costs = storeroom.sql(
        "SELECT wholesale_cents FROM stock_movement WHERE item_id = :id", id=storeroom.bread
    )
    assert [row[0] for row in costs] == [105]


def test_a_receipt_with_one_bad_row_leaves_the_shelf_as_it_is(storeroom: Storeroom):  # noqa: F811
    content = "number,quantity\nS-Bread,10\nS-Nothing,3\nS-Jam,-1\nS-Jam,0\n"
    with pytest.raises(BadRows) as refused:
        storeroom.do(importing.store_receipt, storeroom.north, content)
    assert [(row.line, row.reason) for row in refused.value.rows] == [
        (3, "Number: No item in use has the number or barcode S-Nothing."),
        (4, "Quantity: “-1” is not a whole number."),
        (5, "Quantity: Choose between 1 and 1,000,000."),
    ]
    assert storeroom.figures(storeroom.bread) == (0, 0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "The file is empty."),
        ("name\nSoap\n", "names no column “number”"),
        ("number,name,Name\n1,2,3\n", "“name” is named twice"),
        ("number,name\n", "no rows below"),
        ('number,name\n1,"open\n', "quotation mark"),
        ("number,name\x00\n1,2", "not a CSV file"),
        ("number,name\n1,Caf\ufffd\n", "Save the table as “CSV UTF-8”"),
        ("number,name\n" + "1,2\n" * (importing.MOST_ROWS + 1), "rows. Divide it"),
        ("number,name\n" + "x" * importing.MOST_BYTES, "larger than"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: str, said: str):
    with pytest.raises(NotReadable, match=said):
        rows_of(content, "items")


def test_what_our_own_export_guarded_comes_back_as_it_was():
    content = lines([["number", "name"], ["=1", "@home"]])
    (row,) = rows_of("\ufeff" + content, "items")
    assert row.cells == {"number": "'=1", "name": "'@home"}
    form, _ = importing._item_form(row, None)
    assert (form.sku, form.name) == ("=1", "@home")


@given(st.text(max_size=300))
def test_no_file_does_anything_but_be_read_or_be_refused(content: str):
    for kind in ("items", "receipt"):
        head = ",".join(importing.NEEDED[kind])
        for whole in (content, f"{head}\n{content}"):
            try:
                rows = rows_of(whole, kind)
            except DomainError:
                continue
            for row in rows:
                importing._item_form(row, None)
                importing._receipt_line(row, 1)


def test_every_item_of_a_file_stands_in_the_trail(storeroom: Storeroom):  # noqa: F811
    storeroom.do(importing.store_items, GOOD)
    storeroom.do(importing.store_items, "number,name\nT-1,Big tent\n")
    noted = storeroom.sql(
        "SELECT action, detail FROM audit_event WHERE object_type = 'item' AND object_id ="
        " (SELECT max(id) FROM item WHERE sku = 'T-1') ORDER BY id"
    )
    assert [row[0] for row in noted] == ["item.added", "item.changed"]


def test_only_who_may_change_items_everywhere_imports_them(storeroom: Storeroom):  # noqa: F811
    with pytest.raises(NotAllowed):
        storeroom.do(importing.look_at_items, GOOD, by=storeroom.lead)
    content = "number,quantity\nS-Bread,10\n"
    for who in (storeroom.lead, storeroom.stranger):
        with pytest.raises(NotFound):
            storeroom.do(importing.store_receipt, storeroom.north, content, by=who)


def test_a_label_carries_the_barcode_or_else_the_number(storeroom: Storeroom):  # noqa: F811
    storeroom.sql("UPDATE item SET barcode = '4006381333931' WHERE id = :id", id=storeroom.jam)
    made = storeroom.do(labels.of_items, [storeroom.bread, storeroom.jam])
    assert [each.code for each in made] == ["S-Bread", "4006381333931"]
    assert all(each.picture.startswith("data:image/svg+xml;base64,") for each in made)
    assert labels.picture("“no”") == ""
    assert not storeroom.do(labels.of_items, [storeroom.bread], by=storeroom.stranger)
    assert made[0].picture != made[1].picture
