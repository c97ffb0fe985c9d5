"""Records of the demo that look like one person's: people noted twice, and two who only seem so."""

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.customers import duplicate_finding, duplicate_pairs

IN_A_HURRY, TURNED, INITIAL, SIBLINGS = (30, 31), (32, 33), (34, 35), (36, 37)
"""Places among the customers, by number; the second of each two was noted later."""


def write_twice(session: Session, actor: Actor) -> None:
    """Note some people twice, have their records looked at, and tell two siblings apart."""
    ids = list(session.execute(_IDS, {"id": actor.organization_id}).scalars())
    for (once, again), statement in (
        (IN_A_HURRY, _A_LETTER_SHORT),
        (TURNED, _FAMILY_NAME_FIRST),
        (INITIAL, _WITH_AN_INITIAL),
        (SIBLINGS, _OF_ONE_BIRTHDAY),
    ):
        session.execute(statement, {"once": ids[once], "again": ids[again]})
    duplicate_finding.look(session, actor.organization_id, most=len(ids))
    # Of all others no two share a name or a telephone, by how they were drawn.
    session.execute(_NOTHING_ELSE, {"id": actor.organization_id})
    one, other = (ids[place] for place in SIBLINGS)
    seen = duplicate_pairs.between(session, actor, one, other).points
    duplicate_pairs.dismiss(session, actor, one, other, seen)


_IDS = text("SELECT id FROM customer WHERE organization_id = :id ORDER BY number LIMIT 40")
_NOTHING_ELSE = text("DELETE FROM duplicate_due WHERE organization_id = :id")
_A_LETTER_SHORT = text("""
    UPDATE customer AS c SET given_name = left(o.given_name, -1), family_name = o.family_name,
           born_on = o.born_on, phone = o.phone
      FROM customer o WHERE c.id = :again AND o.id = :once
""")
_FAMILY_NAME_FIRST = text("""
    UPDATE customer AS c SET given_name = o.family_name, family_name = o.given_name,
           born_on = o.born_on, phone = '', email = ''
      FROM customer o WHERE c.id = :again AND o.id = :once
""")
_WITH_AN_INITIAL = text("""
    UPDATE customer AS c SET given_name = o.given_name || ' J.', family_name = o.family_name,
           born_on = NULL, phone = o.phone, email = ''
      FROM customer o WHERE c.id = :again AND o.id = :once
""")
_OF_ONE_BIRTHDAY = text("""
    UPDATE customer AS c SET family_name = o.family_name, born_on = o.born_on, phone = o.phone
      FROM customer o WHERE c.id = :again AND o.id = :once
""")
