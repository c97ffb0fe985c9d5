"""A mail server on this machine, with TLS and a sign-in if wanted, and what arrived there."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.ports import free_port

USER, PASSWORD = "care", "p@ss/word"


@dataclass
class MailServer:
    """What arrived, in order; `refusals` are answered to the next recipients instead."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        del server
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        self.signed_in.append(bool(session.authenticated))
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients += envelope.rcpt_tos
        return "250 Taken"


@contextmanager
def running_mail_server(secured_in: Path | None = None) -> Iterator[MailServer]:
    """A server on a free port; with a folder for its certificate it wants STARTTLS and a sign-in."""
    server = MailServer(free_port())
    more: dict[str, Any] = {}
    if secured_in is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate_in(secured_in))

        def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> Any:
            right = LoginPassword(USER.encode(), PASSWORD.encode())
            return AuthResult(success=given == right, handled=given == right)

        more = {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": check,
            "auth_required": True,
        }
    controller = Controller(
        server, hostname="127.0.0.1", port=server.port, ready_timeout=60, **more
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def certificate_in(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, and its key, in one file."""
    file = folder / "mail.pem"
    if file.exists():
        return file
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
