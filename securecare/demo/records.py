"""What stands in the records of some of the demo's customers, written by the product's own verbs."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.customers import (
    absences,
    alerts,
    authorized,
    calls,
    contacts,
    family,
    insurance,
    profile,
)
from securecare.customers.absences import AbsenceForm
from securecare.customers.authorized import PersonForm
from securecare.customers.calls import CallForm
from securecare.customers.contacts import EMERGENCY, GUARANTOR, ContactForm
from securecare.customers.insurance import PolicyForm
from securecare.customers.profile import ProfileForm
from securecare.foundation import clock

RECORDS = 24
_LANGUAGES = ("English", "Spanish", "Portuguese", "English", "Vietnamese", "English")
_PRONOUNS = ("she/her", "he/him", "they/them")
_STREETS = ("Quay Street", "Chestnut Hill", "Third Street", "Old Mill Road")
_RELATIVES = ("Mother", "Brother", "Daughter", "Neighbor", "Sponsor", "Caseworker elsewhere")
_FIRST = ("Rosa", "Emmett", "Lidia", "Harlan", "Noor", "Pilar", "Otis", "Greta")
_CARRIERS = ("Harbor Mutual", "Bay State Plan", "County Care", "Lantern Health")
_TOPICS = (
    ("Ride to the next visit", "Asked whether somebody can pick them up at nine."),
    ("Change of address", "Moved in with family; the letters go to the new place."),
    ("Medication", "The pharmacy had none; will try the one on Third Street."),
    ("Missed visit", "Was at the hospital with the child, is sorry."),
)
_ALERTS = (
    ("safety", "Protective order: never confirm to callers that they come here"),
    ("medical", "Severe peanut allergy"),
    ("access", "Uses a wheelchair: ground floor rooms only"),
    ("care", "Hard of hearing on the left side"),
)
_WORDS = (("sister", "brother"), ("mother", "son"), ("partner", "partner"), ("uncle", "niece"))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Somebody of the staff who takes it all down."""

    session: Session
    actor: Actor
    dice: Random

    def record(self, customer_id: int, number: int) -> None:
        """One record, fuller or emptier by its number."""
        self._profile(customer_id, number)
        person = self._people(customer_id, number)
        if number % 3 == 0:
            kind, words = _ALERTS[number // 3 % len(_ALERTS)]
            alerts.add(self.session, self.actor, customer_id, kind, words)
        if number % 2 == 0:
            self._insurance(customer_id, number)
        if number % 4 == 1:
            self._absence(customer_id)
        for more in range(number % 3 + 1):
            self._call(customer_id, person if more == 0 else None)

    def _profile(self, customer_id: int, number: int) -> None:
        form = ProfileForm(
            pronouns=_PRONOUNS[number % 3],
            language=_LANGUAGES[number % len(_LANGUAGES)],
            needs_interpreter=number % 7 == 4,
            street=f"{self.dice.randint(3, 240)} {_STREETS[number % len(_STREETS)]}",
            city="Providence",
            region="RI",
            postal_code=f"029{self.dice.randint(1, 20):02}",
            country="US",
            time_zone="America/New_York",
            reached_by=("call", "text", "email", "letter")[number % 4],
        )
        profile.change(self.session, self.actor, customer_id, 0, form)
        if number % 5 == 0:
            # Printed on cards in wallets for sale in 1938, and retired: it is nobody's.
            profile.set_ssn(self.session, self.actor, customer_id, "078-05-1120")

    def _people(self, customer_id: int, number: int) -> int:
        name = f"{_FIRST[number % len(_FIRST)]} {('Hale', 'Okoye', 'Ferro', 'Lind')[number % 4]}"
        relationship = _RELATIVES[number % len(_RELATIVES)]
        phone = f"+1401555{100 + number:04}"
        until = clock.now().date() + timedelta(days=30 + 11 * number)
        form = PersonForm(name, relationship, phone, until)
        person = authorized.add(self.session, self.actor, customer_id, form)
        for checked in ("name", "address", "born_on")[: number % 4]:
            authorized.check(
                self.session, self.actor, customer_id, person, checked, True, "Driver's license"
            )
        contact = ContactForm(name, relationship, phone, f"{name.split()[0].lower()}@example.net")
        contacts.write(self.session, self.actor, customer_id, EMERGENCY, 0, contact)
        if number % 2:
            contacts.copy_other(self.session, self.actor, customer_id, GUARANTOR, 0)
        return person

    def _insurance(self, customer_id: int, number: int) -> None:
        year = clock.now().year
        for priority in range(1, 2 + (number % 4 == 0)):
            form = PolicyForm(
                _CARRIERS[(number + priority) % len(_CARRIERS)],
                f"{self.dice.randint(10**8, 10**9 - 1)}",
                priority,
                clock.now().date().replace(year=year - 1, month=1, day=1),
                None if priority == 1 else clock.now().date() + timedelta(days=200),
                ("Silver", "Gold", "Basic")[number % 3],
                f"G-{self.dice.randint(1000, 9999)}",
            )
            insurance.add(self.session, self.actor, customer_id, form)

    def _absence(self, customer_id: int) -> None:
        begins = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(
            days=self.dice.randint(-20, 20)
        )
        form = AbsenceForm(
            begins,
            begins + timedelta(days=self.dice.randint(1, 5)),
            self.dice.choice(("family", "medical", "court", "travel")),
            self.actor.name,
        )
        absences.add(self.session, self.actor, customer_id, form)

    def _call(self, customer_id: int, person: int | None) -> None:
        topic, notes = self.dice.choice(_TOPICS)
        at = clock.now() - timedelta(hours=self.dice.randint(1, 24 * 60))
        caller = "" if person else "Front desk of the shelter next door"
        call = CallForm(at, topic, notes, person, caller)
        id_ = calls.log(self.session, self.actor, customer_id, call)
        if self.dice.random() < 0.3:
            calls.add_notes(
                self.session, self.actor, customer_id, id_, "Called back; it is settled."
            )


def write_records(
    session: Session, organization_id: int, account_id: int, name: str, seed: int
) -> None:
    """Fill the records of the first customers of an organization, and link some of them."""
    actor = Actor(account_id, organization_id, 0, name, (Grant(Role.MANAGER),), "")
    dice = Random(seed)
    writer = _Writer(session, actor, dice)
    query = text("SELECT id FROM customer WHERE organization_id = :id ORDER BY number LIMIT :most")
    ids = list(session.execute(query, {"id": organization_id, "most": RECORDS}).scalars())
    for number, customer_id in enumerate(ids):
        writer.record(customer_id, number)
    for number, (one, other) in enumerate(zip(ids[::3], ids[1::3], strict=False)):
        this_is, they_are = _WORDS[number % len(_WORDS)]
        family.link(session, actor, one, other, this_is, they_are)
