"""What was mailed, read from the outbox as the sender would; and patrons to mail to."""

import json
import re
from dataclasses import dataclass
from itertools import count

from sqlalchemy import text

from securecare.access import sessions, sign_in
from securecare.access.actor import Actor
from securecare.access.sessions import Device
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, owner_transaction, transaction
from securecare.notices.models import RECIPIENT, VALUES
from securecare.portal import signing_up
from securecare.portal.signing_up import Wish
from tests.support.community import PASSWORD

_numbers = count(1)


@dataclass(frozen=True)
class Letter:
    """An e-mail that waits in the outbox."""

    template: str
    to: str
    link: str

    @property
    def token(self) -> str:
        found = re.search(r"token=([\w-]+)", self.link)
        return found[1] if found else ""


def letters_to(address: str) -> list[Letter]:
    """What was queued for that address, in order."""
    with owner_transaction() as session:
        rows = session.execute(
            text(
                "SELECT template, public_id, recipient_sealed, values_sealed FROM notice"
                " WHERE channel = 'email' ORDER BY id"
            )
        ).all()
    found = []
    for row in rows:
        to = RECIPIENT.open(row.recipient_sealed, row.public_id)
        values = json.loads(VALUES.open(row.values_sealed, row.public_id))
        found.append(Letter(row.template, to, values.get("link", "")))
    return [letter for letter in found if letter.to == address]


def somewhere() -> Device:
    """A browser in a network of its own: nobody's wishes count against another's."""
    number = next(_numbers)
    return Device(f"198.51.{number // 250}.{number % 250 + 1}", "Firefox/140.0")


def new_address(name: str = "ada") -> str:
    return f"{name}{next(_numbers)}@patron.example"


def asked(email: str, onward: str = "") -> Letter:
    """Sign up as far as the letter; gives the last one that came."""
    signing_up.send(signing_up.ask(Wish("Ada", "Quill", email, onward), somewhere()))
    return letters_to(email)[-1]


def signed_up(email: str = "") -> tuple[str, Actor]:
    """A new patron, in their portal; gives the address and the actor."""
    email = email or new_address()
    finished = signing_up.finish(asked(email).token, PASSWORD, somewhere())
    return email, actor_with(finished.token)


def actor_with(cookie: str) -> Actor:
    with transaction(SIGN_IN) as session:
        actor = sessions.actor_of(
            session, sessions.hash_of(cookie), clock.now(), somewhere().address
        )
    assert actor is not None
    return actor


def signed_in(email: str, password: str = PASSWORD) -> Actor:
    return actor_with(sign_in.with_password(email, password, somewhere()).token)


def owned(statement: str, **values: object):
    with owner_transaction() as session:
        return session.execute(text(statement), values).all()
