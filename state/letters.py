"""The pages of signing up, of a forgotten password, and behind a link that was mailed.

They hold nothing that depends on whether an address has an account, but for whoever opened a link
that was mailed to it.
"""

from typing import Any
from urllib.parse import quote

import reflex as rx

from securecare.access.links import LinkGone
from securecare.foundation.db import SIGN_IN
from securecare.portal import letters
from securecare.web.auth import LETTER_COOKIE, TYPED_COOKIE
from securecare.web.policy import safe_path
from state.gate import public
from state.sign_in import cookie_in, sentence, text_in, typed_in
from state.work import work_in

FIELDS = ("given_name", "family_name", "email")


class LetterState(rx.State):
    """What the forms show: a refusal, what was typed, and what a link is for."""

    typed: dict[str, str] = dict.fromkeys(FIELDS, "")
    errors: dict[str, str] = dict.fromkeys(FIELDS, "")
    error: str = ""
    onward: str = ""
    sign_in_href: str = "/sign-in"
    ready: bool = False
    purpose: str = ""
    """What the link is for; empty if it is good for nothing any more."""
    asks_password: bool = False
    password_error: str = ""

    @rx.event
    @public
    async def arrive(self):
        """Show the form with what was typed and what is wrong with it, or where a link was sent."""
        asked = self.router.url.query_parameters
        typed = typed_in(cookie_in(self, TYPED_COOKIE))
        wrong = typed.get("complaints") if asked.get("error") == "form" else None
        self.typed = {name: text_in(typed.get(name), 320) for name in FIELDS}
        self.errors = {name: _complaint(wrong, name) for name in FIELDS}
        self.error = sentence(asked.get("error", ""), typed)
        self.onward = safe_path(asked.get("next", ""), "")
        more = f"?next={quote(self.onward, safe='/')}" if self.onward else ""
        self.sign_in_href = f"/sign-in{more}"
        self.ready = True

    @rx.event
    @public
    async def arrive_by_letter(self):
        """Show what the link is for."""
        asked = self.router.url.query_parameters
        typed = typed_in(cookie_in(self, TYPED_COOKIE))
        code = asked.get("error", "")
        said = sentence(code, typed)
        self.error, self.password_error = ("", said) if code == "weak" else (said, "")
        self.purpose, self.ready = "", True
        try:
            opened = await work_in(SIGN_IN, letters.look, cookie_in(self, LETTER_COOKIE))
        except LinkGone as gone:
            self.error = self.error or gone.message
            return
        self.purpose, self.asks_password = opened.purpose, opened.asks_password
        self.typed = self.typed | {"email": opened.email}


def _complaint(complaints: Any, name: str) -> str:
    return text_in(complaints.get(name), 200) if isinstance(complaints, dict) else ""
