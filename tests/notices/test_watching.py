"""What the people see who look after it, what they may do, and what a dump of it all gives away."""

import subprocess
from datetime import datetime, timedelta

import pytest

from securecare.access.actor import Actor, Grant
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.foundation import clock, embedded
from securecare.jobs import ticks
from securecare.notices import retrying, sending, watching
from securecare.notices.channels import Letter, Refused, Unreachable
from securecare.notices.watching import NotForRetry
from securecare.settings import conninfo, settings
from tests.notices.office import Memory, Office, drain
from tests.support.community import trail_of
from tests.support.mail_server import MailServer
from tests.support.sms_service import SmsService

pytestmark = pytest.mark.usefixtures("afternoon")


def refuse(_letter: Letter) -> None:
    raise Refused("smtp_550")


def given_up(office: Office, now: datetime) -> int:
    def away(_letter: Letter) -> None:
        raise Unreachable("smtp_unreachable")

    id_ = office.letter()
    for _ in range(retrying.MOST_ATTEMPTS):
        with clock.frozen(now):
            drain("email", Memory(before=away))
        now += timedelta(days=1)
    assert office.state(id_)[0] == "dead"
    return id_


def test_what_waits_and_what_failed_is_counted_by_channel(
    office: Office, mail: MailServer, afternoon: datetime
):
    dead = given_up(office, afternoon)
    failed = office.letter()
    drain("email", Memory(before=refuse))
    office.letter()
    office.letter(not_before=afternoon + timedelta(days=1))
    withheld = office.text()
    drain("sms", Memory())
    mails, texts = office.do(watching.tallies)
    assert (mails.channel, mails.set_up, texts.channel, texts.set_up) == (
        "email",
        True,
        "sms",
        False,
    )
    assert (mails.waiting, mails.later, mails.sending, mails.failed, mails.dead) == (1, 1, 0, 1, 1)
    assert (texts.withheld, texts.waiting, mails.oldest_due_at) == (1, 0, afternoon)
    assert [line.id for line in office.do(watching.listing)] == [failed, dead]
    (line,) = office.do(watching.listing, "withheld")
    assert (line.id, line.reason) == (withheld, watching.REASONS["no_consent"])
    assert [line.id for line in office.do(watching.listing, "failed", failed)] == [dead]


def test_a_list_does_not_tell_whole_addresses(office: Office):
    office.letter("cleo.ray@example.org")
    office.text()
    recipients = [line.recipient for line in office.do(watching.listing, "waiting")]
    assert recipients == [f"•••{office.phone[-4:]}", "c…@example.org"]


def test_what_was_refused_is_tried_again_under_a_new_key(office: Office):
    id_ = office.letter()
    drain("email", Memory(before=refuse))
    key = office.key(id_)
    office.do(watching.retry, id_)
    post = Memory()
    assert drain("email", post) == 1
    assert post.keys == [f"{key}/2"]
    assert office.state(id_) == ("sent", "")
    assert trail_of(office.id)[-1] == "notice.retried"


def test_what_was_given_up_is_tried_again_under_its_old_key(office: Office, afternoon: datetime):
    """Nobody knows whether a provider has it already; by its key the provider does."""
    ids = [given_up(office, afternoon), given_up(office, afternoon)]
    key = office.key(ids[0])
    other = Office("Birch")
    theirs = given_up(other, afternoon)
    assert office.do(watching.retry_all_dead) == 2
    assert other.state(theirs)[0] == "dead"
    post = Memory()
    drain("email", post)
    assert key in post.keys
    assert len(post.keys) == 2


def test_nothing_else_can_be_tried_again(office: Office):
    id_ = office.letter()
    with pytest.raises(NotForRetry):
        office.do(watching.retry, id_)
    drain("email", Memory())
    with pytest.raises(NotForRetry):
        office.do(watching.retry, id_)
    with pytest.raises(NotFound):
        office.do(watching.retry, id_ + 10_000)


def test_a_withheld_notice_stays_withheld(office: Office):
    id_ = office.text()
    drain("sms", Memory())
    with pytest.raises(NotForRetry):
        office.do(watching.retry, id_)


def test_another_organizations_notices_are_not_there(office: Office):
    id_ = office.letter()
    drain("email", Memory(before=refuse))
    other = Office("Birch")
    with pytest.raises(NotFound):
        other.do(watching.retry, id_)
    assert other.do(watching.listing) == []


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.ADMINISTRATOR])
def test_who_may_look_and_who_may_do(office: Office, role: Role):
    id_ = office.letter()
    drain("email", Memory(before=refuse))
    somebody = office.somebody(role)
    for verb in (watching.tallies, watching.listing, ticks.of):
        if role is Role.AUDITOR:
            office.do(verb, by=somebody)
        else:
            with pytest.raises(NotAllowed):
                office.do(verb, by=somebody)
    for verb, *given in ((watching.retry, id_), (watching.retry_all_dead,)):
        with pytest.raises(NotAllowed):
            office.do(verb, *given, by=somebody)


def test_the_right_has_to_hold_for_the_whole_organization(office: Office):
    grant = Grant(Role.ADMINISTRATOR, facility_id=1)
    manager = Actor(office.administrator.account_id, office.id, 0, "M", (grant,))
    with pytest.raises(NotAllowed):
        office.do(watching.tallies, by=manager)


def test_what_ticks_is_noted_with_how_it_ended(office: Office, afternoon: datetime):
    with pytest.raises(ZeroDivisionError), ticks.noted("odd", 60):
        raise ZeroDivisionError
    with ticks.noted("even", 5):
        (during,) = [tick for tick in office.do(ticks.of) if tick.name == "even"]
        assert during.running
    even, odd = (tick for tick in office.do(ticks.of) if tick.name in {"even", "odd"})
    assert (even.running, even.runs, even.failures, even.last_error) == (False, 1, 0, "")
    assert (odd.failures, odd.last_error, odd.failed_at) == (1, "ZeroDivisionError", afternoon)
    with ticks.noted("odd", 60):
        pass
    (odd,) = [tick for tick in office.do(ticks.of) if tick.name == "odd"]
    assert (odd.runs, odd.failures, odd.last_error, odd.failed_at) == (2, 1, "", afternoon)


def test_a_dump_of_the_database_holds_no_recipient_and_no_words(
    office: Office, mail: MailServer, sms: SmsService
):
    office.letter("kanarienvogel@example.org", key="password:canary")
    office.text(to="+12125550987", use=None, key="message:canary")
    waiting = dumped()
    sending.send_due()
    assert (len(mail.letters), len(sms.texts)) == (1, 1)
    for dump in (waiting, dumped()):
        assert b"password:canary" in dump
        for canary in (b"kanarienvogel", b"2125550987", b"care.example.org"):
            assert canary not in dump
            assert canary.hex().encode() not in dump


def dumped() -> bytes:
    """All of the database as its owner can take it out."""
    program = embedded.binaries() / "pg_dump"
    done = subprocess.run(
        [str(program), "--enable-row-security", conninfo(settings().database_url)],
        capture_output=True,
        check=True,
    )
    return done.stdout
