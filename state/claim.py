"""Behind the link of an invitation: who sent it, and the two ways to the record. Nothing of it."""

import reflex as rx

from securecare.access.passwords import MIN_LENGTH, TooBusy
from securecare.foundation.days import short_day
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
from state.sign_in import cookie_in, identified, text_in, typed_in
from state.work import acting_or_nobody, work_in

FIELD_OF = {"birth-date": "born_on", "no-date": "born_on", "weak": "password"}
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
    errors: dict[str, str] = {"born_on": "", "password": ""}
    """What is wrong with a field; what is wrong with the whole stands in `error`."""
    born_on: str = ""
    """As it was typed before it was refused."""
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
            opened = await work_in(SIGN_IN, claiming.look, cookie_in(self, INVITATION_COOKIE))
        except InvitationGone as gone:
            self.error, self.ready = gone.message, True
            return
        actor = acting_or_nobody() or await identified(self)
        self.signed_in_as = actor.name if actor else ""
        self.organization, self.email = opened.organization, opened.email
        self.until, self.has_account = short_day(opened.until.date()), opened.has_account
        self._say(code)
        self.is_good = self.ready = True

    def _say(self, code: str) -> None:
        """Put what was refused beside its field, or above the form, and keep what was typed."""
        typed = typed_in(cookie_in(self, TYPED_COOKIE)) if code else {}
        self.born_on = text_in(typed.get("born_on"), 10)
        said = SENTENCES.get(code, "")
        if code == "weak":
            said = text_in(typed.get("sentence"), 200) or said
        if code in FIELD_OF:
            self.errors = self.errors | {FIELD_OF[code]: said}
        else:
            self.error = said
