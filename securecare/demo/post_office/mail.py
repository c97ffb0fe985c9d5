"""The mail server: takes whatever it is given, and sends nothing on."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from securecare.demo.post_office.box import Box


class _Taker:
    def __init__(self, box: Box) -> None:
        self._box = box

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 No content"
        letter = message_from_bytes(content, policy=policy.default)
        if not isinstance(letter, EmailMessage):
            return "554 No message"
        for recipient in envelope.rcpt_tos:
            key = f"{letter['Message-ID']} {recipient}"
            self._box.put("email", recipient, str(letter["Subject"] or ""), _text(letter), key)
        return "250 Taken"


def _text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    return part.get_content().strip() if part is not None else ""


def mail_server(box: Box, port: int) -> Controller:
    """The server, not yet started; it listens on this machine only."""
    return Controller(_Taker(box), hostname="127.0.0.1", port=port)
