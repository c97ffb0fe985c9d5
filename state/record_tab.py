"""What the tabs of a record have in common: whose it is, a form in a drawer, and staying current."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.foundation.live import Change
from state.editing import NEW, Editing, differences
from state.gate import at_work
from state.live import Hub, Viewer, hub
from state.record import concerns, record_in
from state.work import acting

PAGE = 25


class RecordTab(Editing, mixin=True):
    """One tab of one record. What it does is said by the class that is made of it."""

    loaded: bool = False
    more: bool = False
    """Whether there is more than is shown."""
    is_new: bool = True

    names: ClassVar[Mapping[str, str]] = {}
    """The fields of the form and what they are called."""
    topic: ClassVar[str] = ""

    _shown: int = PAGE
    _record: int = 0
    _editing: int = 0
    _version: int = 0
    _wish: Any = None

    @rx.event
    @at_work
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if self.differences and self._wish is not None:
            self._version = (await self._standing())[1]
            return await self._save()
        return None

    @rx.event
    @at_work
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        if self._editing and self._editing != NEW:
            await self._edit(self._editing)

    async def _open(self) -> None:
        """Read the tab of the record that the address names, and keep it current."""
        self._saved()
        self._shown = PAGE
        self._record = record_in(self)
        await self._read_again(acting())
        hub.watch(self.topic, self, self._record)

    async def _show_more(self) -> None:
        """Show one page more of a list."""
        if self.more:
            self._shown += PAGE
            await self._read_again(acting())

    def _part(self, rows: Sequence[Any]) -> Sequence[Any]:
        """What is shown of rows that were read, which are one more if there is more."""
        self.more = len(rows) > self._shown
        return rows[: self._shown]

    async def _read_again(self, actor: Actor) -> None:
        try:
            await self._show(actor)
        except (NotFound, NotAllowed):  # the head of the page says so
            record, shown = self._record, self._shown
            self.reset()
            self._record, self._shown = record, shown
        self.loaded = True

    async def _show(self, actor: Actor) -> None:
        """Read what the tab shows."""
        raise NotImplementedError

    async def _edit(self, id_: int) -> None:
        """Open the form of what has that id."""
        raise NotImplementedError

    async def _standing(self) -> tuple[Any, int]:
        """The form of what is open as it is stored by now, and its version."""
        raise NotImplementedError

    async def _write(self) -> str:
        """Store what is wished; gives what to tell the person."""
        raise NotImplementedError

    def _say(self, name: str, value: Any) -> str:
        """A value of the form in words."""
        del name
        return str(value) if value not in (None, "") else "–"

    def _begin(self, id_: int, version: int = 0) -> None:
        self._start(self.names)
        self._editing, self._version, self._wish = id_, version, None
        self.is_new = id_ == NEW

    async def _save(self) -> Any:
        """Store the wish, or say beside each field why not."""
        if not self.drawer_open:
            return None  # pressed twice
        try:
            done = await self._write()
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            theirs = (await self._standing())[0]
            told = differences(self._wish, theirs, self.names, self._say)
            self._overtaken(refusal, told)
            return None
        except DomainError as refusal:
            if refusal.field in self.names:
                self._complain(NotAccepted({refusal.field: refusal.message}))
                return None
            return rx.toast.error(refusal.message)
        self._saved()
        await self._read_again(acting())
        return rx.toast.success(done)


def keep_current(tab: type[Any], *tables: str) -> None:
    """Read the tab again on every page that shows it when something about its record has changed."""

    async def refresh(live: Hub, changes: Sequence[Change], viewers: Sequence[Viewer]) -> None:
        for viewer in viewers:
            if any(concerns(change, viewer) for change in changes):
                async with live.modify(viewer, tab) as state:
                    await state._read_again(viewer.actor)

    hub.topic(tab.topic, tables, refresh)
