"""A cabinet with people who write to its customers: staff, and Alice with an account of her own."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.foundation.db import transaction
from securecare.messages import portal, reading, writing
from securecare.messages.reading import Conversation, ThreadListed
from securecare.messages.writing import Beginning, Settings, Words
from securecare.notices import consent
from tests.documents import cabinet
from tests.documents.cabinet import Cabinet
from tests.support import community

PHONE, EMAIL = "+12125550123", "alice.archer@example.org"


@dataclass
class Desk:
    """Who writes to whom. `worker` and `colleague` are case workers; `patron` is Alice herself."""

    cabinet: Cabinet = field(default_factory=cabinet.build)
    worker: Actor = field(init=False)
    colleague: Actor = field(init=False)
    patron: Actor = field(init=False)
    stranger: Actor = field(init=False)
    alice: int = field(init=False)
    charlie: int = field(init=False)

    def __post_init__(self) -> None:
        of = self.cabinet.organization_id
        self.worker = self.member("Wilma Ross", Role.CASE_WORKER)
        self.colleague = self.member("Colin Berg", Role.CASE_WORKER)
        alice = community.person(name="Alice Archer").id
        self.patron = Actor(alice, of, 0, "Alice Archer", (Grant(Role.PATRON),))
        self.stranger = self.cabinet.stranger
        self.alice, self.charlie = self.cabinet.alice, self.cabinet.charlie
        self.sql(
            "UPDATE customer SET phone = :phone, email = :email WHERE id = :id",
            phone=PHONE,
            email=EMAIL,
            id=self.alice,
        )

    def member(self, name: str, role: Role, **where: int) -> Actor:
        """Somebody with an account who belongs here and holds the role."""
        of = self.cabinet.organization_id
        someone = community.person(of, name=name, role=None if where else role)
        for column, place in where.items():
            self.sql(
                f"INSERT INTO role_grant (organization_id, account_id, role, {column})"
                " VALUES (:of, :id, :role, :place)",
                of=of,
                id=someone.id,
                role=role.value,
                place=place,
            )
        return Actor(someone.id, of, 0, name, (Grant(role, **where),))

    @property
    def sql(self) -> Callable[..., Any]:
        return self.cabinet.sql

    def do(
        self, verb: Callable[..., Any], *given: Any, by: Actor | None = None, **more: Any
    ) -> Any:
        actor = by or self.worker
        with transaction(actor.scope) as session:
            return verb(session, actor, *given, **more)

    def start(self, subject: str = "Your next visit", **more: Any) -> int:
        """A thread with Alice, or with `customer`."""
        settings = Settings(
            frozenset(more.get("recipients", ())), more.get("allowed", True), more.get("until")
        )
        words = Words(
            more.get("body", "Please bring your card."),
            more.get("key") or uuid.uuid4(),
            frozenset(more.get("documents", ())),
        )
        beginning = Beginning(subject, words, settings)
        customer = more.get("customer", self.alice)
        return self.do(writing.start, customer, beginning, by=more.get("by"))

    def send(self, thread: int, body: str = "And your papers.", **more: Any) -> int:
        words = Words(body, more.get("key") or uuid.uuid4(), frozenset(more.get("documents", ())))
        return self.do(writing.send, thread, words, by=more.get("by"))

    def reply(self, thread: int, body: str = "I will.", **more: Any) -> int:
        """What Alice answers, or whoever has the records `own`."""
        own = more.get("own", {self.alice})
        key = more.get("key") or uuid.uuid4()
        return self.do(portal.reply, own, thread, body, key, by=more.get("by", self.patron))

    def read(self, thread: int, up_to: int = 2**62) -> bool:
        """Alice reads it."""
        return self.do(portal.mark_read, {self.alice}, thread, up_to, by=self.patron)

    def seen(self, thread: int, **more: Any) -> Conversation:
        return self.do(reading.thread, thread, **more)

    def row(self, thread: int, by: Actor | None = None) -> ThreadListed:
        return self.do(reading.thread, thread, by=by).thread

    def agree(self, *, given: bool = True, channel: str = "sms", phone: str | None = None) -> None:
        """Alice agrees to alerts about messages, or takes it back."""
        by = Actor(
            self.worker.account_id, self.worker.organization_id, 0, "A", (Grant(Role.MANAGER),)
        )
        more = {"channel": channel} | ({"phone": phone} if phone else {})
        self.do(consent.record, self.alice, "message_alerts", given, by=by, **more)

    def notices(self, state: str = "queued") -> list[tuple[str, str]]:
        """Channel and key of every notice in that state, oldest first."""
        query = "SELECT channel, business_key FROM notice WHERE organization_id = :of AND state = :state"
        of = self.worker.organization_id
        return [tuple(row) for row in self.sql(f"{query} ORDER BY id", of=of, state=state)]

    def settle(self) -> None:
        """Nothing of other tests is left to be sent."""
        self.sql("UPDATE notice SET state = 'sent' WHERE state = 'queued'")
        self.sql("UPDATE message_thread SET told_message_id = NULL")
        for channel in ("sms", "email"):
            self.agree(given=False, channel=channel)
