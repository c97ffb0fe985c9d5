"""Changing days that differ from the week: what both kinds have in common."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.scheduling import consequences
from state.days_view import DaysDraft, DaysView
from state.editing import NEW, Editing, question_about, told
from state.gate import needs
from state.read import whole_number
from state.work import acting, work

RIGHT = Permission.EDIT_SHIFTS
Deed = tuple[Callable[..., Any], tuple[Any, ...]]
"""A verb of the domain, and what it is done with."""


class DaysEditing(Editing, rx.State, mixin=True):
    """Stretches of days of one kind. Saving first asks if it would strand appointments."""

    loaded: bool = False
    rows: list[DaysView] = []
    is_new: bool = True
    draft: DaysDraft = DaysDraft()

    _editing: int = 0
    _listed: list[Any] = []
    _wish: Any = None
    _seen: Any = None

    @rx.event
    @needs(RIGHT)
    async def edit(self, id_: int):
        """Open one of the rows."""
        self._show(self._row(id_))

    @rx.event
    @needs(RIGHT)
    async def save_anyway(self):
        """Do it although appointments will then wait for reassignment."""
        return await self._do(agreed=True) if self.question else None

    @rx.event
    @needs(RIGHT)
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if not self.differences:
            return None
        self._seen = self._row(self._editing).form
        return await self._do(agreed=False)

    @rx.event
    @needs(RIGHT)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        self._show(self._row(self._editing))

    def _deed(self) -> Deed:
        """What saving does."""
        raise NotImplementedError

    def _show(self, listed: Any) -> None:
        """Open the form with what a row holds."""
        raise NotImplementedError

    def _compare(self, refusal: Overtaken) -> None:
        """Show what was typed beside what was saved."""
        raise NotImplementedError

    async def _read_again(self, actor: Actor) -> None:
        raise NotImplementedError

    def _row(self, id_: Any) -> Any:
        number = whole_number(id_)
        found = next((each for each in self._listed if each.id == number), None)
        if found is None:
            raise NotFound("This entry")
        return found

    def _open(self, names: dict[str, str], draft: DaysDraft, listed: Any = None) -> None:
        self._editing = listed.id if listed else NEW
        self._seen, self._wish = (listed.form if listed else None), None
        self.is_new, self.draft = listed is None, draft
        self._start(names)

    async def _do(self, *, agreed: bool) -> Any:
        if self._wish is None or not self._editing:
            return None
        verb, args = self._deed()
        try:
            if not agreed:
                expected = await work(consequences.rehearse, verb, *args)
                if question := question_about(expected):
                    self._ask(question)
                    return None
            outcome = await work(verb, *args)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            await self._read_again(acting())
            self._compare(refusal)
            return None
        self._saved()
        await self._read_again(acting())
        return told("Saved.", outcome)
