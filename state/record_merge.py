"""Making one record of two: which other one, what differs, and what is to stand."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Permission
from securecare.customers import duplicate_pairs, duplicates, search
from securecare.customers.duplicate_pairs import Between
from securecare.customers.search import FoundCustomer
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import Overtaken
from securecare.merging import comparing, merging
from securecare.merging.comparing import COUNTED, LABELS, Side
from securecare.merging.merging import Wish
from state.filled_in import FilledIn
from state.gate import needs
from state.moments import ago
from state.read import line, whole_number
from state.record import record_in
from state.work import work

MERGES = Permission.MERGE_CUSTOMERS
HERE, THERE = "here", "there"


@dataclass(frozen=True)
class CandidateView:
    """A record that may be the same person's."""

    id: int
    name: str
    detail: str
    why: str


@dataclass(frozen=True)
class SideView:
    """One of the two in words."""

    id: int = 0
    name: str = ""
    number: str = ""
    holds: str = ""
    claimed: bool = False


@dataclass(frozen=True)
class FieldView:
    """A field in which the two differ."""

    name: str
    label: str
    here: str
    there: str
    chosen: str
    """Which of them is chosen at first."""


class MergeState(rx.State):
    """The two records on screen."""

    loaded: bool = False
    candidates: list[CandidateView] = []
    asked: str = ""
    here: SideView = SideView()
    there: SideView = SideView()
    fields: list[FieldView] = []
    alike: str = ""
    """The fields in which they are alike."""
    told_apart: str = ""
    """Who said that they are two people, and when; empty if nobody did."""
    form_key: int = 0
    error: str = ""

    _record: int = 0
    _points: int = 0
    """What spoke for one person when the two were shown."""
    _versions: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))

    @rx.event
    @needs(MERGES)
    async def open_page(self):
        """Show who may be the same person, or compare with the one the address names."""
        self.reset()
        self._record = record_in(self)
        await self._suggest()
        other = whole_number(self.router.url.query_parameters.get("with", ""))
        if other:
            await self._compare(other)
        self.loaded = True

    @rx.event
    @needs(MERGES)
    async def search(self, text: str):
        """Look for the other record."""
        self.asked = line(text, 100)
        await self._suggest()

    @rx.event
    @needs(MERGES)
    async def choose(self, customer_id: Any):
        """Compare with this one."""
        await self._compare(whole_number(customer_id) or 0)

    @rx.event
    @needs(MERGES)
    async def choose_another(self):
        """Back to the choice."""
        self.there, self.fields, self.error = SideView(), [], ""

    @rx.event
    @needs(MERGES)
    async def tell_apart(self):
        """They are two people: on to the other pairs if it was one of those, or back to the choice."""
        if not self.there.id:
            return None
        ids = self.here.id, self.there.id
        try:
            await work(duplicate_pairs.dismiss, *ids, self._points)
        except DomainError as refusal:
            await self._compare(ids[1])
            self.error = self.error or refusal.message
            return None
        told = rx.toast.success("Marked as two people. They are no longer suggested.")
        if self.router.url.query_parameters.get("with", ""):
            return [rx.redirect("/customers/duplicates"), told]
        self.there, self.fields = SideView(), []
        await self._suggest()
        return told

    @rx.event
    @needs(MERGES)
    async def merge(self, form: dict[str, Any]):
        """Make one of the two, as chosen."""
        read = FilledIn(form)
        if not self.there.id:
            return None
        if not read.flag("sure"):
            self.error = "Confirm that you compared both records. Merging cannot be undone."
            return None
        stays = THERE if read.text("stays") == THERE else HERE
        taken = frozenset(
            each.name for each in self.fields if read.text(f"field_{each.name}") not in ("", stays)
        )
        ids, versions = (self.here.id, self.there.id), self._versions
        if stays == THERE:
            ids, versions = ids[::-1], versions[::-1]
        try:
            merged = await work(merging.merge, Wish(*ids, *versions, taken))
        except Overtaken as refusal:
            await self._compare(self.there.id)
            self.error = (
                f"{refusal.changed_by or 'Somebody'} changed one of the two. Compare again."
            )
            return None
        except DomainError as refusal:
            self.error = refusal.message
            return None
        return [
            rx.redirect(f"/customers/{merged.id}"),
            rx.toast.success(f"The records are merged into No. {merged.number}."),
        ]

    async def _suggest(self) -> None:
        try:
            found = await work(_candidates, self._record, self.asked)
        except (NotFound, NotAllowed):  # the head of the page says so
            found = []
        self.candidates = found

    async def _compare(self, other: int) -> None:
        self.error = ""
        try:
            here, there, between = await work(_both, self._record, other)
        except DomainError as refusal:
            self.there, self.fields, self.error = SideView(), [], refusal.message
            return
        self._versions, self._points = (here.versions, there.versions), between.points
        self.told_apart = ""
        if between.dismissed_at is not None:
            by = between.dismissed_by or "Somebody"
            self.told_apart = f"{by} said so {ago(between.dismissed_at)}."
        self.fields = _fields(here, there)
        differing = {each.name for each in self.fields}
        self.alike = ", ".join(
            label.lower() if label != "E-mail" else "e-mail"
            for name, label in LABELS.items()
            if here.values[name] and name not in differing
        )
        self.form_key += 1
        self.here, self.there = _side(here), _side(there)


def _both(session: Session, actor: Actor, record: int, other: int) -> tuple[Side, Side, Between]:
    here, there = comparing.both(session, actor, record, other)
    return here, there, duplicate_pairs.between(session, actor, record, other)


def _candidates(session: Session, actor: Actor, record: int, text: str) -> list[CandidateView]:
    if text:
        found = search.find(session, actor, text, 8)
        return [_candidate(each, "") for each in found if each.id != record]
    likely = duplicates.of_record(session, actor, record)
    return [_candidate(each.customer, each.why) for each in likely]


def _candidate(found: FoundCustomer, why: str) -> CandidateView:
    return CandidateView(found.id, found.name, found.detail, why)


def _fields(here: Side, there: Side) -> list[FieldView]:
    return [
        FieldView(
            name,
            label,
            here.values[name] or "Not known",
            there.values[name] or "Not known",
            HERE if here.values[name] else THERE,
        )
        for name, label in LABELS.items()
        if here.values[name] != there.values[name] or (name == comparing.SSN and here.values[name])
    ]


def _side(side: Side) -> SideView:
    holds = [_many(side.holds[table], word) for table, word in COUNTED.items() if side.holds[table]]
    return SideView(
        side.id, side.name, str(side.number), ", ".join(holds) or "nothing else", side.claimed
    )


def _many(count: int, words: str) -> str:
    one = {"insurance policies": "insurance policy", "authorized people": "authorized person"}
    word = one.get(words, words.removesuffix("s")) if count == 1 else words
    return f"{count:,} {word}"
