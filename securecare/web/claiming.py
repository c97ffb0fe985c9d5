"""Claiming an account that staff made: the link of the letter, and the two forms behind it."""

from collections.abc import Callable
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from securecare.access import sessions, sign_in
from securecare.access.actor import NO_ORGANIZATION, Actor
from securecare.access.passwords import TooBusy, WeakPassword
from securecare.access.sessions import COOKIE_NAME
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.errors import DomainError
from securecare.patrons import claiming, invitations
from securecare.web.auth import (
    CLAIM_PATH,
    MARK_SECONDS,
    TYPED_COOKIE,
    forget,
    redirect,
    remember_typed,
    set_cookie,
)
from securecare.web.policy import (
    MARK_COOKIE,
    actor_of,
    address_of,
    device_of,
    form_of,
    in_thread,
    public,
)

INVITATION_COOKIE = "securecare_invitation"
INVITATION_SECONDS = 3600
PAGE = CLAIM_PATH


class NoDate(DomainError):
    """What was typed is no day."""

    def __init__(self) -> None:
        super().__init__("Enter your date of birth.", field="born_on")


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
    answer = redirect(PAGE)
    if 20 <= len(token) <= 100 and token.isascii():
        set_cookie(answer, INVITATION_COOKIE, token, INVITATION_SECONDS)
    return answer


async def claim(request: Request) -> Response:
    """Make an account, and give it the record."""
    form, device = await form_of(request), device_of(request)
    token = request.cookies.get(INVITATION_COOKIE, "")

    def do() -> str:
        return claiming.with_password(token, form.get("password", "")[:400], _day(form), device)

    opened = await _done(do, form)
    if isinstance(opened, Response):
        return opened
    answer = redirect("/portal")
    set_cookie(answer, COOKIE_NAME, opened, None)
    set_cookie(answer, MARK_COOKIE, sessions.hash_of(opened).hex(), MARK_SECONDS)
    return _over(answer)


async def claim_mine(request: Request) -> Response:
    """Give the record to the account that is signed in, or has got as far as it gets without one."""
    form, token = await form_of(request), request.cookies.get(INVITATION_COOKIE, "")
    actor = await in_thread(lambda: actor_of(request))
    nowhere = None if actor else await in_thread(lambda: _identified(request))
    person = actor or nowhere
    if person is None:
        return redirect(PAGE)
    refused = await _done(lambda: claiming.as_signed_in(token, person, _day(form)), form)
    if isinstance(refused, Response):
        return refused
    if actor is None:
        answer = await _into_portal(request)
    else:
        answer = redirect("/portal" if actor.in_portal else "/sign-in/organization?next=/portal")
    return _over(answer)


def _identified(request: Request) -> Actor | None:
    cookie = request.cookies.get(COOKIE_NAME, "")
    with transaction(SIGN_IN) as session:
        return sign_in.identified(session, sessions.hash_of(cookie), address_of(request))


async def _into_portal(request: Request) -> Response:
    """Finish signing in, now that there is a portal to go to."""
    cookie, device = request.cookies.get(COOKIE_NAME, ""), device_of(request)
    try:
        opened = await in_thread(lambda: sign_in.into_organization(cookie, NO_ORGANIZATION, device))
    except sign_in.StartAgain:
        return redirect("/sign-in?done=portal-added")
    answer = redirect("/portal")
    set_cookie(answer, COOKIE_NAME, opened.token, None)
    set_cookie(answer, MARK_COOKIE, sessions.hash_of(opened.token).hex(), MARK_SECONDS)
    return answer


def _over(answer: Response) -> Response:
    """The invitation was used: nothing of it, or of what was typed, stays in the browser."""
    forget(answer, INVITATION_COOKIE)
    forget(answer, TYPED_COOKIE)
    return answer


async def _done(deed: Callable[[], str | None], form: dict[str, str]) -> str | Response | None:
    """What the deed gave, or the way back to the form with the reason."""
    try:
        return await in_thread(deed)
    except DomainError as refusal:
        code = next((code for kind, code in CODES if isinstance(refusal, kind)), "gone")
        answer = redirect(f"{PAGE}?error={code}")
        typed: dict[str, object] = {"born_on": form.get("born_on", "")[:10]}
        if isinstance(refusal, WeakPassword):
            typed["sentence"] = refusal.message
        remember_typed(answer, typed)
        return answer


def _day(form: dict[str, str]) -> date:
    try:
        return date.fromisoformat(form.get("born_on", ""))
    except ValueError:
        raise NoDate from None
