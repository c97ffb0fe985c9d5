"""The session that is open: its lines with what is left, live; and what is done with it.

Quantities that were not saved yet live in the browser alone (see assets/scripts/street.js), and come
with the form: a lost connection takes none of them away.
"""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.inventory.errors import StockShort
from securecare.inventory.finding import NothingScanned
from securecare.outreach import line_changes, line_choices, session_reading, sessions
from securecare.outreach.errors import SessionEnded
from securecare.outreach.session_lines import LineWish
from securecare.outreach.session_reading import LineRead
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.read import line, whole_number
from state.session_form import again, cents_of, counts_of, occasion, wish_for
from state.session_view import (
    DeedView,
    LineView,
    Opened,
    SessionView,
    deed_views,
    figure_values,
    line_views,
    read,
    session_view,
    short_lines,
)
from state.work import acting, work, work_as

TOPIC = "session"
SEES, RUNS = Permission.VIEW_OUTREACH, Permission.RUN_OUTREACH
DIALOGS = ("complete", "cancel", "reopen", "occasion", "free")
FIELDS = (
    *("held_on", "starts", "ends", "notes", "grant_id", "reason", "people_served"),
    *("description", "quantity", "cost", "value"),
)


@dataclass(frozen=True)
class ChoiceView:
    """Something that may be put onto the session."""

    kind: str
    id: int
    name: str
    detail: str
    available: int


@dataclass(frozen=True)
class Screen:
    """What the hub knows of an open session: whose figures stand on it."""

    session_id: int
    facility_id: int
    item_ids: frozenset[int]


