"""Booking and moving from a page: one way for drags, forms, suggestions and undo.

What comes back is either done, with an undo, or stands in the `Refusal` on screen with what could
be had instead. Nothing that was typed is lost either way.
"""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict

import reflex as rx

from securecare.access.roles import Permission
from securecare.foundation.errors import DomainError
from securecare.scheduling import appointments
from securecare.scheduling.appointments import Move, Moved, Placement, Wish
from securecare.scheduling.errors import ReasonNeeded, TimeRefused
from securecare.scheduling.local_time import TimeIsAmbiguous
from state.gate import needs
from state.read import line
from state.work import work


class Offer(TypedDict):
    """A time that could be had instead."""

    at: str
    label: str


class BookingPanel(rx.State):
    """Whether the booking form is on screen. It closes once something was booked, and not before."""

    open: bool = False
    shown: int = 0
    """Counts the times the form was opened, so that each time starts with fresh fields."""


class Refusal(rx.State):
    """Why a wish was not granted, what could be had instead, and whether one may insist."""

    open: bool = False
    title: str = ""
    message: str = ""
    offers: list[Offer] = []
    may_force: bool = False
    reason_error: str = ""

    _wish: Wish | Move | None = None

    @rx.event
    @needs(Permission.BOOK)
    async def take(self, at: str):
        """Have the offered time instead."""
        start = _instant(at)
        if self._wish is None or start is None or at not in [offer["at"] for offer in self.offers]:
            return None
        return await attempt(self, replace(self._wish, when=start, override_reason=None))

    @rx.event
    @needs(Permission.OVERRIDE_CONFLICTS)
    async def insist(self, form: dict[str, Any]):
        """Have the wished time in spite of what stands in the way, giving a reason."""
        if self._wish is None:
            return None
        reason = line(form.get("override_reason") if isinstance(form, dict) else "", 300)
        return await attempt(self, replace(self._wish, override_reason=reason))

    @rx.event
    @needs(Permission.BOOK)
    async def close(self, shown: bool = False):
        """Let the wish go. What was typed into a form below stays there."""
        if shown is not True:
            self.open = False


class Undo(rx.State):
    """The last move made from this page, to be taken back."""

    _placement: Placement | None = None
    _booked: tuple[int, int] | None = None

    @rx.event
    @needs(Permission.BOOK)
    async def move_back(self):
        """Put the appointment back where it stood."""
        if self._placement is None:
            return rx.toast.info("There is nothing to undo.")
        placement, self._placement = self._placement, None
        await work(appointments.undo_move, placement)
        return rx.toast.success("The appointment is back where it was.")


async def attempt(state: rx.State, wish: Wish | Move) -> Any:
    """Book or move; show on screen what came of it. Complaints about a field go to the caller."""
    refusal = await state.get_state(Refusal)
    try:
        if isinstance(wish, Move):
            done = await work(appointments.move, wish)
        else:
            done = await work(appointments.book, wish)
    except ReasonNeeded as complaint:
        refusal.reason_error = complaint.message
        return None
    except TimeRefused as refused:
        _refuse(refusal, wish, refused)
        return None
    except TimeIsAmbiguous as asked:
        _ask(refusal, wish, asked)
        return None
    refusal.open = False
    refusal._wish = None
    return await _done(state, done)


async def _done(state: rx.State, done: Any) -> Any:
    if isinstance(done, Moved):
        undo = await state.get_state(Undo)
        undo._placement = done.previous
        return rx.toast.success(
            "Moved.", action={"label": "Undo", "on_click": Undo.move_back}, duration=10000
        )
    panel = await state.get_state(BookingPanel)
    panel.open = False
    return rx.toast.success("Booked.")


def _refuse(refusal: Refusal, wish: Wish | Move, refused: TimeRefused) -> None:
    refusal.open = True
    refusal.title = "Not possible as asked"
    refusal.message = refused.message
    refusal.may_force = refused.may_force
    refusal.reason_error = ""
    refusal.offers = [
        Offer(at=each.starts_at.isoformat(), label=each.label) for each in refused.alternatives
    ]
    refusal._wish = wish


def _ask(refusal: Refusal, wish: Wish | Move, asked: TimeIsAmbiguous) -> None:
    refusal.open = True
    refusal.title = "Which of the two?"
    refusal.message = asked.message
    refusal.may_force = False
    refusal.offers = [
        Offer(at=reading.at.isoformat(), label=reading.label) for reading in asked.readings
    ]
    refusal._wish = wish


def _instant(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def new_form_key() -> uuid.UUID:
    """Made when a form is shown: the same form sent twice books once."""
    return uuid.uuid4()


def complaint_of(error: DomainError) -> dict[str, str]:
    """The sentence, beside the field it belongs to."""
    return {error.field or "form": error.message}
