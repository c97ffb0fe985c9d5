"""How one describes oneself, in every organization alike."""

from dataclasses import asdict, dataclass, fields
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.customers import patrons, phones
from securecare.customers.patrons import LABELS, PatronForm
from securecare.foundation.days import short_day
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization import time_zones
from securecare.organization.time_zones import is_known
from state.editing import Difference, differences
from state.filled_in import FilledIn
from state.gate import needs
from state.portal import OWN_PORTAL, portal_topic, watch_own
from state.work import acting, work, work_as

TOPIC = "portal_profile"
TEXTS = [
    name for name in PatronForm.__annotations__ if name not in ("born_on", "needs_interpreter")
]
BROWSERS_ZONE = "Intl.DateTimeFormat().resolvedOptions().timeZone"


@dataclass(frozen=True)
class PatronView:
    """The form as its fields show it."""

    given_name: str = ""
    family_name: str = ""
    born_on: str = ""
    born: str = ""
    """The date of birth in words."""
    phone: str = ""
    email: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    country_name: str = ""
    time_zone: str = ""
    zone_name: str = ""
    preferred_name: str = ""
    pronouns: str = ""
    gender: str = ""
    ethnicity: str = ""
    race: str = ""
    marital_status: str = ""
    sexual_orientation: str = ""
    veteran: str = ""
    language: str = ""
    needs_interpreter: bool = False


class PortalProfileState(rx.State):
    """What is known of oneself, and the form while it is open."""

    loaded: bool = False
    shown: PatronView = PatronView()
    missing: list[str] = []
    editing: bool = False
    form_key: int = 0
    draft: PatronView = PatronView()
    errors: dict[str, str] = dict.fromkeys(LABELS, "")
    changed_by: str = ""
    differences: list[Difference] = []

    _version: int = 0
    _wish: PatronForm = PatronForm()

    @rx.event
    @needs(OWN_PORTAL)
    async def open(self):
        """Show it; open the form where something is missing."""
        self.editing = False
        await self._read_again(acting())
        await watch_own(TOPIC, self)
        if self.missing:
            await self._edit()
        if self.missing and not self.draft.time_zone:
            return rx.call_script(BROWSERS_ZONE, callback=PortalProfileState.suppose_zone)
        return None

    @rx.event
    @needs(OWN_PORTAL)
    async def suppose_zone(self, name: Any):
        """Offer the zone that the browser is in, until another one is chosen."""
        if isinstance(name, str) and is_known(name[:60]) and not self.draft.time_zone:
            self.draft = PatronView(**asdict(self.draft) | {"time_zone": name})

    @rx.event
    @needs(OWN_PORTAL)
    async def edit(self):
        """Open the form."""
        await self._edit()

    @rx.event
    @needs(OWN_PORTAL)
    async def leave(self):
        """Close it without saving."""
        self.editing = False

    @rx.event
    @needs(OWN_PORTAL)
    async def save(self, form: dict[str, Any]):
        """Save the form, or say beside each field why not."""
        read = FilledIn(form)
        values: dict[str, Any] = {name: read.text(name) for name in TEXTS}
        values |= {
            "born_on": read.day("born_on"),
            "needs_interpreter": read.flag("needs_interpreter"),
        }
        self._wish = PatronForm(**values)
        if read.complaints:
            self._complain(self._wish.tidied().complaints() | read.complaints)
            return None
        return await self._save()

    @rx.event
    @needs(OWN_PORTAL)
    async def keep_mine(self):
        """Save what was typed over what was saved elsewhere meanwhile."""
        if not self.differences:
            return None
        self._version = (await work(patrons.read)).version
        return await self._save()

    @rx.event
    @needs(OWN_PORTAL)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        await self._edit()

    async def _edit(self) -> None:
        mine = await work(patrons.read)
        self._version, self.draft = mine.version, _view(mine)
        self._complain({})
        self.form_key += 1
        self.editing = True

    async def _save(self) -> Any:
        if not self.editing:
            return None  # pressed twice
        try:
            await work(patrons.change, self._version, self._wish)
        except NotAccepted as refusal:
            self._complain(refusal.complaints)
            return rx.call_script("document.querySelector('[aria-invalid=true]')?.focus()")
        except Overtaken as refusal:
            mine = await work(patrons.read)
            self._complain({})
            self.changed_by = refusal.changed_by
            self.differences = differences(self._wish.tidied(), mine.form, LABELS, _say)
            return None
        self.editing = False
        await self._read_again(acting())
        return rx.toast.success("Your profile is saved.")

    def _complain(self, complaints: dict[str, str]) -> None:
        self.errors = dict.fromkeys(LABELS, "") | complaints
        self.changed_by, self.differences = "", []

    async def _read_again(self, actor: Actor) -> None:
        mine = await work_as(actor, patrons.read)
        self.shown = _view(mine)
        self.missing = [LABELS[name] for name in mine.missing]
        self.loaded = True


def _view(mine: patrons.Described) -> PatronView:
    form = mine.form
    words = {each.name: getattr(form, each.name) for each in fields(form) if each.name != "born_on"}
    words["phone"] = phones.shown(form.phone, form.phone_region) if form.phone else ""
    zone = time_zones.find(form.time_zone) if form.time_zone else None
    return PatronView(
        **words,
        born_on=form.born_on.isoformat() if form.born_on else "",
        born=short_day(form.born_on) if form.born_on else "",
        email=mine.email,
        country_name=time_zones.countries().get(form.country, form.country),
        zone_name=zone.label if zone else "",
    )


def _say(name: str, value: Any) -> str:
    if name == "needs_interpreter":
        return "Yes" if value else "No"
    return short_day(value) if name == "born_on" and value else str(value or "–")


portal_topic(TOPIC, ["patron"], PortalProfileState)
