"""An organization that writes to its customers, and looking at what became of it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import text

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.customers import customers
from securecare.customers.customers import CustomerForm
from securecare.foundation.db import owner_transaction, transaction
from securecare.notices import consent, outbox
from securecare.notices.channels import Letter
from securecare.notices.outbox import USES, Notice, Use
from securecare.notices.sending import Sender
from tests.support import community

T = TypeVar("T")
_numbers = count(1)


@dataclass
class Office:
    """An organization, its administrator, and one customer with a number of their own."""

    name: str = "Alder"
    id: int = field(init=False)
    administrator: Actor = field(init=False)
    customer: int = field(init=False)
    phone: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = community.organization(self.name)
        community.facility(self.id)  # in Chicago
        account = community.person(self.id, role=Role.ADMINISTRATOR).id
        self.administrator = self.somebody(Role.ADMINISTRATOR, account)
        self.phone = f"+1212555{next(_numbers):04}"
        self.customer = self.add_customer(self.phone)

    def somebody(self, role: Role, account: int | None = None) -> Actor:
        account = account or self.administrator.account_id
        return Actor(account, self.id, 0, "Somebody", (Grant(role),))

    def add_customer(self, phone: str) -> int:
        name = f"Ray {uuid.uuid4().hex[:8]}"
        form = CustomerForm("Cleo", name, None, phone, "cleo@example.org")
        return self.do(customers.register, form, another_person=True).id

    def do(self, verb: Callable[..., T], *given: Any, by: Actor | None = None, **more: Any) -> T:
        """What the administrator (or `by`) does, in a transaction of its own."""
        actor = by or self.administrator
        with transaction(actor.scope) as session:
            return verb(session, actor, *given, **more)

    def agree(self, *uses: Use, given: bool = True, **more: Any) -> None:
        for use in uses or USES:
            self.do(consent.record, self.customer, use, given, **more)

    def text(self, key: str = "", use: Use | None = "message_alerts", **more: Any) -> int:
        """Queue a text to the customer; gives its id."""
        values = {"organization": self.name, "link": "https://care.example.org/m"}
        return self.queue(
            Notice(
                self.id,
                "sms",
                more.pop("to", self.phone),
                "message_waiting",
                values,
                key or f"message:{next(_numbers)}",
                use,
                self.customer,
                **more,
            )
        )

    def letter(self, to: str = "cleo@example.org", key: str = "", **more: Any) -> int:
        """Queue an e-mail that needs no consent; gives its id."""
        values = {"link": "https://care.example.org/p", "until": "tomorrow"}
        key = key or f"password:{next(_numbers)}"
        return self.queue(Notice(self.id, "email", to, "new_password", values, key, **more))

    def queue(self, notice: Notice) -> int:
        with transaction(self.administrator.scope) as session:
            return outbox.queue(session, notice)

    def row(self, notice_id: int) -> Any:
        return sql("SELECT * FROM notice WHERE id = :id", id=notice_id)[0]

    def state(self, notice_id: int) -> tuple[str, str]:
        row = self.row(notice_id)
        return row.state, row.last_error

    def key(self, notice_id: int) -> str:
        row = self.row(notice_id)
        return f"{self.id}/{row.business_key}" + (f"/{row.round}" if row.round > 1 else "")


@dataclass
class Memory:
    """A channel that takes everything at once and remembers it."""

    letters: list[Letter] = field(default_factory=list)
    before: Callable[[Letter], None] | None = None

    def send(self, letter: Letter) -> str:
        if self.before is not None:
            self.before(letter)
        self.letters.append(letter)
        return f"memory-{len(self.letters)}"

    def close(self) -> None: ...

    @property
    def keys(self) -> list[str]:
        return [letter.key for letter in self.letters]


def drain(channel: str, post: Any, **more: Any) -> int:
    """Send everything that is due over this channel, by one sender."""
    return Sender(channel, post, **more).drain()


def sql(statement: str, **given: Any) -> list[Any]:
    """Ask as the owner of the tables."""
    with owner_transaction() as session:
        result = session.connection().execute(text(statement), given)
        return list(result) if result.returns_rows else []


def made_due(at: datetime) -> None:
    """Let everything that waits be due at that moment."""
    sql("UPDATE notice SET due_at = :at WHERE state IN ('queued', 'leased')", at=at)
