"""The organization's own settings."""

from dataclasses import asdict, dataclass
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization import organizations
from securecare.organization.organizations import OrganizationForm
from state.editing import Editing, differences
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.work import acting, work, work_as

TOPIC = "organization"
NAMES = {
    "name": "Name",
    "customer_singular": "Word for one",
    "customer_plural": "Word for several",
    "clock24": "Clock",
    "staff_idle_minutes": "Minutes without activity",
    "session_hours": "Hours per session",
    "require_second_factor": "Second factor",
    "patrons_may_ask": "Asked in the portal",
}


@dataclass(frozen=True)
class OrganizationView:
    """The settings as the fields show them."""

    name: str = ""
    customer_singular: str = ""
    customer_plural: str = ""
    clock24: bool = False
    staff_idle_minutes: int = 15
    session_hours: int = 12
    require_second_factor: bool = False
    patrons_may_ask: bool = False


class OrganizationState(Editing, rx.State):
    """The settings on screen. What somebody else saves appears, unless one is typing here."""

    loaded: bool = False
    current: OrganizationView = OrganizationView()
    portal_code: str = ""
    """What people may type instead of the name, to ask this organization in their portal."""
    touched: bool = False
    newer: bool = False
    """Somebody else saved while there are unsaved changes here."""

    _seen: OrganizationForm | None = None
    _wish: OrganizationForm | None = None

    @rx.event
    @needs(Permission.CONFIGURE_ORGANIZATION)
    async def open_page(self):
        """Show the settings as they are."""
        hub.watch(TOPIC, self, None)
        await self._show(acting())

    @rx.event
    @needs(Permission.CONFIGURE_ORGANIZATION)
    async def touch(self):
        """Somebody is at the form: from now on nothing replaces what is typed unasked."""
        if not self.touched:
            self.touched = True

    @rx.event
    @needs(Permission.CONFIGURE_ORGANIZATION)
    async def save(self, form: dict[str, Any]):
        """Save all settings, or say beside each field why not."""
        read = FilledIn(form)
        wish = OrganizationForm(
            read.text("name"),
            read.text("customer_singular"),
            read.text("customer_plural"),
            read.text("clock") == "24",
            read.number("staff_idle_minutes", 15),
            read.number("session_hours", 12),
            read.flag("require_second_factor"),
            read.flag("patrons_may_ask"),
        )
        try:
            read.require_accepted(wish.complaints())
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        self._wish = wish
        return await self._store()

    @rx.event
    @needs(Permission.CONFIGURE_ORGANIZATION)
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if self.differences:
            self._seen = await work(organizations.settings_of)
            return await self._store()
        return None

    @rx.event
    @needs(Permission.CONFIGURE_ORGANIZATION)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        await self._show(acting())

    async def _store(self) -> Any:
        if self._wish is None or self._seen is None:
            return None
        try:
            await work(organizations.change, self._wish, self._seen)
        except NotAccepted as refusal:
            self._complain(refusal)
            return None
        except Overtaken as refusal:
            theirs = await work(organizations.settings_of)
            self._overtaken(refusal, differences(self._wish, theirs, NAMES, _say))
            return None
        await self._show(acting())
        return rx.toast.success("Saved. Everybody sees it from now on.")

    async def _read_again(self, actor: Actor) -> None:
        form = await work_as(actor, organizations.settings_of)
        if form == self._seen:
            return
        if self.touched:
            self.newer = True
        else:
            self._take(form, await work_as(actor, organizations.portal_code))

    async def _show(self, actor: Actor) -> None:
        form = await work_as(actor, organizations.settings_of)
        self._take(form, await work_as(actor, organizations.portal_code))

    def _take(self, form: OrganizationForm, portal_code: str) -> None:
        self._saved()
        self._seen, self._wish = form, None
        self.errors = dict.fromkeys(NAMES, "")
        self.touched = self.newer = False
        self.portal_code = portal_code
        self.current = OrganizationView(**asdict(form))
        self.form_key += 1
        self.loaded = True


def _say(field: str, value: Any) -> str:
    if field == "clock24":
        return "24 hours" if value else "12 hours"
    if field == "patrons_may_ask":
        return "Allowed" if value else "Not allowed"
    if isinstance(value, bool):
        return "Required" if value else "Not required"
    return str(value)


live_page(TOPIC, ["organization"], OrganizationState)
