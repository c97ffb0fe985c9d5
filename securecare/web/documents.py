"""Files in and out of the vault over plain HTTP.

A file is sent as the body of a POST, just its bytes. What it is for stands in the header `X-Upload`,
as JSON with percent signs (`encodeURIComponent`): never in the address, which ends up in logs.

    {"customer": 12, "kind": 3, "title": "...", "public": false, "name": "scan.pdf", "key": "<uuid>"}
    {"document": 7, "version": 2, "name": "scan.pdf", "key": "<uuid>"}       for a new version

The answer is JSON: `{"document": 7}`, or `{"message": "...", "field": "title"}` with a status of 4xx
or 5xx; the message is a sentence for the person.
"""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, unquote

from sqlmodel import Session
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Permission
from securecare.documents import documents, media, reading, stores
from securecare.documents.documents import DocumentForm, Upload
from securecare.documents.errors import (
    FileAltered,
    FileMissing,
    NotThisKind,
    TookTooLong,
    TooLarge,
    TooManyAtOnce,
    Unsafe,
    VaultOutOfReach,
)
from securecare.documents.reading import Look, Readable
from securecare.documents.receiving import MOST_BYTES, Place, Received, Receiving
from securecare.foundation.db import transaction
from securecare.foundation.errors import DomainError
from securecare.web.policy import in_thread, needs

LONGEST_SECONDS = 900
"""A slow connection has so long for a file."""
SILENCE_SECONDS = 60
MOST_AT_ONCE = 4
"""So many files of one person may be on their way; our pages send one after the other."""
STATUSES: dict[type[DomainError], int] = {
    NotAllowed: 403,
    TooLarge: 413,
    NotThisKind: 415,
    Unsafe: 415,
    NotFound: 404,
    TookTooLong: 408,
    TooManyAtOnce: 429,
    FileMissing: 500,
    FileAltered: 500,
    VaultOutOfReach: 503,
}
CLOSED = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What comes from the vault runs nothing, loads nothing and is kept nowhere."""
SHOWN = CLOSED | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:;"
    " frame-ancestors 'self'; sandbox",
    "X-Frame-Options": "SAMEORIGIN",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the header of an upload says; for a new version only `document` and `version` count."""

    name: str
    key: uuid.UUID
    form: DocumentForm
    customer: int = 0
    document: int = 0
    version: int = 0


class Unreadable(DomainError):
    """The request is not one that our pages send."""

    def __init__(self) -> None:
        super().__init__("The upload could not be read. Reload the page and try again.")


def routes() -> list[Route]:
    """Sending a file, fetching one, and looking at one within a page."""
    return [
        needs("/documents/upload", upload, Permission.EDIT_DOCUMENTS, methods=("POST",)),
        needs("/documents/file", download, Permission.VIEW_DOCUMENTS),
        needs("/documents/preview", preview, Permission.VIEW_DOCUMENTS),
    ]


async def upload(request: Request, actor: Actor) -> Response:
    """Take in a file: may they, then the bytes, then the row."""
    try:
        asked = asked_for(request.headers.get("x-upload", ""))
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > MOST_BYTES:
            raise TooLarge(MOST_BYTES)
        with _one_of_few(actor):
            place = await in_thread(partial(_in_transaction, actor, partial(_place, asked, actor)))
            received = await _received(request, place, asked.name)
        document_id = await in_thread(partial(_noted, actor, asked, received))
    except ClientDisconnect:
        return PlainTextResponse("", status_code=400)
    except DomainError as refusal:
        return refused(refusal)
    return JSONResponse({"document": document_id})


async def download(request: Request, actor: Actor) -> Response:
    """The file of a version, to be saved and not to be shown."""
    return await answer(partial(_readable, request, actor, "downloaded"), actor, CLOSED)


async def preview(request: Request, actor: Actor) -> Response:
    """A PDF or picture, to be shown in a frame or as an image of our own pages."""
    return await answer(partial(_readable, request, actor, "previewed"), actor, SHOWN)


