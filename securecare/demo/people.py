"""The people who come: who they are is drawn from lists, the same for the same seed."""

import unicodedata
from datetime import date, datetime, timedelta
from random import Random

from securecare.demo.plans import OrganizationPlan, Person

MAIL_HOSTS = ("example.com", "example.org", "example.net")
FIRST_NUMBER = 1001


def draw(plan: OrganizationPlan, draws: Random, now: datetime) -> list[Person]:
    """The organization's customers; each has one facility they mostly go to."""
    lines = [_phone_lines(facility.area_codes, draws) for facility in plan.facilities]
    weights = [facility.weight for facility in plan.facilities]
    homes = draws.choices(range(len(plan.facilities)), weights, k=plan.customers)
    taken: set[tuple[str, str]] = {("Camille", "Fontaine")}
    return [
        _person(plan, FIRST_NUMBER + place, home, lines[home], taken, draws, now)
        for place, home in enumerate(homes)
    ]


def _person(
    plan: OrganizationPlan,
    number: int,
    home: int,
    lines: list[str],
    taken: set[tuple[str, str]],
    draws: Random,
    now: datetime,
) -> Person:
    given, family = _name(plan, home, taken, draws)
    return Person(
        number=number,
        given_name=given,
        family_name=family,
        born_on=born_on(draws, now.date()) if draws.random() < 0.97 else None,
        phone=lines.pop() if draws.random() < 0.9 else "",
        email=email(given, family, draws) if draws.random() < 0.6 else "",
        facility=home,
        known_since=now - timedelta(days=60 + draws.randrange(900), minutes=draws.randrange(600)),
    )


def _name(
    plan: OrganizationPlan, home: int, taken: set[tuple[str, str]], draws: Random
) -> tuple[str, str]:
    """A name nobody has yet; some have two family names, some a hyphen."""
    facility = plan.facilities[home]
    while True:
        given, family = draws.choice(facility.given_names), draws.choice(facility.family_names)
        if draws.random() < 0.06:
            family = draws.choice(("-", " ")).join((family, draws.choice(facility.family_names)))
        if (given, family) not in taken:
            taken.add((given, family))
            return given, family


def born_on(draws: Random, today: date) -> date:
    """Mostly grown up, some children, some very old."""
    age = min(max(draws.gauss(44, 18), 2), 97)
    return today - timedelta(days=int(age * 365.25) + draws.randrange(365))


def email(given: str, family: str, draws: Random) -> str:
    """An address at one of the hosts that are kept free for examples."""
    return f"{_ascii(given)}.{_ascii(family)}@{draws.choice(MAIL_HOSTS)}"


def _ascii(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def _phone_lines(area_codes: tuple[str, ...], draws: Random) -> list[str]:
    """Every number of the range that is kept free for fiction, 555-0100 to 555-0199, shuffled."""
    lines = [f"+1{area}555{last:04}" for area in area_codes for last in range(100, 200)]
    draws.shuffle(lines)
    return lines
