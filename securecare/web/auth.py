"""Signing in and out over plain HTTP: the only place that sets the session cookie.

Every answer is a redirect. A refusal goes back to the form it came from with a short code; what was
typed, but never a password, travels in a cookie that lives for two minutes.
"""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from securecare.access import links, sessions, sign_in
from securecare.access.passwords import TooBusy, WeakPassword
from securecare.access.sessions import COOKIE_NAME
from securecare.access.sign_in import Opened, Step
from securecare.access.throttle import Paused
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from securecare.settings import settings
from securecare.web.policy import (
    MARK_COOKIE,
    device_of,
    form_of,
    in_thread,
    public,
    safe_path,
)

TYPED_COOKIE = "securecare_typed"
LINK_COOKIE = "securecare_link"
LETTER_COOKIE = "securecare_letter"
CLAIM_PATH = "/portal/claim"
"""Where an invitation is claimed: the one page for who belongs nowhere yet."""
TYPED_SECONDS = 120
LINK_SECONDS = 1800
MARK_SECONDS = 90 * 86_400

CODES: tuple[tuple[type[DomainError], str], ...] = (
    (sign_in.WrongSignIn, "wrong"),
    (sign_in.WrongCode, "code"),
    (sign_in.AddressUnproven, "unproven"),
    (sign_in.StartAgain, "again"),
    (Paused, "paused"),
    (TooBusy, "busy"),
    (links.LinkGone, "link"),
    (WeakPassword, "weak"),
    (NotAccepted, "form"),
)
"""How each refusal is called in an address: never by a fact about an account."""


def routes() -> list[Route]:
    """All routes of signing in and out."""
    post = ("POST",)
    return [
        public("/auth/login", log_in, post),
        public("/auth/second-factor", give_code, post),
        public("/auth/organization", choose_organization, post),
        public("/auth/logout", log_out, post),
        public("/auth/link", open_link),
        public("/auth/set-password", set_password, post),
    ]


async def log_in(request: Request) -> Response:
    """Check e-mail and password."""
    form = await form_of(request)
    email, device = form.get("email", "")[:320], device_of(request)
    onward = safe_path(form.get("next", ""))

    def check() -> Opened:
        return sign_in.with_password(email, form.get("password", ""), device)

    return await _opened(check, "/sign-in", onward, email)


async def give_code(request: Request) -> Response:
    """Check the code of the second factor."""
    form = await form_of(request)
    cookie, device = request.cookies.get(COOKIE_NAME, ""), device_of(request)

    def check() -> Opened:
        return sign_in.with_code(cookie, form.get("code", "")[:40], device)

    return await _opened(check, "/sign-in/code", safe_path(form.get("next", "")))


async def choose_organization(request: Request) -> Response:
    """Go into one of the person's organizations, at sign-in or later."""
    form = await form_of(request)
    cookie, device = request.cookies.get(COOKIE_NAME, ""), device_of(request)
    chosen = form.get("organization_id", "")

    def choose() -> Opened:
        if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
            raise sign_in.StartAgain
        return sign_in.into_organization(cookie, int(chosen), device)

    return await _opened(choose, "/sign-in/organization", safe_path(form.get("next", "")))


async def log_out(request: Request) -> Response:
    """End the session and forget its cookie."""
    cookie, device = request.cookies.get(COOKIE_NAME, ""), device_of(request)
    await in_thread(lambda: sign_in.out(cookie, device))
    answer = redirect("/sign-in?done=signed-out")
    forget(answer, COOKIE_NAME)
    return answer


async def open_link(request: Request) -> Response:
    """Take a one-time link's token out of the address, where it would be kept and passed on."""
    token = request.query_params.get("token", "")
    answer = redirect("/set-password")
    if 20 <= len(token) <= 100 and token.isascii():
        set_cookie(answer, LINK_COOKIE, token, LINK_SECONDS)
    return answer


async def set_password(request: Request) -> Response:
    """Give the account of a one-time link its password."""
    form = await form_of(request)
    token, device = request.cookies.get(LINK_COOKIE, ""), device_of(request)
    try:
        email = await in_thread(lambda: links.redeem(token, form.get("password", ""), device))
    except DomainError as refusal:
        return refused(refusal, "/set-password", "/")
    answer = redirect("/sign-in?done=password-set")
    forget(answer, LINK_COOKIE)
    remember_typed(answer, {"email": email})
    return answer


async def _opened(
    check: Callable[[], Opened], form_path: str, onward: str, email: str = ""
) -> Response:
    try:
        opened = await in_thread(check)
    except DomainError as refusal:
        starts_over = isinstance(refusal, sign_in.StartAgain | sign_in.AddressUnproven)
        return refused(refusal, "/sign-in" if starts_over else form_path, onward, email)
    answer = redirect(_onward(opened.step, onward))
    set_cookie(answer, COOKIE_NAME, opened.token, None)
    forget(answer, TYPED_COOKIE)
    if opened.step in {Step.DONE, Step.SET_UP_SECOND_FACTOR}:
        set_cookie(answer, MARK_COOKIE, sessions.hash_of(opened.token).hex(), MARK_SECONDS)
    return answer


def _onward(step: Step, onward: str) -> str:
    if step is Step.SECOND_FACTOR:
        return _with_next("/sign-in/code", onward)
    if step is Step.ORGANIZATION:
        return _with_next("/sign-in/organization", onward)
    if step is Step.NOWHERE:
        return CLAIM_PATH if onward == CLAIM_PATH else "/sign-in/nowhere"
    return "/account" if step is Step.SET_UP_SECOND_FACTOR else onward


def _with_next(path: str, onward: str) -> str:
    if onward == "/":
        return path
    return f"{path}{'&' if '?' in path else '?'}next={quote(onward, safe='/')}"


def refused(refusal: DomainError, form_path: str, onward: str, email: str = "") -> Response:
    """Back to the form, with a short code; what was typed travels in a cookie."""
    code = next((code for kind, code in CODES if isinstance(refusal, kind)), "again")
    answer = redirect(_with_next(f"{form_path}?error={code}", onward))
    typed: dict[str, object] = {"email": email}
    if isinstance(refusal, Paused):
        typed["seconds"] = refusal.seconds
    if isinstance(refusal, WeakPassword):
        typed["sentence"] = refusal.message
    remember_typed(answer, typed)
    return answer


def remember_typed(answer: Response, typed: dict[str, object]) -> None:
    """Keep what was typed for the form that comes next, for two minutes."""
    packed = base64.urlsafe_b64encode(json.dumps(typed).encode()).decode()
    set_cookie(answer, TYPED_COOKIE, packed, TYPED_SECONDS)


def redirect(path: str) -> Response:
    """Go on to a path of ours; nothing of the answer is kept."""
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def set_cookie(answer: Response, name: str, value: str, seconds: int | None) -> None:
    """Set a cookie that no script reads and no other site's page sends."""
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=settings().secure_cookies,
        httponly=True,
        samesite="strict",
    )


def forget(answer: Response, name: str) -> None:
    """Take the cookie back."""
    answer.delete_cookie(
        name, path="/", secure=settings().secure_cookies, httponly=True, samesite="strict"
    )
