"""The profile of a customer: what is known of them, and the number that is shown to few."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed
from securecare.access.roles import Permission
from securecare.customers import customers, kept_by_patron, phones, profile, visibility
from securecare.customers.customers import CustomerForm
from securecare.customers.profile import REACHED_BY, Profile, ProfileForm, ReasonMissing
from securecare.foundation.days import short_day
from securecare.foundation.forms import NotAccepted
from securecare.organization import time_zones
from securecare.organization.time_zones import is_known
from state.filled_in import FilledIn
from state.gate import ShownOnce, needs
from state.record_tab import RecordTab, keep_current
from state.work import acting, work, work_as

SEES, CHANGES = Permission.VIEW_CUSTOMERS, Permission.EDIT_CUSTOMERS
REVEALS = Permission.REVEAL_SSN


@dataclass(frozen=True)
class WholeForm:
    """Everything that the form holds, of the customer's row and of the profile."""

    given_name: str = ""
    family_name: str = ""
    born_on: Any = None
    phone: str = ""
    email: str = ""
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
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    time_zone: str = ""
    reached_by: str = ""
    staff_note: str = ""

    def customer(self) -> CustomerForm:
        """What belongs to the customer's row."""
        values = asdict(self)
        return CustomerForm(**{each.name: values[each.name] for each in fields(CustomerForm)})

    def profile(self) -> ProfileForm:
        """What belongs to the profile."""
        values = asdict(self)
        return ProfileForm(**{each.name: values[each.name] for each in fields(ProfileForm)})


@dataclass(frozen=True)
class ProfileView:
    """A profile in words, and as the fields of the form hold it."""

    given_name: str = ""
    family_name: str = ""
    born_on: str = ""
    born: str = ""
    phone: str = ""
    email: str = ""
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
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    country_name: str = ""
    time_zone: str = ""
    zone_name: str = ""
    reached_by: str = ""
    reached_by_label: str = ""
    staff_note: str = ""
    has_ssn: bool = False


@dataclass(frozen=True)
class _Read:
    """Both forms with their versions, and what is needed to say them."""

    customer: CustomerForm
    customer_version: int
    profile: Profile
    phone_region: str
    may_change: bool
    may_reveal: bool
    kept: bool
    """Whether the person keeps their own data, and staff only theirs."""


