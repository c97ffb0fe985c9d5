"""Distribution templates: the list with how each was used, and the form of one."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.foundation.money import NotMoney, parse_cents, plain_cents
from securecare.outreach import template_choices, templates
from securecare.outreach.templates import (
    DORMANT_DAYS,
    TemplateForm,
    TemplateLineForm,
    TemplateListed,
)
from state.editing import NEW, Difference, Editing
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.moments import ago
from state.read import whole_number
from state.work import acting, work, work_as

TOPIC = "templates"
SEES, RUNS = Permission.VIEW_OUTREACH, Permission.RUN_OUTREACH
NAMES = {
    "name": "Name",
    "description": "Description",
    "facility_id": "Offered at",
    "lines": "Lines",
}
FREE = "free"


@dataclass(frozen=True)
class LineDraft:
    """A line of the open form: `what` is "item:7", "bundle:3" or "free"."""

    key: int = 0
    what: str = ""
    quantity: str = "1"
    description: str = ""
    cost: str = ""
    value: str = ""


@dataclass(frozen=True)
class TemplateView:
    """A template as its card and its form show it."""

    id: int = 0
    name: str = ""
    description: str = ""
    facility_id: str = ""
    facility: str = ""
    lines: list[str] = field(default_factory=list)
    used: str = ""
    last: str = ""
    dormant: bool = False
    active: bool = True
    may_change: bool = False


class TemplatesState(Editing, rx.State):
    """The templates on screen, and the one whose form is open."""

    loaded: bool = False
    rows: list[TemplateView] = []
    shown: str = "all"
    """ "all", "active" or "dormant"."""
    dormant_days: int = DORMANT_DAYS
    counts: dict[str, int] = {"all": 0, "active": 0, "dormant": 0}
    may_add: bool = False
    draft: TemplateView = TemplateView()
    draft_lines: list[LineDraft] = []
    things: list[tuple[str, str]] = []
    """What a line may give out."""
    facilities: list[tuple[str, str]] = []
    may_everywhere: bool = False

    _all: list[TemplateView] = []
    _editing: int = 0
    _version: int = 0
    _next_key: int = 0
    _wish: TemplateForm | None = None

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the list, and keep it current."""
        hub.watch(TOPIC, self, None)
        self._saved()
        await self._read_again(acting())

    @rx.event
    @needs(SEES)
    async def show(self, which: str):
        """Show all, those in use, or those that sleep."""
        if which in ("all", "active", "dormant"):
            self.shown = which
            self._filter()

    @rx.event
    @needs(SEES)
    async def count_days(self, days: str):
        """Call dormant what was not used for so many days."""
        number = whole_number(days, 1, 3650)
        if number is not None:
            self.dormant_days = number
            await self._read_again(acting())

    @rx.event
    @needs(RUNS)
    async def start_new(self):
        """Open an empty form."""
        await self._edit(NEW, TemplateView(), [LineDraft()], 0)

    @rx.event
    @needs(RUNS)
    async def edit(self, template_id: int):
        """Open the form of a template."""
        row = await work(templates.one, whole_number(template_id) or 0)
        await self._edit(row.id, _view(row, acting()), _drafts(row), row.version)

    @rx.event
    @needs(RUNS)
    async def add_line(self):
        """Put an empty line below the others."""
        if len(self.draft_lines) < templates.MOST_LINES:
            self._next_key += 1
            self.draft_lines = [*self.draft_lines, LineDraft(self._next_key)]

    @rx.event
    @needs(RUNS)
    async def drop_line(self, key: int):
        """Take a line out."""
        self.draft_lines = [line for line in self.draft_lines if line.key != key]

    @rx.event
    @needs(RUNS)
    async def choose_thing(self, key: int, what: str):
        """Ask for a description and costs where the line is neither an item nor a bundle."""
        self.draft_lines = [
            LineDraft(line.key, what if isinstance(what, str) else "", line.quantity)
            if line.key == key
            else line
            for line in self.draft_lines
        ]

    @rx.event
    @needs(RUNS)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        lines = tuple(_line(read, line.key) for line in self.draft_lines)
        wish = TemplateForm(
            read.text("name"), read.text("description"), read.id("facility_id"), lines
        )
        try:
            read.require_accepted(wish.complaints())
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        self._wish = wish
        return await self._store()

    @rx.event
    @needs(RUNS)
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if not self.differences:
            return None
        self._version = (await work(templates.one, self._editing)).version
        return await self._store()

    @rx.event
    @needs(RUNS)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        row = await work(templates.one, self._editing)
        await self._edit(row.id, _view(row, acting()), _drafts(row), row.version)

    @rx.event
    @needs(RUNS)
    async def set_active(self, template_id: int, active: bool):
        """Take a template out of use, or use it again."""
        row = await work(templates.one, whole_number(template_id) or 0)
        await work(templates.set_active, row.id, active is True)
        await self._read_again(acting())
        said = "is in use again" if active is True else "is no longer offered"
        return rx.toast.success(f"{row.form.name} {said}.")

    async def _edit(
        self, id_: int, draft: TemplateView, lines: list[LineDraft], version: int
    ) -> None:
        known = await work(template_choices.of)
        self.things = [
            *[(f"bundle:{n}", f"{name} (bundle)") for n, name in known.bundles],
            *[(f"item:{n}", name) for n, name in known.items],
            (FREE, "Something else…"),
        ]
        self.facilities = [(str(n), name) for n, name in known.facilities]
        self.may_everywhere = known.everywhere
        self._start(NAMES)
        self._editing, self._version, self.draft = id_, version, draft
        self.draft_lines, self._next_key = lines, len(lines)

    async def _store(self) -> Any:
        wish = self._wish
        if wish is None:
            return None
        try:
            if self._editing == NEW:
                await work(templates.add, wish)
            else:
                await work(templates.change, self._editing, self._version, wish)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            theirs = await work(templates.one, self._editing)
            self._overtaken(refusal, _differences(wish, theirs))
            return None
        self._saved()
        await self._read_again(acting())
        return rx.toast.success(f"{wish.name} is saved.")

    def _filter(self) -> None:
        wanted = {
            "all": lambda _: True,
            "active": lambda row: row.active and not row.dormant,
            "dormant": lambda row: row.dormant,
        }
        self.counts = {key: sum(map(fits, self._all)) for key, fits in wanted.items()}
        self.rows = [row for row in self._all if wanted[self.shown](row)]

    async def _read_again(self, actor: Actor) -> None:
        found = await work_as(actor, templates.listed, self.dormant_days)
        self._all = [_view(row, actor) for row in found]
        self.may_add = not actor.reach(RUNS).nowhere
        self._filter()
        self.loaded = True


