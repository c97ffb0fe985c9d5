"""A text service on this machine that speaks as much of Twilio's API as the product uses."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

ACCOUNT, TOKEN, SENDER = "AC0123", "token-of-the-tests", "+12125550100"


@dataclass
class SmsService:
    """What was handed over. The same key again is the same text, and is not sent twice."""

    port: int = 0
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """Forms by key, in order."""
    calls: list[str] = field(default_factory=list)
    """The key of every call, the repeated ones too."""
    answers: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    """Answers to give to the next calls instead of taking the text."""
    before: Callable[[str], None] | None = None
    """Called with the key before a text is taken."""
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://{ACCOUNT}:{TOKEN}@127.0.0.1:{self.port}"

    def take(self, key: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        if self.before is not None:
            self.before(key)
        with self.turn:
            self.calls.append(key)
            if self.answers:
                return self.answers.pop(0)
            self.texts.setdefault(key, form)
            number = list(self.texts).index(key) + 1
        return 201, {"sid": sid(number), "status": "queued"}

    def bodies(self) -> list[str]:
        return [form["Body"] for form in self.texts.values()]


def sid(number: int) -> str:
    """How the service calls the text of that number."""
    return f"SM{number:032x}"


@contextmanager
def running_sms_service() -> Iterator[SmsService]:
    """A service of its own on a free port."""
    service = SmsService()
    expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
                self._answer(404, {})
            elif self.headers["Authorization"] != expected:
                self._answer(401, {"code": 20003})
            else:
                key = self.headers["Idempotency-Key"]
                self._answer(*service.take(key, dict(parse_qsl(body, strict_parsing=True))))

        def _answer(self, status: int, told: dict[str, object]) -> None:
            answer = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
