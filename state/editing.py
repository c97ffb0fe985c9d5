"""What every form in a drawer has in common: complaints, a question before saving, and what to do
when somebody else was faster."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.scheduling.reassignment import Reassessed
from state.gate import at_work

NEW = -1
"""In place of an id, while something is being added."""


@dataclass(frozen=True)
class Difference:
    """One field in which what the person typed differs from what somebody else saved."""

    label: str
    yours: str
    theirs: str


class Editing(rx.State, mixin=True):
    """One thing open in a drawer. The fields themselves live in the browser until they are sent."""

    drawer_open: bool = False
    form_key: int = 0
    """Changes whenever the fields are to show something else than what was typed."""
    errors: dict[str, str] = {}
    question: str = ""
    """What saving would do to appointments; asked before it is done."""
    changed_by: str = ""
    differences: list[Difference] = []

    @rx.event
    @at_work
    async def open_drawer(self, opened: bool):
        """Close the drawer; only its own button opens one."""
        if opened is not True:
            self.drawer_open = False

    @rx.event
    @at_work
    async def back_to_form(self):
        """Not yet: change something first."""
        self.question = ""

    def _start(self, names: Mapping[str, str]) -> None:
        """Open the drawer with fresh fields."""
        self._ask_nothing()
        self.errors = dict.fromkeys(names, "")
        self.form_key += 1
        self.drawer_open = True

    def _ask_nothing(self) -> None:
        self.question = ""
        self.changed_by = ""
        self.differences = []

    def _ask(self, question: str) -> None:
        """Ask before saving; what is asked replaces whatever was said before."""
        self._ask_nothing()
        self.errors = dict.fromkeys(self.errors, "")
        self.question = question

    def _complain(self, refusal: NotAccepted) -> None:
        """Put each complaint beside its field; what was typed stays."""
        self.question = ""
        self.errors = dict.fromkeys(self.errors, "") | refusal.complaints

    def _saved(self) -> None:
        self._ask_nothing()
        self.errors = dict.fromkeys(self.errors, "")
        self.drawer_open = False

    def _overtaken(self, refusal: Overtaken, differences: list[Difference]) -> None:
        """Show both versions and let the person choose."""
        self.question = ""
        self.errors = dict.fromkeys(self.errors, "")
        self.changed_by = refusal.changed_by or "Somebody else"
        self.differences = differences


def differences(
    mine: Any, theirs: Any, names: Mapping[str, str], say: Callable[[str, Any], str]
) -> list[Difference]:
    """Where two forms of one kind differ, field by field, in words."""
    return [
        Difference(names.get(each.name, each.name), *(say(each.name, v) for v in values))
        for each in fields(mine)
        if (values := (getattr(mine, each.name), getattr(theirs, each.name)))[0] != values[1]
    ]


def question_about(expected: Reassessed) -> str:
    """What to ask before hours change, or "" when no appointment would be stranded."""
    if not expected.stranded:
        return ""
    return (
        f"{_appointments(expected.stranded)} would lie outside working hours. Nothing is moved or"
        " cancelled: they keep their time, and wait for reassignment until you find each a new"
        " time or person, or the hours return."
    )


def told(done: str, outcome: Reassessed) -> EventSpec:
    """Say that hours were saved, and what that did to appointments."""
    if outcome.stranded:
        count = _appointments(outcome.stranded)
        waits = "waits" if outcome.stranded == 1 else "wait"
        return rx.toast.warning(
            f"{done} {count} now {waits} for reassignment.",
            duration=12000,
            action={"label": "Open the queue", "on_click": rx.redirect("/reassignment")},
        )
    if outcome.restored:
        back = "lies" if outcome.restored == 1 else "lie"
        return rx.toast.success(
            f"{done} {_appointments(outcome.restored)} {back} within working hours again."
        )
    return rx.toast.success(done)


def _appointments(count: int) -> str:
    return "1 appointment" if count == 1 else f"{count:,} appointments"
