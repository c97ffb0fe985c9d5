"""Facilities: their list, the form of one, and the days it is closed."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization import facilities, time_zones
from securecare.organization.facilities import FacilityForm, FacilityListed
from securecare.scheduling import consequences
from state.editing import NEW, Editing, differences, question_about, told
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import line, whole_number
from state.work import acting, work, work_as

TOPIC = "facilities"
NAMES = {"name": "Name", "time_zone": "Time zone", "street": "Address", "phone": "Phone"}
RIGHT = Permission.CONFIGURE_FACILITIES


@dataclass(frozen=True)
class FacilityView:
    """A facility as its row and its form show it."""

    id: int = 0
    name: str = ""
    zone: str = ""
    zone_label: str = ""
    offset: str = ""
    street: str = ""
    phone: str = ""
    staff: str = ""
    active: bool = True


@dataclass(frozen=True)
class ZoneView:
    """A time zone to choose."""

    name: str
    label: str
    detail: str


class FacilitiesState(Editing, rx.State):
    """The facilities one may configure, and the one whose form is open."""

    loaded: bool = False
    rows: list[FacilityView] = []
    may_add: bool = False
    draft: FacilityView = FacilityView()
    zone_label: str = ""
    zone_open: bool = False
    zones: list[ZoneView] = []
    retiring: str = ""
    """The name of the facility about to be made inactive."""
    retiring_text: str = ""

    _listed: dict[int, FacilityListed] = {}
    _editing: int = 0
    _version: int = 0
    _zone: str = ""
    _wish: FacilityForm | None = None
    _retiring: int = 0

    @rx.event
    @needs(RIGHT)
    async def open_page(self):
        """Show the list, and keep it current."""
        hub.watch(TOPIC, self, None)
        self._saved()
        await self._read_again(acting())

    @rx.event
    @needs(RIGHT)
    async def start_new(self):
        """Open an empty form."""
        self._edit(NEW, FacilityView(), 0)

    @rx.event
    @needs(RIGHT)
    async def edit(self, facility_id: int):
        """Open the form of a facility."""
        row = await self._row(facility_id)
        self._edit(row.id, _view(row), row.version)

    @rx.event
    @needs(RIGHT)
    async def search_zone(self, text: str):
        """Offer time zones that fit what is typed."""
        self.zones = _zones(line(text, 60))
        self.zone_open = True

    @rx.event
    @needs(RIGHT)
    async def choose_zone(self, name: str):
        """Take a time zone from the list."""
        if isinstance(name, str) and time_zones.is_known(name):
            self._zone = name
            self.zone_label = _zone_label(name)
            self.zone_open = False
            self.errors = self.errors | {"time_zone": ""}

    @rx.event
    @needs(RIGHT)
    async def close_zones(self):
        """Leave the time zone as it is."""
        self.zone_open = False

    @rx.event
    @needs(RIGHT)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        self._wish = FacilityForm(
            read.text("name"), self._zone, read.text("street"), read.text("phone")
        )
        return await self._store(agreed=False)

    @rx.event
    @needs(RIGHT)
    async def save_anyway(self):
        """Save although appointments will then wait for reassignment."""
        return await self._store(agreed=True) if self.question else None

    @rx.event
    @needs(RIGHT)
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if not self.differences:
            return None
        self._version = (await self._row(self._editing)).version
        return await self._store(agreed=False)

    @rx.event
    @needs(RIGHT)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        row = await self._row(self._editing)
        self._edit(row.id, _view(row), row.version)

    @rx.event
    @needs(RIGHT)
    async def ask_to_retire(self, facility_id: int):
        """Say what making a facility inactive would do, and ask."""
        row = await self._row(facility_id)
        expected = await work(
            consequences.rehearse, consequences.set_facility_active, row.id, False
        )
        self.retiring_text = (
            "Nobody can be booked there any more. Its records and past appointments stay, and you"
            " can make it active again. " + question_about(expected)
        )
        self._retiring, self.retiring = row.id, row.form.name

    @rx.event
    @needs(RIGHT)
    async def leave_active(self, opened: bool):
        """Do not make it inactive after all."""
        if opened is not True:
            self.retiring, self._retiring = "", 0

    @rx.event
    @needs(RIGHT)
    async def retire(self):
        """Make the facility inactive."""
        if not self._retiring:
            return None
        name, id_ = self.retiring, self._retiring
        outcome = await work(consequences.set_facility_active, id_, False)
        self.retiring, self._retiring = "", 0
        self._saved()
        await self._read_again(acting())
        return told(f"{name} is inactive.", outcome)

    @rx.event
    @needs(RIGHT)
    async def make_active(self, facility_id: int):
        """Use a facility again."""
        row = await self._row(facility_id)
        outcome = await work(consequences.set_facility_active, row.id, True)
        self._saved()
        await self._read_again(acting())
        return told(f"{row.form.name} is active again.", outcome)

    def _edit(self, id_: int, draft: FacilityView, version: int) -> None:
        self._start(NAMES)
        self._editing, self._version, self._zone = id_, version, draft.zone
        self.draft = draft
        self.zone_label = _zone_label(draft.zone) if draft.zone else ""
        self.zone_open, self.zones = False, []

    async def _store(self, *, agreed: bool) -> Any:
        wish = self._wish
        if wish is None:
            return None
        try:
            if self._editing == NEW:
                await work(facilities.add, wish)
                outcome = consequences.UNCHANGED
            else:
                change = (consequences.change_facility, self._editing, self._version, wish)
                expected = consequences.UNCHANGED
                if not agreed:
                    expected = await work(consequences.rehearse, *change)
                if question := question_about(expected):
                    self._ask(question)
                    return None
                outcome = await work(*change)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            theirs = await self._row(self._editing)
            self._overtaken(refusal, differences(wish, theirs.form, NAMES, lambda _, v: v or "–"))
            return None
        self._saved()
        await self._read_again(acting())
        return told(f"{wish.name} is saved.", outcome)

    async def _row(self, facility_id: Any) -> FacilityListed:
        """The facility as it is now, if it may be configured."""
        number = whole_number(facility_id)
        found = {each.id: each for each in await work(facilities.listed)}
        if number not in found:
            raise NotFound("This facility")
        return found[number]

    async def _read_again(self, actor: Actor) -> None:
        rows = await work_as(actor, facilities.listed)
        self.rows = [_view(row) for row in rows]
        self.may_add = actor.reach(RIGHT).everywhere
        self.loaded = True


def _view(row: FacilityListed) -> FacilityView:
    form = row.form
    zone = time_zones.find(form.time_zone)
    people = "1 person" if row.staff == 1 else f"{row.staff} people"
    return FacilityView(
        row.id,
        form.name,
        form.time_zone,
        zone.city,
        time_zones.offset_label(form.time_zone, clock.now()),
        form.street,
        form.phone,
        people,
        row.active,
    )


def _zone_label(name: str) -> str:
    return f"{time_zones.find(name).label} · {time_zones.offset_label(name, clock.now())}"


def _zones(text: str) -> list[ZoneView]:
    return [
        ZoneView(
            zone.name,
            zone.label,
            " · ".join(
                filter(None, (time_zones.offset_label(zone.name, clock.now()), zone.remark))
            ),
        )
        for zone in time_zones.search(text)
    ]


live_page(TOPIC, ["facility", "staff"], FacilitiesState)
