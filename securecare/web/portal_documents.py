"""A patron's own documents over plain HTTP: what staff marked public to them, or sent to them."""

from collections.abc import Callable, Collection
from functools import partial

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import own
from securecare.customers.own import Own
from securecare.documents import reading
from securecare.documents.reading import Look, Readable
from securecare.foundation.db import transaction
from securecare.foundation.errors import DomainError
from securecare.messages import portal as messages
from securecare.web.documents import CLOSED, SHOWN, answer, refused
from securecare.web.policy import in_thread, needs


def routes() -> list[Route]:
    """Fetching one's own document, and looking at it within a page."""
    return [
        needs("/portal/documents/file", download, Permission.OWN_PORTAL),
        needs("/portal/documents/preview", preview, Permission.OWN_PORTAL),
        needs("/portal/messages/file", attachment, Permission.OWN_PORTAL),
    ]


async def download(request: Request, actor: Actor) -> Response:
    """The file, to be saved and not to be shown."""
    return await _answer(request, actor, reading.open_of_patron, "downloaded", CLOSED)


async def preview(request: Request, actor: Actor) -> Response:
    """A PDF or picture, to be shown in a frame or as an image of our own pages."""
    return await _answer(request, actor, reading.open_of_patron, "previewed", SHOWN)


async def attachment(request: Request, actor: Actor) -> Response:
    """What went with a message to the person, to be saved and not to be shown."""
    return await _answer(request, actor, messages.open_attachment_of_patron, "downloaded", CLOSED)


async def _answer(
    request: Request,
    actor: Actor,
    opening: Callable[[Session, Actor, Collection[int], int, Look], Readable],
    look: Look,
    headers: dict[str, str],
) -> Response:
    try:
        known = await in_thread(partial(_within, request, actor))
    except DomainError as refusal:
        return refused(refusal)
    version_id = _number(request, "version")

    def readable(session: Session) -> Readable:
        return opening(session, known.actor(actor), known.customer_ids, version_id, look)

    return await answer(readable, known.actor(actor), headers)


def _within(request: Request, actor: Actor) -> Own:
    """The person's own records where the document is said to be; `NotFound` for all else."""
    with transaction(actor.scope) as session:
        try:
            return own.within(session, actor, _number(request, "organization"))
        except NotFound:
            raise NotFound("This document") from None


def _number(request: Request, name: str) -> int:
    written = request.query_params.get(name, "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else 0
