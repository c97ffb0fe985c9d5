"""What becomes of every row that belongs to a record when it is merged into another.

Each column that refers to a customer stands here, so that none is forgotten: a test compares the
list with the database. Tables are named, not imported: this works on rows, not on what they mean.
"""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import text

from securecare.customers import patron_links
from securecare.customers.patron_models import Patron
from securecare.customers.support import Support
from securecare.foundation import audit, clock
from securecare.merging.pairs import BookedTwice, BothClaimed, Pair
from securecare.merging.policies import move_policies
from securecare.notices import consent

Move = Callable[[Pair], int]
"""Moves the rows of a column; gives how many."""


def _follow(table: str) -> Move:
    """The rows as they are, under the remaining record."""
    statement = text(
        f"UPDATE {table} SET customer_id = :remaining"  # noqa: S608
        " WHERE organization_id = :organization AND customer_id = :former RETURNING 1"
    )

    def follow(pair: Pair) -> int:
        return len(pair.session.execute(statement, pair.ids).all())

    return follow


def _stay(pair: Pair) -> int:
    """Nothing: what was chosen of it is written elsewhere, or it keeps itself."""
    del pair
    return 0


def _appointments(pair: Pair) -> int:
    """All of them. Where both were at two places at once, the past stands as it was noted."""
    clashes = pair.session.execute(_CLASHES, pair.ids).all()
    coming = [row for row in clashes if row.ends_at > clock.now()]
    if coming:
        first = min(coming, key=lambda row: row.starts_at)
        raise BookedTwice(first.starts_at.astimezone(ZoneInfo(first.time_zone)))
    if clashes:
        pair.session.execute(_AS_FORCED, {"ids": [row.id for row in clashes]})
    return _follow("appointment")(pair)


def _contacts(pair: Pair) -> int:
    """Those the remaining record lacks; of two, the chosen one stands already."""
    return len(pair.session.execute(_CONTACTS, pair.ids).all())


def _family(pair: Pair) -> int:
    """Links to others, once each; a link between the two has no sense any more."""
    links = pair.session.execute(_LINKS, pair.ids).all()
    known = {_other(row, pair.remaining) for row in links if pair.remaining in _ends(row)}
    moved = 0
    for row in links:
        if pair.former not in _ends(row):
            continue
        other = _other(row, pair.former)
        if other == pair.remaining or other in known:
            pair.session.execute(text("DELETE FROM family_link WHERE id = :id"), {"id": row.id})
            continue
        ours = row.first_is if row.first_id == pair.former else row.second_is
        theirs = row.second_is if row.first_id == pair.former else row.first_is
        first = pair.remaining < other
        words = {
            "id": row.id,
            "first": min(pair.remaining, other),
            "second": max(pair.remaining, other),
            "first_is": ours if first else theirs,
            "second_is": theirs if first else ours,
        }
        pair.session.execute(_RELINK, words)
        audit.record(pair.session, pair.actor, "family_link.changed", ("customer", other))
        moved += 1
    return moved


def _ends(row: object) -> tuple[int, int]:
    return row.first_id, row.second_id  # type: ignore[attr-defined]


def _other(row: object, one: int) -> int:
    first, second = _ends(row)
    return second if first == one else first


def _let_follow(table: str) -> Move:
    """The application may not write whose these rows are: the database lets them follow their
    record, and go nowhere else."""
    statement = text(f"SELECT let_{table}_follow(:former)")

    def follow(pair: Pair) -> int:
        return pair.session.execute(statement, {"former": pair.former}).scalar_one()

    return follow


def _consent(pair: Pair) -> int:
    """The log stays as it is, and is read with the remaining one; what holds is carried over."""
    consent.carry_over(pair.session, pair.actor, pair.former, pair.remaining)
    return 0


def _patron(pair: Pair) -> int:
    """Whoever claimed one of the records has the remaining one; of two made here, one gives way.

    What either is besides a customer the person is from here on.
    """
    session = pair.session
    links = {
        id_: patron_links.linked(session, id_, lock=True) for id_ in (pair.former, pair.remaining)
    }
    claimed = {
        id_: link is not None and session.get_one(Patron, link.patron_id).account_id is not None
        for id_, link in links.items()
    }
    if all(claimed.values()):
        raise BothClaimed
    if all(links.values()):
        former, remaining = links[pair.former], links[pair.remaining]
        assert former is not None and remaining is not None
        gives_way, stays = (remaining, former) if claimed[pair.former] else (former, remaining)
        both = Support.of(stays).together(Support.of(gives_way))
        patron_links.put_aside(session, pair.actor, gives_way)
        stays.sqlmodel_update(both.fields())
    session.flush()
    return _follow("patron_link")(pair)


def _duplicates(pair: Pair) -> int:
    """Who was told apart from the former record is told apart from the remaining one. What only
    looked alike goes: the remaining record is looked at anew.

    Of each row one side is exchanged and the other stays, so that no third record is waited for.
    """
    rows = pair.session.execute(_ALIKE, pair.ids).all()
    known = {_other(row, pair.remaining): row for row in rows if pair.remaining in _ends(row)}
    moved = 0
    for row in rows:
        if pair.former not in _ends(row):
            continue
        other = _other(row, pair.former)
        same, apart = known.get(other), row.dismissed_at is not None
        if apart and same is None and other != pair.remaining:
            pair.session.execute(_APART_STILL, {"id": row.id, **pair.ids})
            moved += 1
            continue
        if apart and same is not None:
            pair.session.execute(_APART_TOO, {"id": same.id, "other": row.id})
        pair.session.execute(_NOT_ALIKE, {"id": row.id})
    return moved


