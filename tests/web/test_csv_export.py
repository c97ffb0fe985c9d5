"""Files for spreadsheets: nothing in them runs, and only who may gets them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securecare.access.roles import Role
from securecare.foundation import audit
from securecare.foundation.db import transaction
from securecare.web import audit_export
from securecare.web.csv_export import lines, safe_cell
from tests.support.community import acting_as, actor_with, organization, person, signed_in
from tests.support.http import Browser


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1",
        '=HYPERLINK("x")',
        "|x",
    ],
)
def test_text_that_begins_like_a_formula_is_only_text(formula: str) -> None:
    assert safe_cell(formula) == f"'{formula}"


def test_other_text_and_numbers_stay_as_they_are() -> None:
    assert [safe_cell(each) for each in ("O'Neil", "a=b", -3, 2.5, None)] == [
        "O'Neil",
        "a=b",
        "-3",
        "2.5",
        "",
    ]


@given(st.lists(st.text(st.characters(blacklist_characters="\x00", codec="utf-8")), min_size=1))
def test_what_is_written_is_read_back_cell_by_cell(cells: list[str]) -> None:
    written = list(csv.reader(io.StringIO(lines([cells]), newline="")))
    assert written == [[safe_cell(each) for each in cells]]
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in written[0])


def browser_of(cookie: str) -> Browser:
    browser = Browser(audit_export.routes())
    browser.cookies.set("securecare_session", cookie, domain="localhost.local")
    return browser


@pytest.mark.usefixtures("database")
def test_an_auditor_downloads_what_the_filters_show() -> None:
    harbor = organization()
    boss = acting_as(person(harbor, name="=cmd()", role=Role.ADMINISTRATOR))
    for number in range(2300):
        with transaction(boss.scope) as session:
            audit.record(session, boss, "test.done", ("test", number))
    cookie = signed_in(person(harbor, role=Role.AUDITOR))
    answer = browser_of(cookie).get("/export/audit.csv", params={"action": "test.done"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 2301
    assert {row[1] for row in rows[1:]} == {"'=cmd()"}
    assert len({row[4] for row in rows[1:]}) == 2300


@pytest.mark.usefixtures("database")
def test_nobody_else_gets_the_file() -> None:
    harbor = organization()
    assert browser_of("none").get("/export/audit.csv").status_code == 303
    for role in set(Role) - {Role.ADMINISTRATOR, Role.AUDITOR}:
        cookie = signed_in(person(harbor, role=role))
        assert actor_with(cookie)
        answer = browser_of(cookie).get("/export/audit.csv")
        assert (answer.status_code, answer.text) == (403, "You do not have access to this.")
