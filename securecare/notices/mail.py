"""E-mail over SMTP."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from securecare.foundation import clock
from securecare.notices.channels import Letter, Postponed, Refused, Unreachable
from securecare.settings import MailServer

TIMEOUT_SECONDS = 10
_NOT_ALLOWED_IN = {530, 534, 535, 538}


class Mail:
    """A connection to the mail server, opened for the first letter and kept for the next ones."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._open: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> str:
        """Hand over the letter; its message id is made from its key, so a second copy has the same."""
        message = written(letter, self.server.sender)
        try:
            self._connection().send_message(message, to_addrs=[letter.to])
        except smtplib.SMTPRecipientsRefused as refused:
            self._start_over()
            code = min(code for code, _ in refused.recipients.values())
            raise _judged(code) from None
        except smtplib.SMTPNotSupportedError:
            self._start_over()
            raise Refused("smtp_address") from None
        except smtplib.SMTPAuthenticationError:
            self.close()
            raise Unreachable("smtp_sign_in") from None
        except smtplib.SMTPResponseException as answer:
            self.close()
            raise _judged(answer.smtp_code) from None
        except (smtplib.SMTPException, OSError) as fault:
            self.close()
            raise Unreachable(_named(fault)) from None
        return message["Message-ID"]

    def close(self) -> None:
        """Take leave of the server."""
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
            self._open = None

    def _connection(self) -> smtplib.SMTP:
        if self._open is None:
            self._open = self._connected()
        return self._open

    def _connected(self) -> smtplib.SMTP:
        told = self.server
        if told.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                told.host, told.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(told.host, told.port, timeout=TIMEOUT_SECONDS)
        try:
            if told.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if told.user:
                connection.login(told.user, told.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _start_over(self) -> None:
        """The next letter begins with a clean slate on the same connection."""
        try:
            self._connection().rset()
        except (smtplib.SMTPException, OSError):
            self.close()


def written(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it goes over the wire."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.words.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.digest}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.words.body)
    return message


def _judged(code: int) -> Refused | Postponed | Unreachable:
    if code == 421:
        return Unreachable("smtp_421")
    if code in _NOT_ALLOWED_IN:
        return Unreachable("smtp_sign_in")
    return Refused(f"smtp_{code}") if code >= 500 else Postponed(f"smtp_{code}")


def _named(fault: Exception) -> str:
    if isinstance(fault, TimeoutError):
        return "smtp_timeout"
    return "smtp_tls" if isinstance(fault, ssl.SSLError) else "smtp_unreachable"
