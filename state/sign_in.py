"""The pages before one is signed in. The forms on them are plain HTML and go to /auth/...

What was typed and why it was refused comes back in a cookie that lives two minutes and in a short
code in the address; neither says anything about an account.
"""

import base64
import binascii
import json
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypedDict
from urllib.parse import quote

import reflex as rx

from securecare.access import links, sign_in
from securecare.access.actor import Actor
from securecare.access.errors import SignedOut
from securecare.access.links import LinkGone
from securecare.access.passwords import MIN_LENGTH, TooBusy
from securecare.access.second_factor import WrongCode
from securecare.access.sign_in import AddressUnproven, StartAgain, WrongSignIn
from securecare.access.throttle import in_words
from securecare.foundation.db import SIGN_IN
from securecare.web.auth import LINK_COOKIE, TYPED_COOKIE
from securecare.web.claiming import INVITATION_COOKIE
from securecare.web.policy import safe_path
from state.cookies import cookie_hash
from state.gate import public
from state.read import whole_number
from state.work import acting_or_nobody, work_in

SENTENCES: dict[str, str] = {
    "wrong": WrongSignIn().message,
    "code": WrongCode().message,
    "unproven": AddressUnproven().message,
    "again": StartAgain().message,
    "paused": "Too many attempts. Wait a little, then try again.",
    "busy": TooBusy().message,
    "link": LinkGone().message,
    "weak": f"Choose a password of at least {MIN_LENGTH} characters that is hard to guess.",
}
NOTICES: dict[str, str] = {
    "signed-out": "You are signed out.",
    "password-set": "Your password is set. Sign in with it.",
    "ended": SignedOut().message,
    "address-changed": "Your new address is confirmed. Sign in with it.",
    "portal-added": "Your portal is ready. Sign in as you always do, and choose it there.",
}


class Choice(TypedDict):
    """An organization to go into."""

    id: int
    name: str


class SignInState(rx.State):
    """What the forms show: a refusal in a sentence, what was typed, and where to go on to."""

    email: str = ""
    error: str = ""
    notice: str = ""
    onward: str = "/"
    sign_up_href: str = "/sign-up"
    """Where somebody goes who has no account yet; it leads on to the same page."""
    organizations: list[Choice] = []
    already_in: bool = False
    """Whether the person is in one of them by now, and may stay there."""
    invited: bool = False
    """Whether an invitation was opened in this browser."""
    link_is_good: bool = False
    link_sets_password: bool = False
    ready: bool = False

    @rx.event
    @public
    async def arrive(self):
        """Show the form; whoever is signed in already goes on."""
        actor = acting_or_nobody()
        asked = self.router.url.query_parameters
        onward = safe_path(asked.get("next", ""))
        if actor is not None and "error" not in asked:
            return rx.redirect(onward)
        self._show()
        return None

    @rx.event
    @public
    async def arrive_to_choose(self):
        """Show the organizations this person may go into."""
        token_hash = cookie_hash(cookies_in(self))
        found = await work_in(SIGN_IN, sign_in.choices, token_hash) if token_hash else []
        if not found:
            return rx.redirect("/sign-in?error=again")
        self._show()
        self.already_in = acting_or_nobody() is not None
        self.organizations = [Choice(id=id_, name=name) for id_, name in found]
        return None

    @rx.event
    @public
    async def arrive_nowhere(self):
        """Show somebody who belongs nowhere what they can do about it."""
        person = await identified(self)
        if person is None:
            return rx.redirect("/sign-in")
        self._show()
        self.invited = cookie_in(self, INVITATION_COOKIE) != ""
        return None

    @rx.event
    @public
    async def arrive_by_link(self):
        """Show whose link was opened, and whether a password is to be set with it."""
        self.link_is_good = False
        self._show()
        token = cookie_in(self, LINK_COOKIE)
        try:
            opened = await work_in(SIGN_IN, links.look, token)
        except LinkGone as gone:
            self.error = gone.message
            return
        self.email = opened.email
        self.link_is_good, self.link_sets_password = True, opened.needs_password

    def _show(self) -> None:
        asked = self.router.url.query_parameters
        typed = typed_in(cookie_in(self, TYPED_COOKIE))
        self.email = text_in(typed.get("email"), 320)
        self.error = sentence(asked.get("error", ""), typed)
        self.notice = "" if self.error else _notice(asked)
        self.onward = safe_path(asked.get("next", ""))
        more = f"?next={quote(self.onward, safe='/')}" if self.onward != "/" else ""
        self.sign_up_href = f"/sign-up{more}"
        self.ready = True


async def identified(state: rx.State) -> Actor | None:
    """Who has signed in with the page's cookie and belongs nowhere; somebody without any right."""
    token_hash = cookie_hash(cookies_in(state))
    return await work_in(SIGN_IN, sign_in.identified, token_hash) if token_hash else None


def sentence(code: str, typed: dict[str, Any]) -> str:
    """A refusal in words; none for a code that is not known."""
    seconds = whole_number(typed.get("seconds"), 1, 3600)
    if code == "paused" and seconds is not None:
        return f"Too many attempts. Try again in {in_words(seconds)}."
    if code == "weak":
        return text_in(typed.get("sentence"), 200) or SENTENCES["weak"]
    return SENTENCES.get(code, "")


def _notice(asked: Any) -> str:
    done = "ended" if "ended" in asked else asked.get("done", "")
    return NOTICES.get(done, "")


def typed_in(packed: str) -> dict[str, Any]:
    """What was typed before, as the cookie keeps it."""
    try:
        typed = json.loads(base64.urlsafe_b64decode(packed))
    except (binascii.Error, ValueError):
        return {}
    return typed if isinstance(typed, dict) else {}


def text_in(value: Any, most: int) -> str:
    """The value as text, cut to a length."""
    return value[:most] if isinstance(value, str) else ""


def cookies_in(state: rx.State) -> str:
    """The cookies of the page's own connection."""
    return state.router.headers.cookie


def cookie_in(state: rx.State, name: str) -> str:
    """One of them."""
    try:
        morsel = SimpleCookie(cookies_in(state)).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
