"""Claiming an account that staff made: the link of the letter, and the two forms behind it."""

import base64
import json
from collections.abc import Callable
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from securecare.access import sessions
from securecare.access.passwords import TooBusy, WeakPassword
from securecare.access.sessions import COOKIE_NAME
from securecare.foundation.errors import DomainError
from securecare.patrons import claiming, invitations
from securecare.settings import settings
from securecare.web.auth import MARK_SECONDS, TYPED_COOKIE, TYPED_SECONDS
from securecare.web.policy import (
    MARK_COOKIE,
    actor_of,
    device_of,
    form_of,
    in_thread,
    public,
)

INVITATION_COOKIE = "securecare_invitation"
INVITATION_SECONDS = 3600
PAGE = "/portal/claim"


class NoDate(DomainError):
    """What was typed is no day."""

    def __init__(self) -> None:
        super().__init__("Enter your birth date.", field="born_on")


CODES: tuple[tuple[type[DomainError], str], ...] = (
    (claiming.InvitationGone, "gone"),
    (claiming.WrongBirthDate, "birth-date"),
    (claiming.SignInInstead, "sign-in"),
    (claiming.AnotherRecord, "another"),
    (claiming.ProveAddress, "prove"),
    (WeakPassword, "weak"),
    (TooBusy, "busy"),
    (NoDate, "no-date"),
)
"""How each refusal is called in an address: never by a fact about a record."""


def routes() -> list[Route]:
    """All routes of claiming; whoever comes shows by the letter's link who they are."""
    return [
        public(invitations.PATH, open_invitation),
        public("/auth/claim", claim, ("POST",)),
        public("/auth/claim-mine", claim_mine, ("POST",)),
    ]


async def open_invitation(request: Request) -> Response:
    """Take the link's token out of the address, where it would be kept and passed on."""
    token = request.query_params.get("token", "")
    answer = _redirect(PAGE)
    if 20 <= len(token) <= 100 and token.isascii():
        _set(answer, INVITATION_COOKIE, token, INVITATION_SECONDS)
    return answer


async def claim(request: Request) -> Response:
    """Make an account, and give it the record."""
    form, device = await form_of(request), device_of(request)
    token = request.cookies.get(INVITATION_COOKIE, "")

    def do() -> str:
        return claiming.with_password(token, form.get("password", "")[:400], _day(form), device)

    opened = await _done(do)
    if isinstance(opened, Response):
        return opened
    answer = _redirect("/portal")
    _set(answer, COOKIE_NAME, opened, None)
    _set(answer, MARK_COOKIE, sessions.hash_of(opened).hex(), MARK_SECONDS)
    _forget(answer, INVITATION_COOKIE)
    return answer


async def claim_mine(request: Request) -> Response:
    """Give the record to the account that is signed in."""
    form, token = await form_of(request), request.cookies.get(INVITATION_COOKIE, "")
    actor = await in_thread(lambda: actor_of(request))
    if actor is None:
        return _redirect(PAGE)
    refused = await _done(lambda: claiming.as_signed_in(token, actor, _day(form)))
    if isinstance(refused, Response):
        return refused
    answer = _redirect("/portal" if actor.in_portal else "/sign-in/organization?next=/portal")
    _forget(answer, INVITATION_COOKIE)
    return answer


async def _done(deed: Callable[[], str | None]) -> str | Response | None:
    """What the deed gave, or the way back to the form with the reason."""
    try:
        return await in_thread(deed)
    except DomainError as refusal:
        code = next((code for kind, code in CODES if isinstance(refusal, kind)), "gone")
        answer = _redirect(f"{PAGE}?error={code}")
        if isinstance(refusal, WeakPassword):
            typed = json.dumps({"sentence": refusal.message}).encode()
            packed = base64.urlsafe_b64encode(typed).decode()
            _set(answer, TYPED_COOKIE, packed, TYPED_SECONDS)
        return answer


def _day(form: dict[str, str]) -> date:
    try:
        return date.fromisoformat(form.get("born_on", ""))
    except ValueError:
        raise NoDate from None


def _redirect(path: str) -> Response:
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def _set(answer: Response, name: str, value: str, seconds: int | None) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=settings().secure_cookies,
        httponly=True,
        samesite="strict",
    )


def _forget(answer: Response, name: str) -> None:
    answer.delete_cookie(
        name, path="/", secure=settings().secure_cookies, httponly=True, samesite="strict"
    )
