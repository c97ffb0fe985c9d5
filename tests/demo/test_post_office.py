"""The demo's post office: a real mail server and text service, which keep everything to themselves."""

import threading
from collections.abc import Iterator

import httpx
import pytest

from securecare.demo.post_office import page
from securecare.demo.post_office.__main__ import Counter
from securecare.demo.post_office.box import KEPT, Box
from securecare.demo.post_office.mail import mail_server
from securecare.demo.post_office.texts import ACCOUNT, TextOffice
from securecare.notices.channels import Letter
from securecare.notices.mail import Mail
from securecare.notices.templates import Words
from securecare.notices.texts import Texts, is_signed
from securecare.settings import MailServer, TextService
from tests.support.ports import free_port
from tests.support.waiting import wait_until

TOKEN = "only-here"


@pytest.fixture
def heard() -> list[tuple[str, bool]]:
    """What the product was told, and whether it was signed."""
    return []


@pytest.fixture
def product(heard: list[tuple[str, bool]]) -> Iterator[str]:
    """Something that listens where the product would."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from urllib.parse import parse_qsl

    port = free_port()
    url = f"http://127.0.0.1:{port}"

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            given = self.headers["X-Twilio-Signature"]
            right = is_signed(TOKEN, url + self.path, form, given)
            heard.append((form.get("MessageStatus") or form["Body"], right))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<Response><Message>Noted.</Message></Response>")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield url
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def office(product: str) -> Iterator[tuple[TextOffice, str]]:
    """A post office that runs, and where."""
    office = TextOffice(Box(), TOKEN, product)
    port = free_port()
    server = Counter(office, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield office, f"http://127.0.0.1:{port}"
    server.shutdown()
    server.server_close()
    thread.join()


def letter(to: str, body: str, key: str = "k1") -> Letter:
    return Letter(key=key, to=to, words=Words("A subject", body), reference="r1")


def test_an_e_mail_of_the_product_is_taken_once_and_shown():
    box, port = Box(), free_port()
    server = mail_server(box, port)
    server.start()
    try:
        client = Mail(MailServer("127.0.0.1", port, "", "", "", "Care <care@harbor.example>"))
        for _ in range(2):
            client.send(letter("ada@example.org", "Open http://127.0.0.1/x?a=1&b=2 <b>now</b>"))
        client.close()
    finally:
        server.stop()
    (taken,) = box.newest_first()
    assert (taken.recipient, taken.subject) == ("ada@example.org", "A subject")
    shown = page.written([taken])
    assert '<a href="http://127.0.0.1/x?a=1&amp;b=2"' in shown
    assert "&lt;b&gt;now&lt;/b&gt;" in shown
    assert "<b>now" not in shown


def test_a_text_is_taken_once_reported_with_a_signature_and_can_be_answered(
    office: tuple[TextOffice, str], heard: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
):
    desk, url = office
    monkeypatch.setattr(
        "securecare.notices.texts.status_url", lambda reference: f"{desk.product}/hooks/{reference}"
    )
    client = Texts(TextService(url, ACCOUNT, TOKEN, "+12025550100"))
    ids = {client.send(letter("+12125550123", "Something waits.")) for _ in range(2)}
    client.close()
    assert len(ids) == 1
    wait_until(lambda: len(heard) == 2, "both steps should be reported")
    assert heard == [("sent", True), ("delivered", True)]
    (taken,) = desk.box.newest_first()
    assert taken.status == "delivered"
    answer = httpx.post(
        f"{url}/answer", data={"phone": taken.recipient, "words": "STOP"}, headers={"Origin": url}
    )
    assert heard[-1] == ("STOP", True)
    assert "Noted." in answer.text


def test_it_takes_nothing_from_a_stranger_and_shows_itself_to_this_machine_alone(
    office: tuple[TextOffice, str], heard: list[tuple[str, bool]]
):
    desk, url = office
    form = {"To": "+12125550123", "Body": "x"}
    path = f"{url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert httpx.post(path, data=form).status_code == 401
    assert httpx.post(path, data=form, auth=(ACCOUNT, "guess")).status_code == 401
    elsewhere = {"Host": "evil.example"}
    assert httpx.get(url, headers=elsewhere).status_code == 403
    foreign = {"Origin": "https://evil.example"}
    told = httpx.post(f"{url}/answer", data={"phone": "1", "words": "STOP"}, headers=foreign)
    assert told.status_code == 403
    too_long = httpx.post(path, data={"Body": "x" * 20_000}, auth=(ACCOUNT, TOKEN))
    assert too_long.status_code == 400
    assert desk.box.newest_first() == []
    assert heard == []


def test_it_keeps_no_more_than_it_says():
    box = Box()
    for number in range(KEPT + 5):
        box.put("email", "ada@example.org", "", str(number), str(number))
    kept = box.newest_first()
    assert len(kept) == KEPT
    assert kept[0].body == str(KEPT + 4)