def _view(row: TemplateListed, actor: Actor) -> TemplateView:
    at = row.form.facility_id
    lines = [
        f"{line.quantity:,} × {name}" for line, name in zip(row.form.lines, row.names, strict=True)
    ]
    times = "once" if row.uses == 1 else f"{row.uses:,} times"
    return TemplateView(
        row.id,
        row.form.name,
        row.form.description,
        "" if at is None else str(at),
        row.facility or "Every facility",
        lines,
        f"Used {times}" if row.uses else "Never used",
        "" if row.last_used_at is None else f"last {ago(row.last_used_at)}",
        row.dormant,
        row.active,
        actor.reach(RUNS).everywhere if at is None else actor.may(RUNS, at),
    )


def _drafts(row: TemplateListed) -> list[LineDraft]:
    return [
        LineDraft(
            key,
            FREE if line.kind == FREE else f"{line.kind}:{line.item_id or line.bundle_id}",
            str(line.quantity),
            line.description,
            "" if line.wholesale_cents is None else plain_cents(line.wholesale_cents),
            "" if line.retail_cents is None else plain_cents(line.retail_cents),
        )
        for key, line in enumerate(row.form.lines, 1)
    ]


def _line(read: FilledIn, key: int) -> TemplateLineForm:
    kind, _, id_ = read.text(f"what-{key}").partition(":")
    quantity = whole_number(read.text(f"quantity-{key}"), 0) or 0
    if kind == FREE:
        return TemplateLineForm(
            kind,
            quantity,
            description=read.text(f"description-{key}"),
            wholesale_cents=_cents(read, f"cost-{key}"),
            retail_cents=_cents(read, f"value-{key}"),
        )
    number = whole_number(id_)
    if kind == "item":
        return TemplateLineForm(kind, quantity, item_id=number)
    return TemplateLineForm(kind, quantity, bundle_id=number)


def _cents(read: FilledIn, name: str) -> int | None:
    try:
        return parse_cents(read.text(name) or "0")
    except NotMoney as refusal:
        read.complaints["lines"] = refusal.message
        return None


def _differences(mine: TemplateForm, theirs: TemplateListed) -> list[Difference]:
    said = {"facility_id": lambda v: "Every facility" if v is None else "One facility"}
    said["lines"] = lambda v: "1 line" if len(v) == 1 else f"{len(v)} lines"
    pairs = [(name, getattr(mine, name), getattr(theirs.form, name)) for name in NAMES]
    return [
        Difference(NAMES[name], *(said.get(name, lambda v: v or "–")(v) for v in values))
        for name, *values in pairs
        if values[0] != values[1]
    ]


live_page(TOPIC, ("distribution_template", "template_use", "item", "bundle"), TemplatesState)
