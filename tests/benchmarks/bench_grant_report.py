"""A year's report over a million movements of what was given out, every way it can be grouped."""

import time
from datetime import date, timedelta

from sqlalchemy import text

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.foundation.db import owner_transaction, transaction
from securecare.reports import outreach
from securecare.reports.outreach import BY, By, Question
from tests.benchmarks.ground import Ground
from tests.support import community

MOVEMENTS = 1_000_000
A_SESSION = 40
SESSIONS = MOVEMENTS // A_SESSION
ITEMS, FACILITIES, SERVICES, GRANTS = 400, 4, 80, 8
ROUNDS = 6
PLACE = "fk_stock_movement_organization_id_facility_id_item_id"


def measure(ground: Ground) -> dict[str, float]:
    """Milliseconds of the slowest way to group, at its p95, in a transaction of its own."""
    with ground.databases.fresh("empty"):
        organization = seed()
        actor = Actor(1, organization, 0, "Bench", (Grant(Role.ADMINISTRATOR),))
        figures = {by: _p95(actor, by) for by in BY}
        return {
            "grant_report_ms": max(figures.values()),
            "grant_report_by_grant_ms": figures["grant"],
            "grant_report_by_item_ms": figures["item"],
        }


def _p95(actor: Actor, by: By) -> float:
    today = date.today()  # noqa: DTZ011
    question = Question(today - timedelta(days=365), today, by)
    taken: list[float] = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        with transaction(actor.scope) as session:
            report = outreach.read(session, actor, question)
        if number:
            taken.append((time.perf_counter() - began) * 1000)
        assert report.total.sessions == SESSIONS
    return sorted(taken)[int(len(taken) * 0.95)]


def seed() -> int:
    """The organization with its year, written by the owner with the movements' trigger off."""
    organization = community.organization("Bench")
    for _ in range(FACILITIES):
        community.facility(organization)
    values = {
        "id": organization,
        "items": ITEMS,
        "services": SERVICES,
        "grants": GRANTS,
        "sessions": SESSIONS,
        "each": A_SESSION,
    }
    with owner_transaction() as session:
        for table in ("item", "funding_grant", "outreach_session", "staff_time", "stock_movement"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        # What is on the shelves does not matter here, and checking a million references takes long.
        session.execute(text(f"ALTER TABLE stock_movement DROP CONSTRAINT {PLACE}"))
        for statement in SEED:
            session.execute(text(statement), values)
    with owner_transaction() as session:
        connection = session.connection().connection.driver_connection
        assert connection is not None
        connection.commit()
        connection.autocommit = True
        for table in ("stock_movement", "outreach_session", "staff_time"):
            connection.execute(f"VACUUM ANALYZE {table}")
        connection.autocommit = False
    return organization


SEED = (
    "INSERT INTO item (organization_id, sku, name, unit, category, barcode, description,"
    " wholesale_cents, retail_cents, minimum_level, recommended_level, active, version)"
    " SELECT :id, 'I' || n, 'Item ' || n, 'each', '', '', '', 100 + n, 250 + n, 0, 0, true, 1"
    " FROM generate_series(1, :items) n",
    "INSERT INTO funding_grant (organization_id, name, funder, award_number, purpose, amount_cents,"
    " starts_on, ends_on, fringe_basis_points, active, version)"
    " SELECT :id, 'Grant ' || n, '', '', '', 100000000, current_date - 365, current_date, 2000,"
    " true, 1 FROM generate_series(1, :grants) n",
    "INSERT INTO community_service (organization_id, facility_id, name, description, pattern,"
    ' "interval", weekdays, valid_from, active, version)'
    " SELECT :id, (SELECT array_agg(id) FROM facility)[1 + n % 4], 'Service ' || n, '', 'daily', 1,"
    " '{}', current_date - 365, true, 1 FROM generate_series(1, :services) n",
    "INSERT INTO outreach_session (organization_id, service_id, facility_id, number, held_on,"
    " status, notes, people_served, grant_id, version, created_at, ended_at)"
    " SELECT :id, s.id, s.facility_id, n, current_date - n / :services, 'completed', '', n % 90,"
    " (SELECT min(id) FROM funding_grant) + n % :grants, 2, now(), now()"
    " FROM generate_series(1, :sessions) n"
    " JOIN community_service s ON s.id = (SELECT min(id) FROM community_service) + n % :services",
    "INSERT INTO stock_movement (organization_id, facility_id, item_id, kind, on_hand_change,"
    " reserved_change, on_hand_after, reserved_after, wholesale_cents, retail_cents, reason, holder,"
    " holder_id, at)"
    " SELECT :id, s.facility_id, (SELECT min(id) FROM item) + (s.id * 7 + k * 9) % :items,"
    " 'committed', -1 - k % 9, -1 - k % 9, 0, 0, 100 + s.id % 37, 250 + k, '', 'outreach_session',"
    " s.id, s.held_on FROM outreach_session s CROSS JOIN generate_series(1, :each) k"
    " ORDER BY s.held_on, s.id, k",
    "INSERT INTO staff (organization_id, facility_id, name, title, active, version)"
    " SELECT :id, min(id), 'Worker', '', true, 1 FROM facility",
    "INSERT INTO staff_time (organization_id, session_id, staff_id, minutes, rate_cents, version)"
    " SELECT :id, s.id, (SELECT min(id) FROM staff), 240, 2500, 1 FROM outreach_session s",
)
