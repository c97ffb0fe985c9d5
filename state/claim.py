"""Behind the link of an invitation: who sent it, and the two ways to the record. Nothing of it."""

import base64
import binascii
import json
from http.cookies import CookieError, SimpleCookie

import reflex as rx

from securecare.access.passwords import MIN_LENGTH, TooBusy
from securecare.foundation.db import SIGN_IN
from securecare.patrons import claiming
from securecare.patrons.claiming import (
    AnotherRecord,
    InvitationGone,
    ProveAddress,
    SignInInstead,
    WrongBirthDate,
)
from securecare.web.auth import TYPED_COOKIE
from securecare.web.claiming import INVITATION_COOKIE, NoDate
from state.gate import public
from state.moments import said_day
from state.work import acting_or_nobody, work_in

SENTENCES = {
    "gone": InvitationGone().message,
    "birth-date": WrongBirthDate().message,
    "sign-in": SignInInstead().message,
    "another": AnotherRecord().message,
    "prove": ProveAddress().message,
    "busy": TooBusy().message,
    "no-date": NoDate().message,
    "weak": f"Choose a password of at least {MIN_LENGTH} characters that is hard to guess.",
}


class ClaimState(rx.State):
    """Who invites, and as whom the person is here."""

    ready: bool = False
    is_good: bool = False
    error: str = ""
    organization: str = ""
    until: str = ""
    email: str = ""
    has_account: bool = False
    signed_in_as: str = ""
    """The name of the person who is signed in; empty for nobody."""

    @rx.event
    @public
    async def arrive(self):
        """Show what the link leads to."""
        self.reset()
        code = self.router.url.query_parameters.get("error", "")
        try:
            opened = await work_in(SIGN_IN, claiming.look, _cookie(self, INVITATION_COOKIE))
        except InvitationGone as gone:
            self.error, self.ready = gone.message, True
            return
        actor = acting_or_nobody()
        self.signed_in_as = actor.name if actor else ""
        self.organization, self.email = opened.organization, opened.email
        self.until, self.has_account = said_day(opened.until.date()), opened.has_account
        self.error = _sentence(self) if code == "weak" else SENTENCES.get(code, "")
        self.is_good = self.ready = True


def _sentence(state: rx.State) -> str:
    """What is wrong with the password, as it was said of it."""
    try:
        typed = json.loads(base64.urlsafe_b64decode(_cookie(state, TYPED_COOKIE)))
        return str(typed["sentence"])[:200]
    except (binascii.Error, ValueError, KeyError, TypeError):
        return SENTENCES["weak"]


def _cookie(state: rx.State, name: str) -> str:
    try:
        morsel = SimpleCookie(state.router.headers.cookie).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