def _signs(pair: Pair) -> int:
    """Records that led to the former one lead to the remaining one: no sign leads to a sign."""
    return len(pair.session.execute(_RESIGN, pair.ids).all())


COLUMNS: Mapping[tuple[str, str], Move] = {
    ("customer", "merged_into_id"): _signs,
    ("customer_word", "customer_id"): _stay,
    ("duplicate_pair", "first_id"): _duplicates,
    ("duplicate_pair", "second_id"): _stay,
    ("duplicate_due", "customer_id"): _stay,
    ("customer_profile", "customer_id"): _stay,
    ("patron_link", "customer_id"): _patron,
    ("patron_invitation", "customer_id"): _follow("patron_invitation"),
    ("appointment", "customer_id"): _appointments,
    ("absence", "customer_id"): _follow("absence"),
    ("authorized_person", "customer_id"): _follow("authorized_person"),
    ("contact_person", "customer_id"): _contacts,
    ("family_link", "first_id"): _family,
    ("family_link", "second_id"): _stay,
    ("insurance_policy", "customer_id"): move_policies,
    ("phone_call", "customer_id"): _let_follow("phone_call"),
    ("care_case", "customer_id"): _let_follow("care_case"),
    ("message_thread", "customer_id"): _let_follow("message_thread"),
    ("customer_alert", "customer_id"): _follow("customer_alert"),
    ("document", "customer_id"): _follow("document"),
    ("notice", "customer_id"): _follow("notice"),
    ("contact_consent", "customer_id"): _consent,
}
"""Every column that refers to a customer, in the order in which they are moved."""


def move_all(pair: Pair) -> dict[str, int]:
    """Move everything; gives how many rows of each table."""
    moved: dict[str, int] = {}
    for (table, _), move in COLUMNS.items():
        moved[table] = moved.get(table, 0) + move(pair)
    return {table: count for table, count in moved.items() if count}


_CLASHES = text("""
    SELECT a.id, a.starts_at, a.ends_at, f.time_zone
      FROM appointment a
      JOIN facility f ON f.id = a.facility_id
     WHERE a.organization_id = :organization AND a.customer_id = :former
       AND a.status NOT IN ('cancelled', 'no_show') AND NOT a.forced_overlap
       AND EXISTS (
           SELECT FROM appointment b
            WHERE b.organization_id = :organization AND b.customer_id = :remaining
              AND b.status NOT IN ('cancelled', 'no_show') AND NOT b.forced_overlap
              AND b.occupied_from < a.occupied_to AND a.occupied_from < b.occupied_to)
""")
_AS_FORCED = text("""
    UPDATE appointment SET forced_overlap = true,
           override_reason = CASE override_reason
               WHEN '' THEN 'Two records of one person were merged' ELSE override_reason END
     WHERE id = ANY(:ids)
""")
_CONTACTS = text("""
    UPDATE contact_person AS c SET customer_id = :remaining
     WHERE c.organization_id = :organization AND c.customer_id = :former
       AND NOT EXISTS (SELECT FROM contact_person k
                        WHERE k.customer_id = :remaining AND k.role = c.role)
    RETURNING 1
""")
_LINKS = text("""
    SELECT id, first_id, second_id, first_is, second_is FROM family_link
     WHERE organization_id = :organization
       AND (first_id IN (:former, :remaining) OR second_id IN (:former, :remaining))
     ORDER BY id FOR UPDATE
""")
_RELINK = text("""
    UPDATE family_link SET first_id = :first, second_id = :second, first_is = :first_is,
           second_is = :second_is, version = version + 1 WHERE id = :id
""")
_RESIGN = text("""
    UPDATE customer SET merged_into_id = :remaining
     WHERE organization_id = :organization AND merged_into_id = :former RETURNING 1
""")
_ALIKE = text("""
    SELECT id, first_id, second_id, dismissed_at FROM duplicate_pair
     WHERE organization_id = :organization
       AND (first_id IN (:former, :remaining) OR second_id IN (:former, :remaining))
     ORDER BY id FOR UPDATE
""")
_NOT_ALIKE = text("DELETE FROM duplicate_pair WHERE id = :id")
_APART_TOO = text("""
    UPDATE duplicate_pair AS p SET dismissed_score = o.dismissed_score,
           dismissed_at = o.dismissed_at, dismissed_by = o.dismissed_by
      FROM duplicate_pair o
     WHERE p.id = :id AND o.id = :other AND o.dismissed_score > p.dismissed_score
""")
_APART_STILL = text("""
    UPDATE duplicate_pair
       SET first_id = CASE first_id WHEN :former THEN :remaining ELSE first_id END,
           second_id = CASE second_id WHEN :former THEN :remaining ELSE second_id END
     WHERE id = :id AND organization_id = :organization
""")