class SheetState(rx.State):
    """One session on screen, and the dialog that is open over it."""

    loaded: bool = False
    missing: bool = False
    sheet: SessionView = SessionView()
    lines: list[LineView] = []
    figures: dict[str, list[int]] = {}
    """By item: on hand, reserved, held by this session. All that a push about stock carries."""
    short: dict[str, str] = {}
    """By line: why there is too little of it."""
    refused: str = ""
    """Why nothing was saved, where it belongs to no line that is there."""
    deeds: list[DeedView] = []
    grants: list[tuple[str, str]] = []
    found: list[ChoiceView] = []
    find_error: str = ""
    find_key: int = 0
    dialog: str = ""
    dialog_error: str = ""
    dialog_key: int = 0
    given: dict[str, str] = {}
    """In the dialog of completing, by line: how many stood on the sheet."""
    errors: dict[str, str] = dict.fromkeys(FIELDS, "")

    _seen_version: int = 0
    """Of the session when the dialog opened."""
    _lines: tuple[LineRead, ...] = ()
    _facility: int = 0

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the session that the address names, and keep it current."""
        named = whole_number(self.router.url.path.rstrip("/").rpartition("/")[2]) or 0
        await self._open(named)

    @rx.event
    @needs(RUNS)
    async def find(self, text: Any):
        """Show what answers the words, to be put onto the session."""
        self.find_error = ""
        if not self._facility:
            return
        found = await work(line_choices.found, self._facility, line(text, 80))
        self.found = [ChoiceView(c.kind, c.id, c.name, c.detail, c.available) for c in found]

    @rx.event
    @needs(RUNS)
    async def scan(self, form: dict[str, Any]):
        """Put on the item whose barcode or number was scanned, or the one thing that was found."""
        code = FilledIn(form).text("find")
        if not code or not self._facility:
            return None
        try:
            item_id = await work(line_choices.scanned, self._facility, code)
            return await self._put(LineWish("item", 1, item_id=item_id))
        except NothingScanned as refusal:
            found = await work(line_choices.found, self._facility, code)
            if len(found) != 1:
                self.find_error = "" if found else refusal.message
                return None
        return await self._put(wish_for(found[0].kind, found[0].id))

    @rx.event
    @needs(RUNS)
    async def put_on(self, kind: Any, thing_id: Any):
        """Put one of an item or a bundle onto the session, or one more."""
        wish = wish_for(kind, whole_number(thing_id) or 0)
        return await self._put(wish) if wish else None

    @rx.event
    @needs(RUNS)
    async def take_out(self, key: Any):
        """Take a line out; what it held is free again."""
        return await self._does(line_changes.remove, self.sheet.id, whole_number(key) or 0)

    @rx.event
    @needs(RUNS)
    async def submit(self, form: dict[str, Any]):
        """Plan the quantities of the sheet; or ask for what was given, beginning with them."""
        filled = FilledIn(form)
        counts, short = counts_of(filled, self.lines)
        self.short, self.refused = short, ""
        if short:
            return None
        if filled.text("intent") == "complete":
            self.given = {key: str(count.wanted) for key, count in counts.items()}
            self._ask("complete")
            return None
        changed = {int(key): c for key, c in counts.items() if c.seen != c.wanted}
        if not changed:
            return None
        return await self._does(line_changes.set_counts, self.sheet.id, changed)

    @rx.event
    @needs(RUNS)
    async def ask(self, what: Any):
        """Open one of the dialogs."""
        if what in DIALOGS and what != "complete":
            self._ask(what)

    @rx.event
    @needs(SEES)
    async def open_dialog(self, opened: bool):
        """Leave the dialog; only its own button opens one."""
        if opened is not True:
            self.dialog = ""

    @rx.event
    @needs(RUNS)
    async def complete(self, form: dict[str, Any]):
        """Take from the shelf what was given out, and set the rest free."""
        filled = FilledIn(form)
        given = {int(key): filled.number(f"given-{key}") for key in self.given}
        people = filled.number("people_served") if filled.text("people_served") else None
        self.short = {}
        if filled.complaints:
            self._complain(filled.complaints)
            return None
        notes = filled.prose("notes", sessions.NOTES_LENGTH)
        wanted = (self.sheet.id, self._seen_version, given, people, notes)
        return await self._ends(sessions.complete, *wanted, said="is completed.")

    @rx.event
    @needs(RUNS)
    async def cancel(self, form: dict[str, Any]):
        """Give the session up; all that it held is free again."""
        reason = FilledIn(form).text("reason")
        wanted = (self.sheet.id, self._seen_version, reason)
        return await self._ends(sessions.cancel, *wanted, said="is cancelled.")

    @rx.event
    @needs(RUNS)
    async def reopen(self, form: dict[str, Any]):
        """Put back what was given out, and plan it again."""
        reason = FilledIn(form).text("reason")
        wanted = (self.sheet.id, self._seen_version, reason)
        return await self._ends(sessions.reopen, *wanted, said="is open again.")

    @rx.event
    @needs(RUNS)
    async def save_occasion(self, form: dict[str, Any]):
        """Change the date, the hours, the notes and the grant."""
        filled = FilledIn(form)
        wish = occasion(filled, self.sheet.service_id, self._grant(filled))
        if filled.complaints:
            self._complain(filled.complaints)
            return None
        wanted = (self.sheet.id, self._seen_version, wish)
        return await self._ends(line_changes.set_occasion, *wanted, said="is saved.")

    @rx.event
    @needs(RUNS)
    async def put_free(self, form: dict[str, Any]):
        """Put on something that is not in stock, with its costs."""
        filled = FilledIn(form)
        wish = LineWish(
            "free",
            filled.number("quantity"),
            description=filled.text("description"),
            wholesale_cents=cents_of(filled, "cost"),
            retail_cents=cents_of(filled, "value"),
        )
        if not wish.description:
            filled.complaints["description"] = "Enter what it is."
        if filled.complaints:
            self._complain(filled.complaints)
            return None
        return await self._ends(line_changes.add, self.sheet.id, wish, said="")

    async def _open(self, session_id: int) -> None:
        """Show a session. What is open over it stays, if it is the same one as before."""
        if session_id != self.sheet.id:
            self.loaded = False
            self.dialog, self.found, self.find_error, self.refused = "", [], "", ""
            self.short = {}
            self.find_key += 1
        await self._read_again(acting(), session_id)
        if not self.missing:
            items = frozenset(map(int, self.figures))
            hub.watch(TOPIC, self, Screen(session_id, self._facility, items))

    async def _read_again(self, actor: Actor, session_id: int) -> None:
        try:
            opened = await work_as(actor, read, session_id)
        except NotFound:
            self.missing, self.loaded, self.sheet = True, True, SessionView()
            return
        self._show(opened)

    def _show(self, opened: Opened) -> None:
        shown = {
            "sheet": session_view(opened),
            "lines": line_views(opened.detail),
            "figures": figure_values(opened.detail.figures),
            "deeds": deed_views(opened),
            "grants": [(str(id_), name) for id_, name in opened.grants],
            "missing": False,
            "loaded": True,
        }
        for name, value in shown.items():
            if getattr(self, name) != value:
                setattr(self, name, value)
        self._lines, self._facility = opened.detail.lines, opened.detail.facility_id

    async def _put(self, wish: LineWish) -> Any:
        said = await self._does(line_changes.add, self.sheet.id, wish, at="find_error")
        if not self.find_error:
            self.found, self.find_key = [], self.find_key + 1
        return said

    async def _does(self, verb: Any, *wanted: Any, at: str = "refused") -> Any:
        """Change the lines, or say at once why not; the page shows how they stand now."""
        said = None
        self.short, self.refused, self.find_error = {}, "", ""
        try:
            await work(verb, *wanted)
        except StockShort as refusal:
            self.short = short_lines(refusal, self._lines)
            if at != "refused" or not self.short:
                setattr(self, at, refusal.message)
        except (SessionEnded, Overtaken) as refusal:
            said = rx.toast.error(again(refusal), duration=12000)
        except NotAccepted as refusal:
            setattr(self, at, refusal.message)
        await self._open(self.sheet.id)
        return said

    async def _ends(self, verb: Any, *wanted: Any, said: str) -> Any:
        """Do what the open dialog is about, or say in it why not."""
        if not self.dialog:
            return None  # pressed twice: it is done
        self.errors, self.dialog_error = dict.fromkeys(FIELDS, ""), ""
        try:
            await work(verb, *wanted)
        except SessionEnded as refusal:
            self.dialog = ""
            await self._open(self.sheet.id)
            return rx.toast.error(refusal.message, duration=12000)
        except NotAccepted as refusal:
            self._complain(refusal.complaints)
            return None
        except Overtaken as refusal:
            await self._catch_up(refusal)
            return None
        except DomainError as refusal:
            self._refuse(refusal)
            return None
        self.dialog = ""
        await self._open(self.sheet.id)
        return rx.toast.success(f"{self.sheet.service} {said}") if said else None

    async def _catch_up(self, refusal: Overtaken) -> None:
        """Somebody changed it meanwhile: show that below what was typed, and let it be sent again."""
        await self._open(self.sheet.id)
        self._seen_version = self.sheet.version
        self.given = {each.key: self.given.get(each.key, str(each.planned)) for each in self.lines}
        self.dialog_error = again(refusal)

    def _refuse(self, refusal: DomainError) -> None:
        if isinstance(refusal, StockShort):
            self.short = short_lines(refusal, self._lines)
        if refusal.field in FIELDS:
            self.errors = self.errors | {str(refusal.field): refusal.message}
        else:
            self.dialog_error = refusal.message

    def _complain(self, complaints: dict[str, str]) -> None:
        known = {name: words for name, words in complaints.items() if name in FIELDS}
        self.errors = dict.fromkeys(FIELDS, "") | known
        given = {name for name in complaints if name.startswith(("given-", "given_"))}
        self.short = {name[len("given-") :]: complaints[name] for name in given}
        self.dialog_error = "\n".join(
            words for name, words in complaints.items() if name not in known and name not in given
        )

    def _ask(self, what: str) -> None:
        self.errors, self.dialog_error = dict.fromkeys(FIELDS, ""), ""
        self._seen_version = self.sheet.version
        self.dialog, self.dialog_key = what, self.dialog_key + 1

    def _grant(self, filled: FilledIn) -> int | None:
        """Who may not see grants leaves the session's own where it is."""
        return filled.id("grant_id") if self.grants else whole_number(self.sheet.grant_id)


async def figures_again(actor: Actor, screen: Screen) -> dict[str, list[int]]:
    """How the items of an open session stand right now."""
    found = await work_as(
        actor,
        session_reading.figures_of,
        screen.session_id,
        screen.facility_id,
        screen.item_ids,
    )
    return figure_values(found)