async def answer(
    asked: Callable[[Session], Readable], actor: Actor, headers: dict[str, str]
) -> Response:
    """The file that a domain verb opens, streamed; the portal's routes answer with it too."""
    try:
        readable = await in_thread(partial(_in_transaction, actor, asked))
        if headers is SHOWN and readable.media_type not in media.PREVIEWED:
            raise NotThisKind("a file that no browser can show")
        opened = await in_thread(readable.opened)
        chunks = opened.chunks()
        first = await in_thread(partial(next, chunks, b""))
    except DomainError as refusal:
        return refused(refusal)

    async def content() -> AsyncIterator[bytes]:
        try:
            block = first
            while block:
                yield block
                block = await in_thread(partial(next, chunks, b""))
        finally:
            opened.close()

    disposition = "inline" if headers is SHOWN else "attachment"
    told = headers | {
        "Content-Disposition": f"{disposition}; {_named(readable.file_name)}",
        "Content-Length": str(readable.size_bytes),
    }
    return StreamingResponse(content(), media_type=readable.media_type, headers=told)


def asked_for(header: str) -> Asked:
    """What the header of an upload says, or `Unreadable`."""
    try:
        told = json.loads(unquote(header, errors="strict"))
        form = DocumentForm(
            _text(told.get("title", "")),
            _id(told.get("kind", 0)),
            told.get("public", False) is True,
        )
        customer, document, version = (
            _id(told.get(name, 0)) for name in ("customer", "document", "version")
        )
        key = uuid.UUID(_text(told["key"]))
        return Asked(_text(told["name"]), key, form, customer, document, version)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable from None


def refused(refusal: DomainError) -> JSONResponse:
    """A refusal as the page's script reads it."""
    status = next((s for kind, s in STATUSES.items() if isinstance(refusal, kind)), 422)
    told = {"message": refusal.message, "field": refusal.field or ""}
    return JSONResponse(told, status_code=status, headers={"Cache-Control": "no-store"})


_under_way: Counter[int] = Counter()


@contextmanager
def _one_of_few(actor: Actor) -> Iterator[None]:
    """A place for one upload, or `TooManyAtOnce`: slow ones would fill the disk with beginnings."""
    if _under_way[actor.account_id] >= MOST_AT_ONCE:
        raise TooManyAtOnce
    _under_way[actor.account_id] += 1
    try:
        yield
    finally:
        _under_way[actor.account_id] -= 1
        if not _under_way[actor.account_id]:
            del _under_way[actor.account_id]


async def _received(request: Request, place: Place, name: str) -> Received:
    """The body, taken in while it comes; what is refused on the way leaves nothing behind."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + LONGEST_SECONDS
    receiving = await in_thread(lambda: Receiving(place, name))
    try:
        async with asyncio.timeout(SILENCE_SECONDS) as patience:
            async for block in request.stream():
                await in_thread(partial(receiving.feed, block))
                patience.reschedule(min(ends, loop.time() + SILENCE_SECONDS))
        return await in_thread(receiving.finish)
    except TimeoutError:
        receiving.abandon()
        raise TookTooLong from None
    except BaseException:
        receiving.abandon()
        raise


def _noted(actor: Actor, asked: Asked, received: Received) -> int:
    """Note the file in a transaction of its own; one that is refused takes its file along."""
    try:
        return _in_transaction(actor, lambda session: _note(session, actor, asked, received))
    except DomainError:
        with suppress(DomainError):  # else the sweep removes it
            stores.store().remove(received.storage_key)
        raise


def _note(session: Session, actor: Actor, asked: Asked, received: Received) -> int:
    if asked.document:
        documents.replace(session, actor, asked.document, asked.version, received, asked.key)
        return asked.document
    wish = Upload(asked.customer, asked.form, received, asked.key)
    return documents.store(session, actor, wish)


def _place(asked: Asked, actor: Actor, session: Session) -> Place:
    if asked.document:
        return documents.place_of(session, actor, asked.document)
    return documents.place_for(session, actor, asked.customer)


def _readable(request: Request, actor: Actor, look: Look, session: Session) -> Readable:
    written = request.query_params.get("version", "")
    known = written.isascii() and written.isdecimal() and len(written) < 19
    return reading.open_version(session, actor, int(written) if known else 0, look)


def _in_transaction(actor: Actor, verb: Callable[[Session], Any]) -> Any:
    with transaction(actor.scope) as session:
        return verb(session)


def _named(file_name: str) -> str:
    """The name as RFC 6266 wants it: plain for old browsers, and in full."""
    plain = "".join(each if each.isascii() and each not in '"\\' else "_" for each in file_name)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _id(told: Any) -> int:
    if isinstance(told, bool) or not isinstance(told, int) or not 0 <= told < 2**63:
        raise ValueError
    return told


def _text(told: Any) -> str:
    if not isinstance(told, str) or len(told) > 500 or "\x00" in told:
        raise ValueError
    return told
