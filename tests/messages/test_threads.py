"""Threads and messages: who writes, who reads, what stays, and that nobody else sees any of it."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import text

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.documents import documents
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.messages import marks, portal, reading, recipients, writing
from securecare.messages.errors import RepliesClosed
from securecare.messages.writing import LONGEST_BODY, Settings
from securecare.organization.models import Program, Staff
from securecare.scheduling.models import Appointment
from tests.documents.cabinet import PDF, PNG, read
from tests.messages.desk import Desk
from tests.support.community import trail_of


def bodies(seen: reading.Conversation) -> list[str]:
    return [each.body for each in seen.messages]


def test_a_thread_is_started_answered_and_read_by_both_sides(desk: Desk):
    id_ = desk.start(
        "About  the form", body=" Please sign. ", recipients={desk.colleague.account_id}
    )
    desk.reply(id_, "Done.")
    seen = desk.seen(id_)
    assert seen.thread.subject == "About the form"
    assert bodies(seen) == ["Please sign.", "Done."]
    assert [(m.by, m.mine, m.from_customer) for m in seen.messages] == [
        ("Wilma Ross", True, False),
        ("Alice Archer", False, True),
    ]
    assert seen.participants == ("Colin Berg", "Wilma Ross")
    theirs = desk.do(portal.thread_of_patron, {desk.alice}, id_, by=desk.patron)
    assert bodies(theirs) == bodies(seen)
    assert [m.mine for m in theirs.messages] == [False, True]
    assert {"thread.started", "message.sent", "messages.read"} <= set(
        trail_of(desk.worker.organization_id)
    )


def test_long_threads_and_long_lists_come_in_parts(desk: Desk):
    id_ = desk.start(body="0")
    for number in range(1, 7):
        desk.send(id_, str(number))
    newest = desk.do(reading.thread, id_, size=3)
    assert (bodies(newest), newest.earlier) == (["4", "5", "6"], True)
    before = desk.do(reading.thread, id_, newest.messages[0].id, size=3)
    assert (bodies(before), before.earlier) == (["1", "2", "3"], True)
    first = desk.do(reading.thread, id_, before.messages[0].id, size=3)
    assert (bodies(first), first.earlier) == (["0"], False)

    made = [desk.start(f"Thread {n}", customer=desk.charlie) for n in range(5)]
    found, since = [], None
    while True:
        page = desk.do(reading.of_customer, desk.charlie, since, size=2)
        found += [each.id for each in page.rows]
        if (since := page.following) is None:
            break
    assert found == list(reversed(made))
    assert [each.id for each in desk.do(reading.of_staff, size=5).rows] == list(reversed(made))


def test_what_cannot_be_sent_says_why_beside_its_field(desk: Desk):
    with pytest.raises(NotAccepted) as refused:
        desk.start("", body=" ", until=clock.now())
    assert set(refused.value.complaints) == {"subject", "body", "replies_until"}
    id_ = desk.start()
    for body in ("x" * (LONGEST_BODY + 1), "a\x00b", "  "):
        with pytest.raises(NotAccepted):
            desk.send(id_, body)
        with pytest.raises(NotAccepted):
            desk.reply(id_, body)


def test_the_same_form_sent_twice_is_one_message(desk: Desk):
    key = uuid.uuid4()
    id_ = desk.start(key=key)
    assert desk.start(key=key) == id_
    key = uuid.uuid4()
    assert desk.send(id_, key=key) == desk.send(id_, key=key)
    key = uuid.uuid4()
    assert desk.reply(id_, key=key) == desk.reply(id_, key=key)
    assert len(desk.seen(id_).messages) == 3
    other = uuid.uuid4()
    desk.start(key=other)
    with pytest.raises(NotFound):  # somebody else's form tells nothing of its thread
        desk.start(key=other, by=desk.colleague)


def test_answers_end_where_staff_say_so(desk: Desk):
    until = clock.now() + timedelta(days=2)
    id_, never = desk.start(until=until), desk.start(allowed=False)
    key = uuid.uuid4()
    sent = desk.reply(id_, key=key)
    with pytest.raises(RepliesClosed, match="Replies are turned off"):
        desk.reply(never)
    with clock.frozen(until), pytest.raises(RepliesClosed, match="took answers until"):
        desk.reply(id_)
    with clock.frozen(until):
        assert desk.reply(id_, key=key) == sent  # pressed twice, the second time too late
        assert not desk.row(id_).open
        assert desk.send(id_)
    with clock.frozen(until - timedelta(microseconds=1)):
        assert desk.row(id_).open
        desk.reply(id_)


def test_settings_are_changed_and_of_two_the_second_is_told(desk: Desk):
    id_ = desk.start()
    wish = Settings(frozenset({desk.colleague.account_id}), replies_allowed=False)
    assert desk.do(writing.change, id_, 1, wish) == ("recipients", "replies_allowed")
    assert desk.seen(id_).participants == ("Colin Berg",)
    with pytest.raises(Overtaken, match="Wilma Ross"):
        desk.do(writing.change, id_, 1, Settings(frozenset()))
    with pytest.raises(NotAccepted):
        desk.do(writing.change, id_, 2, Settings(frozenset(), True, clock.now()))
    auditor = desk.member("Ada Auditor", Role.AUDITOR).account_id
    for account in (auditor, desk.stranger.account_id, desk.patron.account_id, 2**60):
        with pytest.raises(NotAccepted, match="can no longer read"):
            desk.do(writing.change, id_, 2, Settings(frozenset({account})))


def test_unread_marks_are_for_those_who_take_part(desk: Desk):
    others = desk.colleague, desk.member("Olga Onlooker", Role.CASE_WORKER)
    before = [desk.do(marks.unread, by=who) for who in (desk.worker, *others)]
    id_ = desk.start(recipients={others[0].account_id})
    desk.send(id_)
    answer = desk.reply(id_)

    def counts() -> list[int]:
        now = [desk.do(marks.unread, by=who) for who in (desk.worker, *others)]
        return [after - was for after, was in zip(now, before, strict=True)]

    assert counts() == [1, 1, 0]
    assert desk.row(id_).unread == 1
    assert desk.row(id_, by=others[0]).unread == 3
    assert not desk.row(id_, by=others[1]).takes_part
    assert desk.do(reading.mark_read, id_, answer)
    assert not desk.do(reading.mark_read, id_, answer)
    assert not desk.do(reading.mark_read, id_, answer, by=others[1])
    assert counts() == [0, 1, 0]
    assert desk.do(marks.taking_part, [id_]) == {desk.worker.account_id, others[0].account_id}
    desk.send(id_, by=others[1])  # whoever writes takes part
    assert counts() == [1, 1, 0]
    assert desk.row(id_, by=others[1]).takes_part


def test_the_customer_has_marks_of_their_own(desk: Desk):
    id_ = desk.start()
    more = desk.send(id_)
    own = {desk.alice}
    before = desk.do(portal.unread_of_patron, own, by=desk.patron)

    def unread() -> int:
        return desk.do(portal.thread_of_patron, own, id_, by=desk.patron).thread.unread

    assert unread() == 2
    first = desk.seen(id_).messages[0].id
    assert desk.read(id_, first)
    assert unread() == 1
    assert desk.seen(id_).read_by_customer == first
    assert desk.read(id_)
    assert not desk.read(id_)
    assert desk.seen(id_).read_by_customer == more  # no further than there are messages
    assert desk.do(portal.unread_of_patron, own, by=desk.patron) == before - 1
    desk.reply(id_)
    assert desk.do(portal.unread_of_patron, own, by=desk.patron) == before - 1


def test_another_customers_thread_is_as_if_it_were_not_there(desk: Desk):
    theirs = desk.start(customer=desk.charlie, documents=())
    for own in ({desk.alice}, set[int]()):
        for thread in (theirs, 2**60):
            for verb, more in (
                (portal.thread_of_patron, ()),
                (portal.mark_read, (1,)),
                (portal.reply, ("Hello", uuid.uuid4())),
            ):
                with pytest.raises(NotFound) as refused:
                    desk.do(verb, own, thread, *more, by=desk.patron)
                assert refused.value.message == NotFound("This conversation").message
    assert theirs not in {
        each.id for each in desk.do(portal.threads_of_patron, {desk.alice}, by=desk.patron).rows
    }
    assert desk.do(portal.threads_of_patron, set[int](), by=desk.patron).rows == []
    assert desk.do(portal.unread_of_patron, set[int](), by=desk.patron) == 0
    with pytest.raises(NotAllowed):
        desk.do(portal.threads_of_patron, {desk.alice})  # staff, even with the id at hand


def test_whoever_has_no_right_gets_nothing(desk: Desk):
    id_ = desk.start()
    for role in set(Role) - {Role.ADMINISTRATOR, Role.MANAGER, Role.CASE_WORKER}:
        who = desk.cabinet.somebody(role)
        for verb in (reading.thread, reading.of_customer):
            with pytest.raises(NotAllowed):
                desk.do(verb, id_, by=who)
        with pytest.raises(NotAllowed):
            desk.do(reading.of_staff, by=who)
        with pytest.raises(NotAllowed):
            desk.send(id_, by=who)
        with pytest.raises(NotAllowed):
            desk.start(by=who)
        assert desk.do(marks.unread, by=who) == 0
    for verb in (reading.thread, reading.mark_read, writing.change):
        more = {reading.thread: (), reading.mark_read: (1,)}.get(verb, (1, Settings(frozenset())))
        with pytest.raises(NotFound):
            desk.do(verb, id_, *more, by=desk.stranger)
    with pytest.raises(NotFound):
        desk.do(reading.of_customer, desk.alice, by=desk.stranger)
    with pytest.raises(NotFound):
        desk.start(by=desk.stranger)


def test_rights_in_one_place_reach_the_threads_of_its_people(desk: Desk):
    of, here = desk.worker.organization_id, desk.cabinet.facility
    with owner_transaction() as session:
        far = session.execute(
            text(
                "INSERT INTO facility (organization_id, name, time_zone, street, phone, active,"
                " version) VALUES (:of, 'Far', 'Etc/UTC', '', '', true, 1) RETURNING id"
            ),
            {"of": of},
        ).scalar_one()
        program = Program(organization_id=of, name="Care", short_name="C")
        staff = Staff(organization_id=of, facility_id=here, name="Ann")
        session.add_all([program, staff])
        session.flush()
        at = clock.now()
        session.add(
            Appointment(
                organization_id=of,
                customer_id=desk.charlie,
                facility_id=here,
                program_id=program.id,
                staff_id=staff.id,
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                occupied_from=at,
                occupied_to=at + timedelta(hours=1),
                local_day=at.date(),
            )
        )
    near = desk.member("Nora Near", Role.CASE_WORKER, facility_id=here)
    away = desk.member("Frank Far", Role.CASE_WORKER, facility_id=far)
    offered = {each.account_id for each in desk.do(recipients.eligible, desk.charlie)}
    assert near.account_id in offered
    assert away.account_id not in offered
    id_ = desk.start(customer=desk.charlie, recipients={near.account_id})
    assert desk.do(marks.unread, by=near) == 1
    assert [each.id for each in desk.do(reading.of_staff, by=near).rows] == [id_]
    desk.sql(
        "INSERT INTO message_participant (organization_id, thread_id, account_id)"
        " VALUES (:of, :id, :who)",
        of=of,
        id=id_,
        who=away.account_id,
    )  # took part once, and was moved elsewhere since
    assert desk.do(marks.unread, by=away) == 0
    assert desk.do(reading.of_staff, by=away).rows == []
    with pytest.raises(NotFound):
        desk.do(reading.thread, id_, by=away)
    with pytest.raises(NotAccepted):
        desk.start(customer=desk.charlie, recipients={away.account_id})


def test_documents_go_along_in_the_version_that_was_sent(desk: Desk):
    shelf = desk.cabinet
    paper = shelf.store(title="The paper")
    id_ = desk.start(documents={paper})
    (file,) = desk.seen(id_).messages[0].attachments
    assert (file.file_name, file.media_type, file.kept) == ("scan.pdf", "application/pdf", True)
    desk.do(
        documents.replace, paper, 1, shelf.received(PNG, "photo.png", document=paper), uuid.uuid4()
    )
    assert desk.seen(id_).messages[0].attachments == (file,)
    opened = desk.do(
        portal.open_attachment_of_patron, {desk.alice}, file.version_id, by=desk.patron
    )
    assert read(opened) == PDF


def test_a_file_whose_time_is_over_is_named_and_not_opened(desk: Desk):
    shelf = desk.cabinet
    paper = shelf.store(kind=shelf.note)  # need not be kept
    id_ = desk.start(documents={paper})
    desk.do(documents.delete, paper, 1)
    (file,) = desk.seen(id_).messages[0].attachments
    assert (file.file_name, file.kept, file.previewed) == ("scan.pdf", False, False)
    with pytest.raises(NotFound):
        desk.do(portal.open_attachment_of_patron, {desk.alice}, file.version_id, by=desk.patron)


def test_only_the_customers_own_documents_can_be_attached(desk: Desk):
    shelf = desk.cabinet
    mine, foreign = shelf.store(), shelf.store(customer=desk.charlie)
    for wrong in (foreign, 2**60):
        with pytest.raises(NotFound) as refused:
            desk.start(documents={mine, wrong})
        assert "A document to be attached" in refused.value.message
    with pytest.raises(NotAccepted, match="10 documents at most"):
        desk.start(documents=set(range(1, 12)))


def test_only_what_was_sent_to_them_is_opened_by_a_customer(desk: Desk):
    shelf = desk.cabinet
    sent, kept = shelf.store(), shelf.store()
    foreign = shelf.store(customer=desk.charlie)
    desk.start(documents={sent})
    desk.start(customer=desk.charlie, documents={foreign})
    versions = {id_: shelf.detail(id_).version_id for id_ in (sent, kept, foreign)}
    with owner_transaction() as session:  # as a fault elsewhere might leave it
        session.execute(
            text(
                "INSERT INTO message_attachment (organization_id, message_id, version_id)"
                " SELECT organization_id, message_id, :hers FROM message_attachment"
                " WHERE version_id = :his"
            ),
            {"hers": versions[kept], "his": versions[foreign]},
        )
    opening = portal.open_attachment_of_patron
    assert read(desk.do(opening, {desk.alice}, versions[sent], by=desk.patron)) == PDF
    for version, own in (
        (versions[kept], {desk.alice}),
        (versions[foreign], {desk.alice}),
        (versions[sent], {desk.charlie}),
        (versions[sent], set[int]()),
        (2**60, {desk.alice}),
    ):
        with pytest.raises(NotFound):
            desk.do(opening, own, version, by=desk.patron)
    with pytest.raises(NotAllowed):
        desk.do(opening, {desk.alice}, versions[sent])
