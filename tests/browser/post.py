"""A product whose job process sends real letters and texts, to servers that show what arrived."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from securecare.running.processes import Child, stop_all
from tests.support.mail_server import MailServer, running_mail_server
from tests.support.product import Product, running_product
from tests.support.settling import settle
from tests.support.sms_service import SENDER, SmsService, running_sms_service
from tests.support.waiting import wait_until

GRAVE = {"serious", "critical"}
PATIENCE_SECONDS = 40
"""The job process looks every three seconds, on a machine that may be busy."""


@dataclass(frozen=True)
class Post:
    """The product, and where its letters and texts end."""

    product: Product
    mail: MailServer
    texts: SmsService

    def letters_to(self, address: str) -> list[EmailMessage]:
        """What has arrived there, in order."""
        pairs = zip(self.mail.letters, self.mail.recipients, strict=True)
        return [letter for letter, to in pairs if to == address]

    def letter_to(self, address: str, about: str) -> EmailMessage:
        """Wait for the latest letter to that address with these words in its subject."""

        def fitting() -> list[EmailMessage]:
            return [each for each in self.letters_to(address) if about in each["Subject"]]

        wait_until(fitting, f"a letter about {about!r} arrives", PATIENCE_SECONDS)
        return fitting()[-1]

    def texts_to(self, phone: str) -> list[str]:
        """What was texted to that number."""
        return [form["Body"] for form in self.texts.texts.values() if form["To"] == phone]

    def waits_for(self, fact: Callable[[], object], what: str) -> None:
        """Wait as long as the job process may take."""
        wait_until(fact, what, PATIENCE_SECONDS)


@contextmanager
def running_post(database_url: str) -> Iterator[Post]:
    """The web process, the job process, a mail server and a text service, together."""
    with (
        running_mail_server() as mail,
        running_sms_service() as texts,
        running_product(
            database_url,
            SECURECARE_MAIL_URL=f"smtp://127.0.0.1:{mail.port}",
            SECURECARE_MAIL_FROM="SecureCare <care@example.org>",
            SECURECARE_SMS_URL=texts.url,
            SECURECARE_SMS_FROM=SENDER,
            SECURECARE_QUIET_HOURS="03:00-03:00",  # none: whenever the tests run, it is day
        ) as product,
    ):
        told = dict(product.child.environment)
        jobs = Child("jobs", [sys.executable, "-m", "securecare", "worker"], told)
        jobs.start()
        try:
            yield Post(product, mail, texts)
        finally:
            stop_all([jobs])


def link_in(letter: EmailMessage) -> str:
    """The one link of a letter."""
    (found,) = re.findall(r"https?://\S+", letter.get_content())
    return found


def looked_at(page: Page) -> None:
    """The page fits a phone, and axe finds nothing serious on it."""
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    told = [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
    assert not told, "\n".join(told)
