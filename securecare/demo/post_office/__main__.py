"""The post office as a process: its mail server, and over HTTP the text service and the page."""

import base64
import hmac
import json
import os
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import httpx

from securecare.demo.post_office import page
from securecare.demo.post_office.box import Box
from securecare.demo.post_office.mail import mail_server
from securecare.demo.post_office.texts import ACCOUNT, TOKEN_VARIABLE, TextOffice
from securecare.foundation.parent import end_with_parent

MOST_BYTES = 16_384


class _Clerk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Counter"  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        letters = self.server.office.box.newest_first()
        if not self._is_for_us():
            self._say(HTTPStatus.FORBIDDEN, "Open this page on this machine.")
        elif self.path == "/":
            self._say(HTTPStatus.OK, page.written(letters), "text/html")
        elif self.path == "/mark":
            self._say(HTTPStatus.OK, page.mark(letters))
        else:
            self._say(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def do_POST(self) -> None:
        form = self._form()
        if not self._is_for_us():
            self._say(HTTPStatus.FORBIDDEN, "Open this page on this machine.")
        elif self.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            self._take(form)
        elif self.path == "/answer":
            self._pass_on(form)
        else:
            self._say(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def _take(self, form: dict[str, str]) -> None:
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), self.server.expected):
            self._say(HTTPStatus.UNAUTHORIZED, json.dumps({"code": 20003}), "application/json")
        elif not {"To", "Body"} <= set(form):
            self._say(HTTPStatus.BAD_REQUEST, json.dumps({"code": 21604}), "application/json")
        else:
            sid = self.server.office.take(self.headers.get("Idempotency-Key", ""), form)
            told = json.dumps({"sid": sid, "status": "queued"})
            self._say(HTTPStatus.CREATED, told, "application/json")

    def _pass_on(self, form: dict[str, str]) -> None:
        origin = self.headers.get("Origin", "")
        if origin.removeprefix("http://") != self.headers.get("Host"):
            self._say(HTTPStatus.FORBIDDEN, "This came from another site.")
            return
        phone, words = form.get("phone", ""), form.get("words", "")[:160]
        try:
            answer = self.server.office.answer(phone, words)
            notice = f"{phone} texted “{words}”."
            notice += f" The answer: {answer}" if answer else ""
        except httpx.HTTPError:
            notice = "The text did not get through: the product is not running."
        told = page.written(self.server.office.box.newest_first(), notice)
        self._say(HTTPStatus.OK, told, "text/html")

    def _form(self) -> dict[str, str]:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdecimal() else MOST_BYTES + 1
        if size > MOST_BYTES:
            self.close_connection = True
            return {}
        return dict(parse_qsl(self.rfile.read(size).decode("utf-8", "replace")))

    def _is_for_us(self) -> bool:
        """Another site's page may name this machine by a name of its own; it reads nothing."""
        return self.headers.get("Host") in self.server.names

    def _say(self, status: HTTPStatus, words: str, kind: str = "text/plain") -> None:
        body = words.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        del format, args


class Counter(ThreadingHTTPServer):
    """The HTTP server, not yet running; it listens on this machine only."""

    daemon_threads = True

    def __init__(self, office: TextOffice, port: int) -> None:
        self.office = office
        credentials = f"{ACCOUNT}:{office.token}".encode()
        self.expected = b"Basic " + base64.b64encode(credentials)
        self.names = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        super().__init__(("127.0.0.1", port), _Clerk)


def main() -> None:
    """Serve until told to stop: HTTP port, mail port, and where the product answers."""
    end_with_parent()
    web_port, mail_port, product = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    box = Box()
    mail = mail_server(box, mail_port)
    mail.start()
    try:
        Counter(TextOffice(box, os.environ[TOKEN_VARIABLE], product), web_port).serve_forever()
    finally:
        mail.stop()


if __name__ == "__main__":
    main()