class ProfileState(RecordTab, ShownOnce, rx.State):
    """What is known of the customer, and the form of it."""

    shown: ProfileView = ProfileView()
    draft: ProfileView = ProfileView()
    may_change: bool = False
    may_reveal: bool = False
    kept: bool = False
    asking: bool = False
    """Whether the dialog that shows the number is open."""
    ssn: str = ""
    ssn_error: str = ""
    entering: bool = False
    """Whether the dialog that takes the number down is open."""
    ssn_key: int = 0

    names: ClassVar[Mapping[str, str]] = {
        "given_name": "Given name",
        "family_name": "Family name",
        "born_on": "Birth date",
        "phone": "Phone",
        "email": "E-mail",
        "preferred_name": "Preferred name",
        "pronouns": "Pronouns",
        "gender": "Gender",
        "ethnicity": "Ethnicity",
        "race": "Race",
        "marital_status": "Marital status",
        "sexual_orientation": "Sexual orientation",
        "veteran": "Veteran",
        "language": "Language",
        "needs_interpreter": "Needs an interpreter",
        "street": "Street",
        "city": "City",
        "region": "State or region",
        "postal_code": "Postal code",
        "country": "Country",
        "time_zone": "Time zone",
        "reached_by": "Preferred contact",
        "staff_note": "Staff note",
    }
    topic: ClassVar[str] = "record_profile"

    _profile_version: int = 0

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show what is known."""
        self._hide()
        await self._open()

    @rx.event
    @needs(CHANGES)
    async def edit(self):
        """Open the form."""
        await self._edit(1)

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        values = {
            each.name: read.text(each.name) for each in fields(WholeForm) if each.name != "born_on"
        }
        values |= {
            "born_on": read.day("born_on"),
            "needs_interpreter": read.flag("needs_interpreter"),
            "country": read.text("country").upper(),
            "staff_note": read.prose("staff_note"),
        }
        self._wish = WholeForm(**values)
        if self.kept:
            standing = await work(_read, self._record)
            own = {name: values[name] for name in ("reached_by", "staff_note")}
            self._wish = replace(_whole(standing), **own)
        elif read.complaints:
            others = await work(customers.complaints, self._wish.customer())
            complaints = others | self._wish.profile().complaints() | read.complaints
            self._complain(NotAccepted(complaints))
            return None
        return await self._save()

    @rx.event
    @needs(REVEALS)
    async def start_reveal(self):
        """Ask what the number is needed for."""
        self._hide()
        self.ssn_key += 1
        self.asking = True

    @rx.event
    @needs(REVEALS)
    async def open_reveal(self, opened: Any):
        """Hide the number again."""
        if opened is not True:
            self._hide()

    @rx.event
    @needs(REVEALS)
    async def reveal(self, form: dict[str, Any]):
        """Show the number to who says what for; it stays on screen until the dialog closes."""
        self.ssn_error = ""
        try:
            told = await work(profile.reveal_ssn, self._record, FilledIn(form).text("reason"))
        except ReasonMissing as refusal:
            self.ssn_error = refusal.message
            return
        await self._show_once()
        self.ssn = told

    @rx.event
    @needs(CHANGES)
    async def start_ssn(self):
        """Open the form that takes the number down."""
        self._hide()
        self.ssn_key += 1
        self.entering = True

    @rx.event
    @needs(CHANGES)
    async def open_ssn(self, opened: Any):
        """Close it."""
        if opened is not True:
            self._hide()

    @rx.event
    @needs(CHANGES)
    async def save_ssn(self, form: dict[str, Any]):
        """Keep the number sealed; an empty field forgets the one that is kept."""
        self.ssn_error = ""
        try:
            await work(profile.set_ssn, self._record, FilledIn(form).text("ssn"))
        except NotAccepted as refusal:
            self.ssn_error = refusal.message
            return None
        self._hide()
        await self._read_again(acting())
        return rx.toast.success("The number is sealed." if self.shown.has_ssn else "Forgotten.")

    def _hide(self) -> None:
        self.asking = self.entering = False
        self.ssn = self.ssn_error = ""

    async def _show(self, actor: Actor) -> None:
        read = await work_as(actor, _read, self._record)
        self.shown = _view(read)
        self.may_change, self.may_reveal, self.kept = read.may_change, read.may_reveal, read.kept

    async def _edit(self, id_: int) -> None:
        read = await work(_read, self._record)
        self.draft, self.kept = _view(read), read.kept
        self._begin(id_, read.customer_version)
        self._profile_version = read.profile.version

    async def _standing(self) -> tuple[WholeForm, int]:
        read = await work(_read, self._record)
        self._profile_version = read.profile.version
        return _whole(read), read.customer_version

    async def _write(self) -> str:
        await work(_change, self._record, self._version, self._profile_version, self._wish)
        return f"{self._wish.given_name} {self._wish.family_name} is saved."

    def _say(self, name: str, value: Any) -> str:
        if name == "reached_by":
            return REACHED_BY.get(value, "–")
        if name == "needs_interpreter":
            return "Yes" if value else "No"
        return super()._say(name, short_day(value) if name == "born_on" and value else value)


def _read(session: Session, actor: Actor, record: int) -> _Read:
    row = visibility.customer(session, actor, record)
    return _Read(
        customers.form_of(row),
        row.version,
        profile.read(session, actor, record),
        customers.region(session),
        customers.may_change(session, actor, record),
        actor.may(REVEALS) or not actor.reach(REVEALS).nowhere,
        kept_by_patron.is_claimed(session, record),
    )


def _change(
    session: Session,
    actor: Actor,
    record: int,
    version: int,
    profile_version: int,
    wish: WholeForm,
) -> None:
    """Both or neither, and all that is wrong with either at once."""
    if not actor.may(CHANGES) and actor.reach(CHANGES).nowhere:
        raise NotAllowed
    wrong = customers.complaints(session, actor, wish.customer())
    wrong |= wish.profile().tidied().complaints()
    if wrong:
        raise NotAccepted(wrong)
    profile.change(session, actor, record, profile_version, wish.profile())
    customers.change(session, actor, record, version, wish.customer())


def _whole(read: _Read) -> WholeForm:
    return WholeForm(**asdict(read.customer), **asdict(read.profile.form))


def _view(read: _Read) -> ProfileView:
    form, born = read.customer, read.customer.born_on
    words = asdict(read.profile.form)
    if words["time_zone"] and not is_known(words["time_zone"]):
        words["time_zone"] = ""
    zone = time_zones.find(words["time_zone"]) if words["time_zone"] else None
    return ProfileView(
        given_name=form.given_name,
        family_name=form.family_name,
        born_on=born.isoformat() if born else "",
        born=short_day(born) if born else "",
        phone=phones.shown(form.phone, read.phone_region) if form.phone else "",
        email=form.email,
        reached_by_label=REACHED_BY[words["reached_by"]],
        has_ssn=read.profile.has_ssn,
        country_name=time_zones.countries().get(words["country"], words["country"]),
        zone_name=zone.label if zone else "",
        **words,
    )


keep_current(ProfileState, "customer", "customer_profile", "patron_link", "patron_invitation")
