"""One's own account: name, password, second factor, sessions."""

from functools import partial
from typing import Any, TypedDict

import reflex as rx
from sqlmodel import Session

from securecare.access import accounts, second_factor, sessions
from securecare.access.actor import Actor
from securecare.foundation.errors import DomainError
from state.gate import ShownOnce, signed_in
from state.moments import ago
from state.read import line, whole_number
from state.work import acting, in_thread, work


class OpenSession(TypedDict):
    """One of the person's sessions."""

    id: int
    device: str
    address: str
    started: str
    seen: str
    current: bool


class AccountState(rx.State):
    """The account as its owner sees it."""

    name: str = ""
    email: str = ""
    sessions: list[OpenSession] = []
    loaded: bool = False
    name_error: str = ""
    must_set_up: bool = False

    @rx.event
    @signed_in
    async def open(self):
        """Read the account and where it is signed in."""
        await _show(self)

    @rx.event
    @signed_in
    async def rename(self, form: dict[str, Any]):
        """Change one's own name."""
        self.name_error = ""
        try:
            name = await work(accounts.rename, _field(form, "name", 120))
        except DomainError as complaint:
            self.name_error = complaint.message
            return None
        self.name = name
        return rx.toast.success("Your name is changed.")

    @rx.event
    @signed_in
    async def end_session(self, session_id: int):
        """Sign one of one's own browsers out."""
        number = whole_number(session_id)
        if number is not None:
            await work(sessions.end, number)
            await _show(self)

    @rx.event
    @signed_in
    async def end_others(self):
        """Sign every other browser of one's own out."""
        ended = await work(sessions.end_all_others)
        await _show(self)
        return rx.toast.success(_ended(ended))


class PasswordState(rx.State):
    """Changing one's own password."""

    current_error: str = ""
    new_error: str = ""
    form_error: str = ""
    times_changed: int = 0
    """Empties the form: each change starts it anew."""

    @rx.event
    @signed_in
    async def change(self, form: dict[str, Any]):
        """Change the password and sign every other browser out."""
        self.current_error = self.new_error = self.form_error = ""
        current, new = _secret(form, "current"), _secret(form, "password")
        try:
            ended = await in_thread(partial(accounts.change_password, acting(), current, new))
        except DomainError as complaint:
            self._complain(complaint)
            return None
        self.times_changed += 1
        account = await self.get_state(AccountState)
        await _show(account)
        return rx.toast.success(f"Your password is changed. {_ended(ended)}")

    def _complain(self, complaint: DomainError) -> None:
        if complaint.field == "current":
            self.current_error = complaint.message
        elif complaint.field == "password":
            self.new_error = complaint.message
        else:
            self.form_error = complaint.message


class SecondFactorState(ShownOnce, rx.State):
    """Setting the second factor up, renewing its recovery codes, turning it off."""

    on: bool = False
    since: str = ""
    codes_left: int = 0
    picture: str = ""
    secret: str = ""
    recovery_codes: list[str] = []
    """Just made, and shown this once."""
    error: str = ""
    asking: str = ""
    """What a present code is asked for: "renew", "off", or nothing."""

    @rx.event
    @signed_in
    async def begin(self):
        """Show what an app needs."""
        enrolment = await work(second_factor.begin)
        await self._show_once(here=True)
        self.error, self.asking, self.recovery_codes = "", "", []
        self.picture, self.secret = enrolment.picture, enrolment.secret

    @rx.event
    @signed_in
    async def leave(self):
        """Leave the set-up, the question or the recovery codes."""
        self._hide()

    @rx.event
    @signed_in
    async def confirm(self, form: dict[str, Any]):
        """Turn the second factor on with a first code."""
        await self._with_code(second_factor.confirm, form)

    @rx.event
    @signed_in
    async def ask(self, what: str):
        """Ask for a present code before going on."""
        if what in ("renew", "off"):
            self.asking, self.error, self.recovery_codes = what, "", []

    @rx.event
    @signed_in
    async def renew(self, form: dict[str, Any]):
        """Make new recovery codes."""
        await self._with_code(second_factor.renew_recovery_codes, form)

    @rx.event
    @signed_in
    async def turn_off(self, form: dict[str, Any]):
        """Turn the second factor off."""
        await self._with_code(second_factor.turn_off, form)

    def _hide(self) -> None:
        self.picture = self.secret = self.error = self.asking = ""
        self.recovery_codes = []

    async def _with_code(self, verb: Any, form: dict[str, Any]) -> None:
        try:
            code = _field(form, "code", 40)
            codes = await in_thread(partial(second_factor.with_code, acting(), verb, code))
        except DomainError as complaint:
            self.error = complaint.message
            return
        account = await self.get_state(AccountState)
        await _show(account)
        await self._show_once(here=True)
        self._hide()
        self.recovery_codes = codes or []


async def _show(account: AccountState) -> None:
    mine = await work(_read)
    factor = await account.get_state(SecondFactorState)
    account.name, account.email, account.sessions = mine["name"], mine["email"], mine["sessions"]
    account.must_set_up = mine["must_set_up"]
    account.loaded = True
    status: second_factor.Status = mine["status"]
    factor.on, factor.codes_left = status.on, status.recovery_codes_left
    factor.since = ago(status.since) if status.since else ""


def _read(session: Session, actor: Actor) -> dict[str, Any]:
    own = accounts.own(session, actor)
    status = second_factor.status(session, actor)
    required = second_factor.is_required(session, actor.organization_id)
    return {
        "name": own.name,
        "email": own.email,
        "status": status,
        "must_set_up": required and not status.on,
        "sessions": [
            OpenSession(
                id=each.id,
                device=each.device,
                address=each.address,
                started=ago(each.started_at),
                seen=ago(each.seen_at),
                current=each.current,
            )
            for each in sessions.list_mine(session, actor)
        ],
    }


def _ended(number: int) -> str:
    if number == 0:
        return "No other session was open."
    return f"{number} other session{'s were' if number != 1 else ' was'} ended."


def _field(form: Any, name: str, most: int) -> str:
    return line(form.get(name), most) if isinstance(form, dict) else ""


def _secret(form: Any, name: str) -> str:
    """A password as it was typed, spaces and all."""
    value = form.get(name) if isinstance(form, dict) else None
    return value[:400] if isinstance(value, str) else ""
