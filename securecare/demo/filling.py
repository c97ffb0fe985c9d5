"""Filling the demo, once."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from securecare.access import passwords
from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.demo import street_life
from securecare.demo.casework import write_cases
from securecare.demo.conversations import People, write_conversations
from securecare.demo.documents import write_documents
from securecare.demo.harbor import HARBOR_AND_PINE
from securecare.demo.life import live
from securecare.demo.mirante import MIRANTE_AND_GANGA
from securecare.demo.patron_links import write_patron_links
from securecare.demo.patrons import write_patrons
from securecare.demo.plans import OrganizationPlan
from securecare.demo.records import write_records
from securecare.demo.rows import quiet
from securecare.demo.street_writing import write_street
from securecare.demo.supporters import write_supporters
from securecare.demo.twice import write_twice
from securecare.demo.writing import write
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction

ANALYZED = (
    "customer",
    "customer_word",
    "duplicate_pair",
    "appointment",
    "item",
    "stock",
    "stock_movement",
    "outreach_session",
    "session_line",
    "case_entry",
)
WRITERS = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.CASE_WORKER})
ORGANIZATIONS = (HARBOR_AND_PINE, MIRANTE_AND_GANGA)
PASSWORD = "harbor-lantern-42"  # noqa: S105  (printed for everybody who tries the demo)

Told = Callable[[str, int, int], None]
"""Hears what is being filled, how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What the demo holds now; `filled` says whether it was filled just now."""

    filled: bool
    organizations: int
    customers: int
    appointments: int


def organization_names() -> list[str]:
    """What the demo's organizations are called."""
    return [plan.name for plan in ORGANIZATIONS]


def sign_ins() -> list[tuple[str, str, str]]:
    """Whom one may be in the demo: the role, the e-mail address and the password."""
    return [(each.who, each.email, PASSWORD) for plan in ORGANIZATIONS for each in plan.sign_ins]


def fill(progress: Callable[[str, int, int], None] = lambda *_: None) -> DemoSummary:
    """Fill the demo organizations around the present instant, in one transaction.

    Does nothing if they exist; of two that are started at once, one waits for the other.
    """
    password_hash = passwords.hashed(PASSWORD)
    with owner_transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('securecare demo'))"))
        filled = not _exists(session)
        if filled:
            quiet(session)
            for plan in ORGANIZATIONS:
                _write(session, plan, password_hash, progress)
            for table in ANALYZED:
                session.execute(text(f"ANALYZE {table}"))
        return _summary(session, filled)


def _write(session: Session, plan: OrganizationPlan, password_hash: str, progress: Told) -> None:
    now = clock.now()
    written, accounts = write(session, live(plan, now), password_hash, progress)
    if plan.street is not None:
        story = street_life.live(plan, plan.street, now)
        write_street(session, plan, story, written, accounts)
    keeper = next(each for each in plan.sign_ins if each.role in (Role.MANAGER, Role.ADMINISTRATOR))
    account_id = accounts[plan.sign_ins.index(keeper)]
    write_records(session, written.organization, account_id, keeper.name, len(accounts))
    write_cases(session, written.organization, account_id, keeper.name, len(accounts))
    write_patrons(session, plan, written.organization, accounts)
    manager = Actor(account_id, written.organization, 0, keeper.name, (Grant(Role.MANAGER),), "")
    write_patron_links(session, manager)
    write_documents(session, written.organization, account_id, keeper.name)
    write_twice(session, manager)
    if plan is HARBOR_AND_PINE:
        write_supporters(session, manager)
    _write_conversations(session, plan, written.organization, accounts)


def _write_conversations(
    session: Session, plan: OrganizationPlan, organization_id: int, accounts: list[int]
) -> None:
    """Let the first who may write to customers do so, with the others who may."""
    known = list(zip(plan.sign_ins, accounts, strict=True))
    writers = [pair for pair in known if pair[0].role in WRITERS]
    by, account_id = next((p for p in writers if p[0].role == Role.MANAGER), writers[0])
    others = frozenset(id_ for _, id_ in writers)
    people = People(organization_id, account_id, by.name, others)
    write_conversations(session, people, len(accounts))


def _exists(session: Session) -> bool:
    known = text("SELECT 1 FROM organization WHERE name = :name")
    return session.execute(known, {"name": HARBOR_AND_PINE.name}).first() is not None


def _summary(session: Session, filled: bool) -> DemoSummary:
    counts = session.execute(
        text(
            "SELECT count(*) AS organizations,"
            " sum((SELECT count(*) FROM customer WHERE organization_id = o.id))::bigint AS customers,"
            " sum((SELECT count(*) FROM appointment WHERE organization_id = o.id))::bigint"
            " AS appointments"
            " FROM organization o WHERE name = ANY(:names)"
        ),
        {"names": [plan.name for plan in ORGANIZATIONS]},
    ).one()
    return DemoSummary(filled, counts.organizations, counts.customers, counts.appointments)
