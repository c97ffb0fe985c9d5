"""Likely duplicates, found among a house's customers: the right ones, and none out of reach."""

from dataclasses import asdict
from datetime import date

import pytest

from securecare.access.errors import NotAllowed
from securecare.access.roles import Role
from securecare.customers import customers, duplicates, visibility
from securecare.customers.customers import AlreadyKnown, CustomerForm
from securecare.customers.likeness import Features
from securecare.foundation.db import transaction
from tests.customers.conftest import House, house

SHARED = "+12125550160"
PEOPLE = (
    CustomerForm("Rosalind", "Okafor", date(1984, 3, 7), "+12125550123", "rosalind@example.org"),
    CustomerForm("Emeka", "Okafor", date(1950, 1, 1), SHARED),
    CustomerForm("Okafor", "Ngozi", date(1990, 5, 5)),
    CustomerForm("Nguyen", "Thi Mai", date(1977, 7, 7)),
    *(CustomerForm(f"Twin{n}", "Smith", date(2001, 1, 1), SHARED) for n in range(12)),
)


@pytest.fixture(scope="module")
def here(database: str) -> House:
    del database
    return house("Alike", PEOPLE)


def found(here: House, **known: object) -> list[tuple[str, str]]:
    values: dict = {"given_name": "", "family_name": ""} | known
    with transaction(here.administrator.scope) as session:
        alike = duplicates.of(session, here.administrator, Features(**values))
        return [(each.name, each.why) for each in alike]


@pytest.mark.parametrize(
    ("known", "name", "why"),
    [
        ({"given_name": "ROSALIND", "family_name": "Ökafor"}, "Rosalind Okafor", "same name"),
        (
            {"given_name": "Okafor", "family_name": "Rosalind"},
            "Rosalind Okafor",
            "same name the other way round",
        ),
        (
            {"given_name": "Rosalynd", "family_name": "Okafor", "born_on": date(1984, 7, 3)},
            "Rosalind Okafor",
            "similar name, similar birth date",
        ),
        (
            {
                "given_name": "Lind",
                "family_name": "Berg",
                "born_on": date(1984, 3, 7),
                "phone": "+12125550123",
            },
            "Rosalind Okafor",
            "same birth date, same phone",
        ),
        (
            {"given_name": "Mai", "family_name": "Nguyen", "born_on": date(1977, 7, 7)},
            "Nguyen Thi Mai",
            "similar name the other way round, same birth date",
        ),
        (
            {
                "given_name": "R",
                "family_name": "Other",
                "email": "ROSALIND@example.org",
                "phone": "+12125550123",
            },
            "Rosalind Okafor",
            "same phone, same e-mail address",
        ),
    ],
)
def test_whoever_may_be_the_same_is_found_and_it_is_said_why(here, known, name, why):
    assert (name, why) in found(here, **known)


def test_a_household_of_one_phone_is_not_one_person(here: House):
    assert found(here, given_name="Ada", family_name="Okafor", phone=SHARED) == [
        ("Emeka Okafor", "same family name, same phone")
    ]
    assert found(here, given_name="Ada", family_name="Berg", phone=SHARED) == []
    assert found(here) == []


def test_only_whom_the_actor_may_see_and_never_another_organizations(here: House, theirs: House):
    mine = PEOPLE[0]
    with transaction(theirs.administrator.scope) as session:
        assert duplicates.of(session, theirs.administrator, Features(**asdict(mine))) == []
    nobody = here.somebody(Role.OUTREACH_LEAD)
    with transaction(nobody.scope) as session, pytest.raises(NotAllowed):
        duplicates.of(session, nobody, Features(**asdict(mine)))


def test_a_record_is_not_its_own_duplicate_and_registering_shows_the_others(here: House):
    actor = here.administrator
    with transaction(actor.scope) as session:
        assert duplicates.of_record(session, actor, here.ids["Rosalind Okafor"]) == []
        with pytest.raises(AlreadyKnown) as known:
            customers.register(session, actor, CustomerForm("Rosalin", "Okafor", PEOPLE[0].born_on))
    assert [each.why for each in known.value.known] == ["similar name, same birth date"]


def test_a_number_names_one_person(here: House):
    with transaction(here.administrator.scope) as session:
        assert visibility.numbered(session, here.administrator, 1001) == here.ids["Rosalind Okafor"]
