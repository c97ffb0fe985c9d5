"""Signing up, a forgotten password and links by mail, as plain forms beside those of signing in.

Every answer is a redirect that says the same for every address. What is mailed is found out after
the answer has gone, so that not even its time tells whether an address has an account.
"""

import logging
from collections.abc import Callable
from functools import partial

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from securecare.access import sessions, sign_in
from securecare.access.sessions import COOKIE_NAME
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from securecare.portal import addresses, letters, new_password, signing_up
from securecare.portal.models import ADDRESS, SIGN_UP
from securecare.portal.signing_up import Wish
from securecare.web.auth import (
    LETTER_COOKIE,
    LINK_SECONDS,
    MARK_SECONDS,
    forget,
    redirect,
    refused,
    remember_typed,
    set_cookie,
)
from securecare.web.policy import MARK_COOKIE, device_of, form_of, in_thread, public, safe_path

log = logging.getLogger(__name__)

FORM_PATH = "/confirm"
LONGEST = {"given_name": 200, "family_name": 200, "email": 320}


def routes() -> list[Route]:
    """All routes of it."""
    post = ("POST",)
    return [
        public("/auth/sign-up", sign_up, post),
        public("/auth/own-portal", own_portal, post),
        public("/auth/forgotten", forgotten, post),
        public(letters.PATH, open_letter),
        public("/auth/confirm", confirm, post),
    ]


async def sign_up(request: Request) -> Response:
    """Take in who would like an account, and say that a letter is on its way."""
    form, device = await form_of(request), device_of(request)
    onward = safe_path(form.get("next", ""), "")
    typed = {name: form.get(name, "")[:most] for name, most in LONGEST.items()}
    wish = Wish(**typed, onward=onward)
    try:
        wish = await in_thread(partial(signing_up.ask, wish, device))
    except DomainError as refusal:
        return _refused(refusal, "/sign-up", onward, typed)
    named = {"given_name": wish.given_name, "family_name": wish.family_name}
    return _on_its_way("/sign-up", {"email": wish.email, **named}, partial(signing_up.send, wish))


async def own_portal(request: Request) -> Response:
    """Mail a link to a portal of their own to who has signed in and belongs nowhere."""
    cookie, device = request.cookies.get(COOKIE_NAME, ""), device_of(request)

    def ask() -> Wish | None:
        with transaction(SIGN_IN) as session:
            person = sign_in.identified(session, sessions.hash_of(cookie), device.address)
        return signing_up.ask_as(person, device) if person else None

    try:
        wish = await in_thread(ask)
    except DomainError as refusal:
        return refused(refusal, "/sign-in/nowhere", "/")
    if wish is None:
        return redirect("/sign-in")
    return _on_its_way("/sign-up", {"email": wish.email}, partial(signing_up.send, wish))


async def forgotten(request: Request) -> Response:
    """Take in whose password is to be replaced, and say that a letter may be on its way."""
    form, device = await form_of(request), device_of(request)
    typed = form.get("email", "")[: LONGEST["email"]]
    try:
        email = await in_thread(partial(new_password.ask, typed, device))
    except DomainError as refusal:
        return _refused(refusal, "/forgotten", "", {"email": typed})
    return _on_its_way("/forgotten", {"email": email}, partial(new_password.send, email))


async def open_letter(request: Request) -> Response:
    """Take a link's token out of the address, where it would be kept and passed on."""
    token = request.query_params.get("token", "")
    answer = redirect(FORM_PATH)
    if 20 <= len(token) <= 100 and token.isascii():
        set_cookie(answer, LETTER_COOKIE, token, LINK_SECONDS)
    return answer


async def confirm(request: Request) -> Response:
    """Do what a link is for."""
    form, device = await form_of(request), device_of(request)
    token, password = request.cookies.get(LETTER_COOKIE, ""), form.get("password", "")[:400]

    def do() -> Callable[[], Response]:
        with transaction(SIGN_IN) as session:
            purpose = letters.look(session, token).purpose
        if purpose == SIGN_UP:
            return partial(_signed_up, signing_up.finish(token, password, device))
        if purpose == ADDRESS:
            return partial(_done, "address-changed", addresses.confirm(token, device))
        return partial(_done, "password-set", new_password.set_with(token, password, device))

    try:
        answer = (await in_thread(do))()
    except DomainError as refusal:
        return refused(refusal, FORM_PATH, "/")
    forget(answer, LETTER_COOKIE)
    return answer


def _signed_up(finished: signing_up.Finished) -> Response:
    if not finished.token:
        return _done("portal-added", finished.email)
    answer = redirect(safe_path(finished.onward, "/portal/profile"))
    set_cookie(answer, COOKIE_NAME, finished.token, None)
    set_cookie(answer, MARK_COOKIE, sessions.hash_of(finished.token).hex(), MARK_SECONDS)
    return answer


def _done(what: str, email: str) -> Response:
    onward = "&next=/portal/security" if what == "address-changed" else ""
    answer = redirect(f"/sign-in?done={what}{onward}")
    remember_typed(answer, {"email": email})
    return answer


def _on_its_way(path: str, typed: dict[str, object], send: Callable[[], None]) -> Response:
    answer = redirect(f"{path}/sent")
    remember_typed(answer, typed)

    async def later() -> None:
        try:
            await in_thread(send)
        except Exception as fault:  # noqa: BLE001 - the answer has gone; nothing of theirs is logged
            log.error("A letter was not written: %s", type(fault).__name__)

    answer.background = BackgroundTask(later)
    return answer


def _refused(refusal: DomainError, path: str, onward: str, typed: dict[str, str]) -> Response:
    answer = refused(refusal, path, onward or "/", typed.get("email", ""))
    if isinstance(refusal, NotAccepted):
        remember_typed(answer, {**typed, "complaints": refusal.complaints})
    return answer
