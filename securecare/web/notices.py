"""What a text service calls us with: what became of a text, and what people text back.

Anybody may call; only what is signed with our own token counts. Nothing tells a stranger why not.
"""

from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from securecare.foundation.db import SYSTEM, transaction
from securecare.notices import reports, texts
from securecare.notices.outbox import E164
from securecare.notices.reports import ANSWERS, Report
from securecare.settings import settings
from securecare.web.policy import form_of, in_thread, public

SIGNATURE = "x-twilio-signature"
_EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def routes() -> list[Route]:
    """Both routes; they are public because the signature is their policy."""
    post = ("POST",)
    return [
        public(texts.STATUS_PATH, note_status, post),
        public(texts.INBOUND_PATH, heed_text, post),
    ]


async def note_status(request: Request) -> Response:
    """Note what became of a text."""
    form = await signed_form(request)
    if form is None:
        return _refused()
    report = Report(
        request.query_params.get("notice", ""),
        form.get("MessageSid", ""),
        form.get("MessageStatus", ""),
        form.get("ErrorCode", ""),
    )

    def note() -> None:
        with transaction(SYSTEM) as session:
            reports.note_report(session, report)

    if report.provider_id:
        await in_thread(note)
    return Response(status_code=204)


async def heed_text(request: Request) -> Response:
    """Do what a text asks for, and answer it, unless the service says it has done so itself."""
    form = await signed_form(request)
    if form is None:
        return _refused()
    phone, provider_id = form.get("From", "").strip(), form.get("MessageSid", "")[:100]
    keyword = reports.keyword_of(form.get("Body", "")[:1600])
    if not E164.fullmatch(phone) or not provider_id:
        return _twiml("")

    def heed() -> None:
        with transaction(SYSTEM) as session:
            reports.heed(session, phone, keyword, provider_id)

    await in_thread(heed)
    return _twiml("" if form.get("OptOutType") else ANSWERS[keyword])


async def signed_form(request: Request) -> dict[str, str] | None:
    """The fields of the request if it is signed with our token for the address it came to."""
    service = settings().texts
    given = request.headers.get(SIGNATURE, "")
    if service is None or not given:
        return None
    query = request.url.query
    url = f"{settings().public_url}{request.url.path}{'?' if query else ''}{query}"
    form = await form_of(request)
    return form if texts.is_signed(service.token, url, form, given) else None


def _twiml(answer: str) -> Response:
    words = _EMPTY
    if answer:
        message = f"<Message>{escape(answer)}</Message>"
        words = _EMPTY.replace("</Response>", f"{message}</Response>")
    return Response(words, media_type="text/xml")


def _refused() -> Response:
    return PlainTextResponse("This request is not signed.", status_code=403)
