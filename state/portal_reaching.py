"""How one is reached: whom to call when something happens, and what one may be written to about."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.customers import phones
from securecare.customers.contacts import ContactForm
from securecare.customers.own import Own
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.notices.consent import USE_LABELS, Standing
from securecare.portal import reaching
from securecare.portal.reaching import Reaching
from state.filled_in import FilledIn
from state.gate import needs
from state.portal import OWN_PORTAL, in_each, portal_topic, watch_own, within
from state.read import whole_number
from state.work import acting, work_as

TOPIC = "portal_reaching"
FIELDS = ("name", "relationship", "phone", "email")
WHAT_FOR = {
    "appointment_reminders": "A day or so before each appointment",
    "payment_notices": "When a payment is due or was received",
    "message_alerts": "When you have a new message here. We never include what it says.",
}


@dataclass(frozen=True)
class UseView:
    """One thing one may be written to about, and how that stands by text and by e-mail."""

    use: str
    label: str
    about: str
    by_text: bool
    by_mail: bool
    stopped: bool
    """Whether a STOP from the phone ended the texts: only a START from it brings them back."""


@dataclass(frozen=True)
class ReachView:
    """What one organization has noted."""

    organization_id: int = 0
    organization: str = ""
    known: bool = False
    """Whether there is an emergency contact."""
    name: str = ""
    relationship: str = ""
    phone: str = ""
    email: str = ""
    version: int = 0
    own_phone: str = ""
    own_email: str = ""
    uses: list[UseView] = field(default_factory=list)


class PortalReachingState(rx.State):
    """Both, for each organization, and the form of the emergency contact."""

    loaded: bool = False
    places: list[ReachView] = []
    draft: ReachView = ReachView()
    """Whose form is open; of organization 0 while none is."""
    form_key: int = 0
    errors: dict[str, str] = dict.fromkeys((*FIELDS, "form"), "")

    @rx.event
    @needs(OWN_PORTAL)
    async def open(self):
        """Show how it stands everywhere."""
        self.draft = ReachView()
        await self._read_again(acting())
        await watch_own(TOPIC, self)

    @rx.event
    @needs(OWN_PORTAL)
    async def edit(self, organization_id: Any):
        """Open the form of the emergency contact."""
        wanted = whole_number(organization_id)
        self.draft = next((p for p in self.places if p.organization_id == wanted), ReachView())
        self.errors = dict.fromkeys(self.errors, "")
        self.form_key += 1

    @rx.event
    @needs(OWN_PORTAL)
    async def open_form(self, opened: Any):
        """Close it."""
        if opened is not True:
            self.draft = ReachView()

    @rx.event
    @needs(OWN_PORTAL)
    async def save(self, form: dict[str, Any]):
        """Save the emergency contact, or say beside each field why not."""
        read = FilledIn(form)
        wish = ContactForm(*(read.text(name) for name in FIELDS))
        self.errors = dict.fromkeys(self.errors, "")
        patron, draft = acting(), self.draft
        known, actor = await within(patron, draft.organization_id)
        try:
            await work_as(actor, reaching.change_emergency_contact, known, draft.version, wish)
            if read.flag("everywhere"):
                await in_each(patron, reaching.change_emergency_contact, None, wish)
        except NotAccepted as refusal:
            self.errors = self.errors | refusal.complaints
            return None
        except Overtaken as refusal:
            self.errors = self.errors | {"form": refusal.message}
            await self._read_again(patron)
            again = (p for p in self.places if p.organization_id == draft.organization_id)
            self.draft = next(again, ReachView())
            return None
        self.draft = ReachView()
        await self._read_again(patron)
        return rx.toast.success("Your emergency contact is saved.")

    @rx.event
    @needs(OWN_PORTAL)
    async def agree(self, organization_id: Any, channel: Any, use: Any, given: Any):
        """Agree to be written to, or take it back."""
        if channel not in ("sms", "email") or use not in USE_LABELS or not isinstance(given, bool):
            return None
        patron = acting()
        known, actor = await within(patron, whole_number(organization_id) or 0)
        try:
            await work_as(actor, reaching.agree, known, channel, use, given)
        except DomainError as refusal:
            await self._read_again(patron)
            return rx.toast.error(refusal.message)
        await self._read_again(patron)
        return None

    async def _read_again(self, actor: Actor) -> None:
        found = await in_each(actor, reaching.read)
        self.places = [_view(known, read) for known, read in found]
        self.loaded = True


def _view(known: Own, read: Reaching) -> ReachView:
    form = read.emergency.form
    return ReachView(
        known.organization_id,
        known.organization,
        read.emergency.version > 0 and form.name != "",
        form.name,
        form.relationship,
        phones.shown(form.phone, read.region) if form.phone else "",
        form.email,
        read.emergency.version,
        phones.shown(read.phone, read.region) if read.phone else "",
        read.email,
        _uses(read.standing),
    )


def _uses(standing: list[Standing]) -> list[UseView]:
    found = {(each.channel, each.use): each for each in standing}
    uses: list[UseView] = []
    for use, label in USE_LABELS.items():
        text, mail = found.get(("sms", use)), found.get(("email", use))
        uses.append(
            UseView(
                use,
                label,
                WHAT_FOR[use],
                text is not None and text.given,
                mail is not None and mail.given,
                text is not None and text.stopped_by_text,
            )
        )
    return uses


portal_topic(TOPIC, ["contact_person", "contact_consent", "customer"], PortalReachingState)
