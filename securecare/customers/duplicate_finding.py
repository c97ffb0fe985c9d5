"""Looking through an organization's records for pairs that may be one person's, some at a time.

What is to be looked at stands in rows: a trigger adds one whenever a record is made or changes in
what people are told apart by. The latest are looked at first, so that what somebody has just
written down does not wait behind all that was there before. Each part is one short transaction;
ended in the middle, it leaves no trace, and looking twice finds the same.
"""

from collections.abc import Iterable

from sqlalchemy import ARRAY, BigInteger, Integer, String, bindparam, text
from sqlmodel import Session

from securecare.customers import duplicates, likeness
from securecare.customers.duplicate_models import DuplicatePair
from securecare.customers.likeness import LIKELY, Features, Likeness
from securecare.foundation import clock
from securecare.foundation.columns import columns_of

PAIR = columns_of(DuplicatePair)
BATCH = 20
_LOOKING = 5 << 60
"""The kind of lock by which one looks at an organization at a time."""

Pair = tuple[int, int]


def waiting(session: Session) -> list[int]:
    """The organizations in which records wait to be looked at; for a job, which sees all of them."""
    return list(session.execute(_WAITING).scalars())


def look(session: Session, organization_id: int, most: int = BATCH) -> int:
    """Look at some of the records that wait; gives how many, 0 as well while somebody else looks.

    One at a time: whoever read a record earlier must not write what it looked like then over what
    it looks like now.
    """
    told = {"key": _LOOKING | organization_id}
    if not session.execute(_ALONE, told).scalar_one():
        return 0
    taken = session.execute(_TAKE, {"organization": organization_id, "most": most})
    ids = set(taken.scalars())
    judged: dict[Pair, Likeness] = {}
    for id_ in sorted(ids):
        judged |= _judged(session, organization_id, id_)
    if judged:
        _write(session, organization_id, judged)
    return len(ids)


def _judged(session: Session, organization_id: int, customer_id: int) -> dict[Pair, Likeness]:
    """What speaks for it that the record is another one's too: the likeliest ones anew, and
    whatever is written down already."""
    seen = {"organization": organization_id, "ids": [customer_id]}
    row = session.execute(_FEATURES, seen).one_or_none()
    if row is None:
        return {}  # it was merged: what is known of it went with it
    who = Features(*row[1:])
    found = duplicates.likely(session, organization_id, who)
    found.pop(customer_id, None)
    known = _known(session, organization_id, customer_id, who)
    new = sorted(found.keys() - known.keys(), key=lambda id_: (-found[id_].score, id_))
    best = {id_: found[id_] for id_ in new[: duplicates.MOST]}
    return {_pair(customer_id, other): alike for other, alike in (known | best).items()}


def _known(
    session: Session, organization_id: int, customer_id: int, who: Features
) -> dict[int, Likeness]:
    told = {"organization": organization_id, "customer": customer_id}
    others = list(session.execute(_OTHERS, told).scalars())
    if not others:
        return {}
    rows = session.execute(_FEATURES, {"organization": organization_id, "ids": others})
    return {id_: likeness.of(who, Features(*known)) for id_, *known in rows}


def _write(session: Session, organization_id: int, judged: dict[Pair, Likeness]) -> None:
    """All records are shared before any pair is written, in the order in which merging takes them."""
    told = {
        "organization": organization_id,
        "ids": sorted({id_ for pair in judged for id_ in pair}),
    }
    living = set(session.execute(_SHARE, told).scalars())
    pairs = sorted(pair for pair in judged if living.issuperset(pair))
    likely = [pair for pair in pairs if judged[pair].score >= LIKELY]
    unlikely = [pair for pair in pairs if judged[pair].score < LIKELY]
    for statement, some in ((_ADD, likely), (_CORRECT, unlikely)):
        if some:
            session.execute(statement, _columns(organization_id, some, judged))
    if unlikely:
        session.execute(_REMOVE, _columns(organization_id, unlikely, judged))


