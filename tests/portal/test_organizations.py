"""Where a person is known: found by exact name or code, asked, ended; and nothing beyond that."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.throttle import Paused
from securecare.customers import own, patrons, supporters
from securecare.customers.support import Support
from securecare.foundation.db import transaction
from securecare.foundation.forms import NotAccepted
from securecare.portal import organizations
from securecare.portal.organizations import AlreadyAsked, ProfileIncomplete
from tests.customers.conftest import House
from tests.customers.test_own import customer_of
from tests.customers.test_patrons import WHOLE
from tests.portal.mailbox import owned, signed_up
from tests.races.at_once import at_once, kinds
from tests.support import community

SERVED = ("services",)
SINCE = date(2026, 3, 2)


def whole() -> Actor:
    """A patron whose profile is complete."""
    _, actor = signed_up()
    with transaction(actor.scope) as session:
        patrons.change(session, actor, 1, WHOLE)
    return actor


def opened(name: str, code: str | None = None) -> int:
    """An organization that people may ask."""
    id_ = community.organization(name)
    owned(
        "UPDATE organization SET patrons_may_ask = true, portal_code = :code WHERE id = :id"
        " RETURNING 1",
        id=id_,
        code=code,
    )
    return id_


def links(actor: Actor) -> list[tuple[str, str]]:
    with transaction(actor.scope) as session:
        return [(each.organization, each.status) for each in organizations.links(session, actor)]


def test_one_that_wishes_to_be_found_is_found_by_its_exact_name_or_code(database: str):
    opened("Cedar House", "CEDAR-7")
    community.organization("Closed House")
    actor = whole()
    for wrong in ("Cedar", "Cedar Hous", "%", "Closed House", "CEDAR", ""):
        with pytest.raises(NotAccepted):
            organizations.ask(replace(actor, address=wrong), wrong, SERVED)
    assert organizations.ask(actor, "  cedar   HOUSE ", SERVED) == "Cedar House"
    assert organizations.ask(whole(), "cedar-7", SERVED) == "Cedar House"
    assert links(actor) == [("Cedar House", "asked")]
    with pytest.raises(AlreadyAsked):
        organizations.ask(actor, "Cedar House", SERVED)


def test_two_of_one_name_are_told_apart_by_their_codes(database: str):
    opened("Twin", "TWIN-1")
    opened("Twin", "TWIN-2")
    actor = whole()
    with pytest.raises(NotAccepted, match="code"):
        organizations.ask(actor, "Twin", SERVED)
    assert organizations.ask(actor, "TWIN-2", SERVED) == "Twin"


def test_who_asks_has_said_who_they_are_and_does_not_try_names_for_long(database: str):
    opened("Elm House")
    _, actor = signed_up()
    with pytest.raises(ProfileIncomplete):
        organizations.ask(actor, "Elm House", SERVED)
    for number in range(4):
        with pytest.raises((NotAccepted, ProfileIncomplete)):
            organizations.ask(actor, f"Guess {number}", SERVED)
    with pytest.raises(Paused):
        organizations.ask(actor, "Elm House", SERVED)


def test_asking_at_once_asks_once(database: str):
    opened("Fir House")
    actor = whole()
    results = at_once([lambda: organizations.ask(actor, "Fir House", SERVED)] * 4)
    assert kinds(results) == {"str": 1, "AlreadyAsked": 3}


def test_a_wish_is_taken_back_and_a_link_is_left(ours: House):
    actor = whole()
    name = owned(
        "UPDATE organization SET patrons_may_ask = true WHERE id = :id RETURNING name", id=ours.id
    )[0][0]
    organizations.ask(actor, name, SERVED)
    with transaction(ours.administrator.scope) as session:
        seen = session.execute(text("SELECT count(*) FROM patron WHERE account_id = :id"),
                               {"id": actor.account_id}).scalar_one()  # fmt: skip
    assert seen == 1
    _end(actor)
    with transaction(ours.administrator.scope) as session:
        seen = session.execute(text("SELECT count(*) FROM patron WHERE account_id = :id"),
                               {"id": actor.account_id}).scalar_one()  # fmt: skip
    assert seen == 0
    organizations.ask(actor, name, SERVED)
    customer_id = customer_of(ours)
    owned(
        "UPDATE patron_link SET status = 'linked', customer_id = :customer"
        " WHERE status = 'asked' AND patron_id ="
        " (SELECT id FROM patron WHERE account_id = :id) RETURNING 1",
        customer=customer_id,
        id=actor.account_id,
    )
    with transaction(actor.scope) as session:
        assert own.records(session, actor)[0].customer_ids == {customer_id}
    _end(actor)
    with transaction(actor.scope) as session:
        assert own.records(session, actor) == []
        mine = patrons.read(session, actor)
        patrons.change(session, actor, mine.version, replace(WHOLE, given_name="Elsewhere"))
    assert owned("SELECT given_name FROM customer WHERE id = :id", id=customer_id) == [("Ada",)]
    assert links(actor) == [(name, "ended"), (name, "ended")]


def _end(actor: Actor) -> None:
    with transaction(actor.scope) as session:
        organizations.end(session, actor, organizations.links(session, actor)[0].id)


def test_nobody_ends_a_link_of_somebody_else_or_one_that_is_over(ours: House):
    opened("Gum House")
    ada, ben = whole(), whole()
    organizations.ask(ada, "Gum House", SERVED)
    with transaction(ada.scope) as session:
        link_id = organizations.links(session, ada)[0].id
    with pytest.raises(NotFound), transaction(ben.scope) as session:
        organizations.end(session, ben, link_id)
    with pytest.raises(NotAllowed), transaction(ours.administrator.scope) as session:
        organizations.end(session, ours.administrator, link_id)
    _end(ada)
    with pytest.raises(NotFound):
        _end(ada)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE patron_link SET status = 'linked', customer_id = :customer WHERE id = :id",
        "UPDATE patron_link SET customer_id = :customer WHERE id = :id",
        "UPDATE patron_link SET organization_id = :elsewhere WHERE id = :id",
        "UPDATE patron_link SET status = 'ended', organization_id = :elsewhere WHERE id = :id",
        "UPDATE patron_link SET status = 'declined' WHERE id = :id",
        "INSERT INTO patron_link (organization_id, patron_id, customer_id, status, made_at)"
        " SELECT :elsewhere, patron_id, :customer, 'asked', now() FROM patron_link WHERE id = :id",
        "DELETE FROM patron_link WHERE id = :id",
        "UPDATE patron_link SET volunteer_since = now() WHERE id = :id",
        "UPDATE patron_link SET status = 'known', donor_since = now() WHERE id = :id",
        "UPDATE patron_link SET status = 'ended', donor_since = now() WHERE id = :id",
        "UPDATE patron_link SET status = 'ended', asked_as = '{donor}' WHERE id = :id",
        "UPDATE patron_link SET asked_as = '{donor}' WHERE id = :id",
        "INSERT INTO patron_link (organization_id, patron_id, status, made_at, donor_since)"
        " SELECT :elsewhere, patron_id, 'known', now(), now() FROM patron_link WHERE id = :id",
        "INSERT INTO patron_link (organization_id, patron_id, status, made_at, donor_since)"
        " SELECT :elsewhere, patron_id, 'asked', now(), now() FROM patron_link WHERE id = :id",
        "INSERT INTO patron_link (organization_id, patron_id, status, made_at, donor_since)"
        " SELECT :elsewhere, patron_id, 'ended', now(), now() FROM patron_link WHERE id = :id",
        "INSERT INTO supporter_word SELECT organization_id, 'x', id FROM patron_link WHERE id = :id",
    ],
)
def test_a_patron_decides_nothing_about_a_link_but_to_end_it(
    ours: House, theirs: House, attack: str
):
    opened(f"Holm {hash(attack)}")
    actor = whole()
    organizations.ask(actor, f"Holm {hash(attack)}", SERVED)
    with transaction(actor.scope) as session:
        link_id = organizations.links(session, actor)[0].id
    values = {"id": link_id, "customer": customer_of(ours), "elsewhere": theirs.id}
    told = {name: value for name, value in values.items() if f":{name}" in attack}
    with (
        pytest.raises(DBAPIError, match=r"Not for a patron|row-level|permission denied"),
        transaction(actor.scope) as session,
    ):
        session.execute(text(attack), told)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE patron_link SET donor_since = now() WHERE id = :id",
        "UPDATE patron_link SET volunteer_since = '1990-01-01' WHERE id = :id",
        "UPDATE patron_link SET volunteer_since = NULL, donor_since = now() WHERE id = :id",
        "UPDATE patron_link SET status = 'ended', volunteer_since = NULL WHERE id = :id",
        "UPDATE patron_link SET status = 'linked', customer_id = :customer WHERE id = :id",
    ],
)
def test_a_volunteer_changes_nothing_of_what_they_are(ours: House, attack: str):
    _, actor, link_id = volunteering(ours)
    values = {"id": link_id, "customer": customer_of(ours)}
    told = {name: value for name, value in values.items() if f":{name}" in attack}
    with (
        pytest.raises(DBAPIError, match=r"Not for a patron|row-level"),
        transaction(actor.scope) as session,
    ):
        session.execute(text(attack), told)
    with transaction(actor.scope) as session:
        assert organizations.links(session, actor)[0].support == Support(None, SINCE)


def volunteering(ours: House) -> tuple[str, Actor, int]:
    """Somebody who asked the organization of that name and became a volunteer there."""
    actor = whole()
    (name,) = owned(
        "UPDATE organization SET patrons_may_ask = true WHERE id = :id RETURNING name", id=ours.id
    )[0]
    organizations.ask(actor, name, ("volunteer", "nonsense"))
    with transaction(actor.scope) as session:
        link_id = organizations.links(session, actor)[0].id
    with transaction(ours.administrator.scope) as session:
        supporters.connect(session, ours.administrator, link_id, Support(None, SINCE))
    return name, actor, link_id


def test_who_asks_says_what_they_are_and_reads_what_they_are_known_as(ours: House):
    with pytest.raises(NotAccepted) as refused:
        organizations.ask(whole(), "Whatever House", ("administrator",))
    assert set(refused.value.complaints) == {"asked_as"}
    name, actor, link_id = volunteering(ours)
    assert owned("SELECT asked_as FROM patron_link WHERE id = :id", id=link_id) == [
        (["volunteer"],)
    ]
    with transaction(actor.scope) as session:
        (link,) = organizations.links(session, actor)
        assert (link.status, link.support, link.called) == ("known", Support(None, SINCE), "guest")
        assert organizations.places(session, actor).organizations == {ours.id}
        # There is no record there, so there is nothing of theirs to be read.
        assert own.records(session, actor) == []
    with pytest.raises(AlreadyAsked):
        organizations.ask(actor, name, SERVED)
    _end(actor)
    assert links(actor) == [(name, "ended")]
    with transaction(ours.administrator.scope) as session:
        seen = session.execute(
            text("SELECT count(*) FROM patron WHERE account_id = :id"), {"id": actor.account_id}
        )
        assert seen.scalar_one() == 0
        words = session.execute(
            text("SELECT count(*) FROM supporter_word WHERE link_id = :id"), {"id": link_id}
        )
        assert words.scalar_one() == 0
