"""A storehouse as large as is wanted: items at four facilities, and all that ever moved there.

Movements are written in the order in which they happened, so that those of one item lie far apart,
with the figures that the movements' trigger would have given them. `verifying` proves that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from sqlalchemy import text

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.foundation import embedded
from securecare.foundation.db import owner_transaction
from securecare.inventory import verifying
from securecare.settings import conninfo, settings
from tests.benchmarks.ground import Ground
from tests.support import community

ITEMS, FACILITIES = 5_000, 4
MOVEMENTS = 5_000_000
A_SHELF = MOVEMENTS // (ITEMS * FACILITIES)
"""So many movements of each item at each facility: 250."""
YEARS = 2
CYCLE = (
    ("received", 20, 0),
    ("reserved", 0, 10),
    ("committed", -8, -8),
    ("released", 0, -2),
    ("adjusted", -1, 0),
)
"""What happens over and over: each adds eleven to what is on hand; the last one is cut short."""
HELD_LAST = (*CYCLE[:2], *[("adjusted", -1, 0)] * 3)
CATEGORIES = 25
NOUNS = ("Soap", "Blanket", "Bread", "Socks", "Soup", "Towel", "Water", "Gloves", "Rice", "Tent")
LOOKS = ("Plain", "Small", "Large", "Warm", "Dry", "Fresh", "Folded", "Boxed", "Spare", "Sturdy")


@dataclass(frozen=True)
class Storehouse:
    """Ids of what there is."""

    organization_id: int
    facility_ids: tuple[int, ...]
    item_ids: tuple[int, ...]

    @property
    def manager(self) -> Actor:
        """Somebody who may see all of it."""
        return Actor(1, self.organization_id, 1, "Bench", (Grant(Role.MANAGER),))


@contextmanager
def large(ground: Ground) -> Iterator[Storehouse]:
    """Five thousand items with five million movements behind them."""
    with ground.databases.fresh("empty"):
        yield build()


def build() -> Storehouse:
    """Fill the database that settings point to."""
    organization = community.organization("Bench")
    facilities = tuple(community.facility(organization) for _ in range(FACILITIES))
    items = stocked_items(organization, ITEMS)
    made = Storehouse(organization, facilities, items)
    with psycopg.connect(conninfo(settings().database_url), user=embedded.SUPERUSER) as connection:
        connection.execute("SET session_replication_role = replica")
        _write(connection, made)
    with psycopg.connect(conninfo(settings().database_url), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) item, stock, stock_movement, reservation")
    with owner_transaction() as session:
        assert list(verifying.faults(session)) == []
    return made


def stocked_items(organization_id: int, count: int) -> tuple[int, ...]:
    """Items with names to look for; one in fifty is low wherever it is."""
    with owner_transaction() as session:
        session.execute(text("SET LOCAL app.quiet = 'on'"))
        rows = session.execute(
            text(
                "INSERT INTO item (organization_id, sku, name, unit, category, barcode, description,"
                " wholesale_cents, retail_cents, minimum_level, recommended_level, active, version)"
                " SELECT :id, 'SKU-' || n, (CAST(:looks AS text[]))[1 + n / 10 % 10] || ' '"
                " || (CAST(:nouns AS text[]))[1 + n % 10] || ' ' || n, 'each',"
                " 'Category ' || n % :categories, (4000000000000 + n * 7)::text, '', 100 + n, 250 + n,"
                " CASE WHEN n % 50 = 0 THEN 1000000 ELSE 100 END, 1000000, true, 1"
                " FROM generate_series(1, :count) n RETURNING id"
            ),
            {
                "id": organization_id,
                "looks": list(LOOKS),
                "nouns": list(NOUNS),
                "categories": CATEGORIES,
                "count": count,
            },
        )
        return tuple(rows.scalars())


def _write(connection: psycopg.Connection, made: Storehouse) -> None:
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'stock_movement'"
        " AND indexname LIKE 'ix_%'"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}".encode())
    columns = (
        "id, organization_id, facility_id, item_id, kind, on_hand_change, reserved_change,"
        " on_hand_after, reserved_after, wholesale_cents, retail_cents, reason, document_id,"
        " holder, holder_id, at"
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY stock_movement ({columns}) FROM STDIN".encode()) as copy,
    ):
        for block in _movements(made):
            copy.write(block)
    connection.execute(
        "SELECT setval('stock_movement_id_seq', (SELECT max(id) FROM stock_movement))"
    )
    for _, statement in indexes:
        connection.execute(statement.encode())
    connection.execute(
        "INSERT INTO stock (organization_id, facility_id, item_id, on_hand, reserved, moved_at)"
        " SELECT organization_id, facility_id, item_id, sum(on_hand_change), sum(reserved_change),"
        " max(at) FROM stock_movement GROUP BY 1, 2, 3"
    )
    connection.execute(
        "INSERT INTO reservation (organization_id, holder, holder_id, facility_id, item_id, quantity)"
        " SELECT organization_id, holder, holder_id, facility_id, item_id, sum(reserved_change)"
        " FROM stock_movement WHERE holder IS NOT NULL GROUP BY 1, 2, 3, 4, 5"
        " HAVING sum(reserved_change) > 0"
    )


def _movements(made: Storehouse) -> Iterator[bytes]:
    """One block of lines for each round, in which every shelf moves once."""
    shelves = [(f, i) for i in made.item_ids for f in made.facility_ids]
    began = datetime.now(UTC) - timedelta(days=365 * YEARS)
    step = timedelta(days=365 * YEARS) / A_SHELF
    on_hand = reserved = id_ = 0
    every = [*CYCLE * (A_SHELF // len(CYCLE) - 1), *HELD_LAST]
    for round_, (kind, more, held) in enumerate(every):
        on_hand, reserved = on_hand + more, reserved + held
        nobody, session = "1\t\\N\t\\N", f"\\N\toutreach_session\t{round_ // len(CYCLE) + 1}"
        tail = (
            f"{kind}\t{more}\t{held}\t{on_hand}\t{reserved}\t100\t250"
            f"\t{'damaged' if kind == 'adjusted' else ''}"
            f"\t{nobody if kind in ('received', 'adjusted') else session}"
            f"\t{(began + step * round_).isoformat()}\n"
        )
        lines = []
        for facility_id, item_id in shelves:
            id_ += 1
            lines.append(f"{id_}\t{made.organization_id}\t{facility_id}\t{item_id}\t{tail}")
        yield "".join(lines).encode()