def _columns(
    organization_id: int, pairs: Iterable[Pair], judged: dict[Pair, Likeness]
) -> dict[str, object]:
    pairs = list(pairs)
    return {
        "organization": organization_id,
        "firsts": [first for first, _ in pairs],
        "seconds": [second for _, second in pairs],
        "scores": [max(judged[pair].score, 0) for pair in pairs],
        "reasons": [judged[pair].said for pair in pairs],
        "now": clock.now(),
    }


def _pair(one: int, other: int) -> Pair:
    return min(one, other), max(one, other)


_NUMBERS, _TEXTS = ARRAY(BigInteger), ARRAY(String)
_WAITING = text("""
    SELECT id FROM organization o
     WHERE EXISTS (SELECT FROM duplicate_due d WHERE d.organization_id = o.id) ORDER BY id
""")
_ALONE = text("SELECT pg_try_advisory_xact_lock(:key)")
# Exactly the rows that are seen now: what is added meanwhile is looked at next time.
_TAKE = text("""
    DELETE FROM duplicate_due
     WHERE organization_id = :organization AND customer_id IN (
           SELECT customer_id FROM duplicate_due WHERE organization_id = :organization
            ORDER BY id DESC LIMIT :most)
    RETURNING customer_id
""")
_FEATURES = text("""
    SELECT id, given_name, family_name, born_on, phone, email FROM customer
     WHERE organization_id = :organization AND id = ANY(:ids) AND merged_into_id IS NULL
""").bindparams(bindparam("ids", type_=_NUMBERS))
_OTHERS = text("""
    SELECT second_id FROM duplicate_pair
     WHERE organization_id = :organization AND first_id = :customer
    UNION SELECT first_id FROM duplicate_pair
     WHERE organization_id = :organization AND second_id = :customer
""")
_SHARE = text("""
    SELECT id FROM customer
     WHERE organization_id = :organization AND id = ANY(:ids) AND merged_into_id IS NULL
     ORDER BY id FOR KEY SHARE
""").bindparams(bindparam("ids", type_=_NUMBERS))
_JUDGED = """
    unnest(:firsts, :seconds, :scores, :reasons) AS j(first_id, second_id, score, why)
"""
_OF_PAIRS = (
    bindparam("firsts", type_=_NUMBERS),
    bindparam("seconds", type_=_NUMBERS),
    bindparam("scores", type_=ARRAY(Integer)),
    bindparam("reasons", type_=_TEXTS),
)
_SAME = """
    p.organization_id = :organization
    AND least(p.first_id, p.second_id) = j.first_id
    AND greatest(p.first_id, p.second_id) = j.second_id
"""
_ADD = text(f"""
    INSERT INTO duplicate_pair AS p
           (organization_id, first_id, second_id, score, why, found_at, dismissed_score)
    SELECT :organization, j.first_id, j.second_id, j.score, j.why, :now, 0 FROM {_JUDGED}
     ORDER BY j.first_id, j.second_id
    ON CONFLICT (organization_id, least(first_id, second_id), greatest(first_id, second_id))
    DO UPDATE SET score = excluded.score, why = excluded.why
     WHERE (p.score, p.why) IS DISTINCT FROM (excluded.score, excluded.why)
""").bindparams(*_OF_PAIRS)  # noqa: S608
_CORRECT = text(f"""
    UPDATE duplicate_pair AS p SET score = j.score, why = j.why FROM {_JUDGED}
     WHERE {_SAME} AND (p.score, p.why) IS DISTINCT FROM (j.score, j.why)
""").bindparams(*_OF_PAIRS)  # noqa: S608
# Those told apart stay, so that they are known should they become alike again.
_REMOVE = text(f"""
    DELETE FROM duplicate_pair AS p USING {_JUDGED} WHERE {_SAME} AND p.dismissed_at IS NULL
""").bindparams(*_OF_PAIRS)  # noqa: S608
