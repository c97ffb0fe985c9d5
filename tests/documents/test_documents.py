"""Documents from their bytes to their deletion, and who may do what with them."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Permission, Role
from securecare.documents import documents, kinds, media, reading, receiving, stores
from securecare.documents.documents import DocumentForm, Upload
from securecare.documents.errors import (
    Empty,
    FileAltered,
    FileMissing,
    NotThisKind,
    StillRetained,
    TookTooLong,
    TooLarge,
)
from securecare.documents.kinds import KindForm
from securecare.documents.receiving import MOST_BYTES
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.organization.models import Program, Staff
from securecare.scheduling.models import Appointment
from securecare.settings import settings
from tests.documents.cabinet import PDF, PNG, Cabinet, read, word
from tests.support.community import trail_of

CANARY = b"Kanarienvogel"


def sized(size: int) -> bytes:
    return PDF + bytes(size - len(PDF))


def files() -> set[str]:
    return {kept.key for kept in stores.store().listed()}


def drafts() -> int:
    return len(list(stores.store().drafts.glob("*")))


def test_what_was_stored_comes_back_as_it_was(cabinet: Cabinet) -> None:
    id_ = cabinet.store(word(more___xml=b"x" * 100), "..\\Agreement.docx", title=" The  paper ")
    row = cabinet.detail(id_)
    assert (row.title, row.file_name, row.media_type) == ("The paper", "Agreement.docx", media.DOCX)
    assert (row.kind, row.number, row.stored_by) == ("Consent", 1, "Alice Moreau")
    assert cabinet.content(id_) == word(more___xml=b"x" * 100)
    trail = trail_of(cabinet.organization_id)
    assert {"document.added", "document.downloaded"} <= set(trail)


def test_25_mb_are_taken_and_one_byte_more_is_not(cabinet: Cabinet) -> None:
    before = files(), drafts()
    with pytest.raises(TooLarge, match="larger than 25 MB"):
        cabinet.received(sized(MOST_BYTES + 1))
    assert (files(), drafts()) == before
    id_ = cabinet.store(sized(MOST_BYTES))
    assert cabinet.detail(id_).size_bytes == 25 * 1024 * 1024
    assert cabinet.content(id_) == sized(MOST_BYTES)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"", Empty), (b"<svg/>", NotThisKind), (b"<html>", NotThisKind), (b"MZ\x00", NotThisKind)],
)
def test_what_is_refused_leaves_nothing_behind(
    cabinet: Cabinet, content: bytes, refusal: type[Exception]
) -> None:
    before = files(), drafts()
    with pytest.raises(refusal):
        cabinet.received(content, "innocent.pdf")
    assert (files(), drafts()) == before


def test_a_zip_bomb_is_refused_and_leaves_nothing_behind(cabinet: Cabinet) -> None:
    before = files(), drafts()
    with pytest.raises(Exception, match="larger than it looks"):
        cabinet.received(word(big___xml=bytes(60_000_000)), "letter.docx")
    assert (files(), drafts()) == before


def test_the_same_form_sent_twice_is_one_document(cabinet: Cabinet) -> None:
    form, key = DocumentForm("Twice", cabinet.consent), uuid.uuid4()
    made = {
        cabinet.do(documents.store, Upload(cabinet.alice, form, cabinet.received(), key))
        for _ in range(2)
    }
    assert len(made) == 1


def test_a_new_version_leaves_the_former_one_to_be_read(cabinet: Cabinet) -> None:
    id_ = cabinet.store()
    received = cabinet.received(PNG, "photo.png", document=id_)
    cabinet.do(documents.replace, id_, 1, received, uuid.uuid4())
    newest, first = cabinet.do(reading.versions, id_)
    assert (newest.number, newest.file_name, first.file_name) == (2, "photo.png", "scan.pdf")
    assert cabinet.content(id_) == PNG
    assert read(cabinet.do(reading.open_version, first.id)) == PDF
    again = cabinet.received(PDF, document=id_)
    with pytest.raises(Overtaken):
        cabinet.do(documents.replace, id_, 1, again, uuid.uuid4())


def test_a_file_received_for_one_document_is_not_taken_for_another(cabinet: Cabinet) -> None:
    one, other = cabinet.store(), cabinet.store()
    received = cabinet.received(document=one)
    with pytest.raises(NotFound):
        cabinet.do(documents.replace, other, 1, received, uuid.uuid4())


def test_of_two_who_change_a_document_the_second_is_told(cabinet: Cabinet) -> None:
    id_ = cabinet.store()
    cabinet.do(documents.change, id_, 1, DocumentForm("Renamed", cabinet.note, True))
    row = cabinet.detail(id_)
    assert (row.title, row.kind, row.public_to_customer) == ("Renamed", "Note", True)
    with pytest.raises(Overtaken, match="Alice Moreau"):
        cabinet.do(documents.change, id_, 1, DocumentForm("Mine", cabinet.consent))


def test_a_title_is_needed_and_an_unused_kind_is_not_offered(cabinet: Cabinet) -> None:
    with pytest.raises(NotAccepted):
        cabinet.store(title="  ")
    admin = cabinet.somebody(Role.ADMINISTRATOR)
    old = cabinet.do(kinds.add, KindForm(f"Old {uuid.uuid4()}", 1), by=admin)
    id_ = cabinet.store(kind=old)
    form = KindForm(f"Old {uuid.uuid4()}", 1, active=False)
    cabinet.do(kinds.change, old, 1, form, by=admin)
    with pytest.raises(NotAccepted, match="no longer used"):
        cabinet.store(kind=old)
    cabinet.do(documents.change, id_, 1, DocumentForm("Keeps its kind", old))


def test_deleting_is_refused_until_retention_ends(cabinet: Cabinet) -> None:
    with clock.frozen(datetime(2028, 2, 29, 12, tzinfo=UTC)):
        id_ = cabinet.store()
        with pytest.raises(StillRetained, match=r"until March 1, 2034"):
            cabinet.do(documents.delete, id_, 1)
    with clock.frozen(datetime(2034, 2, 28, 23, 59, tzinfo=UTC)), pytest.raises(StillRetained):
        cabinet.do(documents.delete, id_, 1)
    version = cabinet.detail(id_).version_id
    with clock.frozen(datetime(2034, 3, 1, 0, 0, tzinfo=UTC)):
        cabinet.do(documents.delete, id_, 1)
    for verb in (reading.detail, reading.versions):
        with pytest.raises(NotFound):
            cabinet.do(verb, id_)
    with pytest.raises(NotFound):
        cabinet.do(reading.open_version, version)


def test_retention_grows_with_a_stricter_kind_and_never_shrinks(cabinet: Cabinet) -> None:
    with clock.frozen(datetime(2027, 1, 13, tzinfo=UTC)):
        id_ = cabinet.store(kind=cabinet.note)
        assert cabinet.detail(id_).may_be_deleted
        cabinet.do(documents.change, id_, 1, DocumentForm("Kept", cabinet.consent))
        cabinet.do(documents.change, id_, 2, DocumentForm("Kept", cabinet.note))
        with pytest.raises(StillRetained, match="2033"):
            cabinet.do(documents.delete, id_, 3)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE document SET retained_until = '2000-01-01' WHERE id = {id}",
        "UPDATE document SET deleted_at = now() WHERE id = {id}",
        "DELETE FROM document WHERE id = {id}",
        "DELETE FROM document_file WHERE document_id = {id}",
        "UPDATE document_file SET key_sealed = '' WHERE document_id = {id}",
        "UPDATE document_version SET number = 9 WHERE document_id = {id}",
        "DELETE FROM document_version WHERE document_id = {id}",
    ],
)
def test_the_database_itself_keeps_what_must_be_kept(cabinet: Cabinet, statement: str) -> None:
    id_ = cabinet.store()
    refusal = r"permission denied|permanent|never shortened|kept longer"
    with pytest.raises(DBAPIError, match=refusal), transaction(cabinet.worker.scope) as session:
        session.execute(text(statement.format(id=id_)))


@pytest.mark.parametrize(
    "role", [Role.SCHEDULER, Role.OUTREACH_LEAD, Role.BILLING_CLERK, Role.AUDITOR, Role.PATRON]
)
def test_roles_without_the_right_get_nothing(cabinet: Cabinet, role: Role) -> None:
    id_ = cabinet.store()
    version = cabinet.detail(id_).version_id
    who = cabinet.somebody(role)
    for verb, argument in (
        (reading.of_customer, cabinet.alice),
        (reading.detail, id_),
        (reading.versions, id_),
        (reading.open_version, version),
        (documents.place_for, cabinet.alice),
        (documents.place_of, id_),
    ):
        with pytest.raises(NotAllowed):
            cabinet.do(verb, argument, by=who)
    with pytest.raises(NotAllowed):
        cabinet.do(documents.delete, id_, 1, by=who)
    assert not who.may(Permission.EDIT_DOCUMENTS)


@pytest.mark.parametrize("where", ["another organization", "another facility"])
def test_out_of_reach_is_the_same_as_not_there(cabinet: Cabinet, where: str) -> None:
    id_ = cabinet.store(customer=cabinet.charlie)
    version = cabinet.detail(id_).version_id
    received = cabinet.received(customer=cabinet.charlie)
    upload = Upload(cabinet.charlie, DocumentForm("x", cabinet.consent), received, uuid.uuid4())
    if where == "another organization":
        who = cabinet.stranger
    else:
        _has_an_appointment(cabinet)
        who = cabinet.somebody(Role.CASE_WORKER, facility_id=cabinet.facility + 1000)
    for verb, arguments in (
        (reading.of_customer, (cabinet.charlie,)),
        (reading.detail, (id_,)),
        (reading.versions, (id_,)),
        (reading.open_version, (version,)),
        (documents.place_for, (cabinet.charlie,)),
        (documents.place_of, (id_,)),
        (documents.store, (upload,)),
        (documents.replace, (id_, 1, received, uuid.uuid4())),
        (documents.change, (id_, 1, DocumentForm("x", cabinet.consent))),
        (documents.delete, (id_, 1)),
    ):
        refusals = []
        for ids in (
            arguments,
            tuple(10**12 if each in (id_, version) else each for each in arguments),
        ):
            with pytest.raises(NotFound) as refused:
                cabinet.do(verb, *ids, by=who)
            refusals.append(refused.value.message)
        assert refusals[0] == refusals[1]


def _has_an_appointment(cabinet: Cabinet) -> None:
    """Charlie is known at one facility, so that another one's staff does not see him."""
    at = datetime(2027, 1, 13, 9, tzinfo=UTC)
    where = {"organization_id": cabinet.organization_id}
    with owner_transaction() as session:
        staff = Staff(**where, facility_id=cabinet.facility, name="Sam")
        program = Program(**where, name="Visits", short_name="Visits")
        session.add_all([staff, program])
        session.flush()
        session.add(
            Appointment(
                **where,
                facility_id=cabinet.facility,
                program_id=program.id,
                staff_id=staff.id,
                customer_id=cabinet.charlie,
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                occupied_from=at,
                occupied_to=at + timedelta(hours=1),
                local_day=at.date(),
            )
        )


def test_a_patron_sees_what_is_public_of_their_own_records_and_no_more(cabinet: Cabinet) -> None:
    public = cabinet.store(public=True, title="For you")
    private = cabinet.store(title="Not for you")
    others = cabinet.store(public=True, customer=cabinet.charlie)
    patron = cabinet.somebody(Role.PATRON)
    own = {cabinet.alice}
    shown = cabinet.do(reading.of_patron, own, by=patron).rows
    assert public in {row.id for row in shown}
    assert not {private, others} & {row.id for row in shown}
    version = cabinet.detail(public).version_id
    assert read(cabinet.do(reading.open_of_patron, own, version, by=patron)) == PDF
    for hidden in (private, others):
        version = cabinet.detail(hidden).version_id
        with pytest.raises(NotFound):
            cabinet.do(reading.open_of_patron, own, version, by=patron)
    assert cabinet.do(reading.of_patron, set(), by=patron).rows == []
    with pytest.raises(NotAllowed):
        cabinet.do(reading.of_patron, own)


def test_a_former_version_is_not_for_the_patron(cabinet: Cabinet) -> None:
    id_ = cabinet.store(public=True)
    former = cabinet.detail(id_).version_id
    received = cabinet.received(PNG, document=id_)
    cabinet.do(documents.replace, id_, 1, received, uuid.uuid4())
    patron = cabinet.somebody(Role.PATRON)
    with pytest.raises(NotFound):
        cabinet.do(reading.open_of_patron, {cabinet.alice}, former, by=patron)


def test_a_list_goes_on_where_it_stopped(cabinet: Cabinet) -> None:
    made = {cabinet.store(customer=cabinet.charlie) for _ in range(5)}
    seen, since = [], None
    while True:
        page = cabinet.do(reading.of_customer, cabinet.charlie, since, size=2)
        seen += [row.id for row in page.rows]
        since = page.following
        if since is None:
            break
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
    only = cabinet.do(reading.of_customer, cabinet.charlie, kind_id=cabinet.note).rows
    assert {row.kind_id for row in only} <= {cabinet.note}


def test_a_swapped_or_altered_file_is_not_opened(cabinet: Cabinet) -> None:
    one, other = cabinet.store(PDF + b"one"), cabinet.store(PDF + b"two")
    folder = settings().vault_folder
    paths = [folder / key(cabinet, id_) for id_ in (one, other)]
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, reversed(contents), strict=True):
        path.write_bytes(content)
    for id_ in (one, other):
        with pytest.raises(FileAltered):
            cabinet.content(id_)
    paths[0].write_bytes(contents[0][:-1] + bytes([contents[0][-1] ^ 1]))
    paths[1].write_bytes(contents[1][:-1])
    for id_ in (one, other):
        with pytest.raises(FileAltered):
            cabinet.content(id_)
    paths[0].unlink()
    with pytest.raises(FileMissing):
        cabinet.content(one)


def test_a_row_that_points_to_another_documents_file_opens_nothing(cabinet: Cabinet) -> None:
    """Somebody who can write to the tables moves a version to another customer's document."""
    mine, theirs = cabinet.store(), cabinet.store(customer=cabinet.charlie)
    version = cabinet.detail(mine).version_id
    cabinet.sql("ALTER TABLE document_version DISABLE TRIGGER USER")
    cabinet.sql("DELETE FROM document_version WHERE document_id = :id", id=mine)
    cabinet.sql(
        "UPDATE document_version SET document_id = :mine WHERE document_id = :theirs",
        mine=mine,
        theirs=theirs,
    )
    cabinet.sql("ALTER TABLE document_version ENABLE TRIGGER USER")
    with pytest.raises(NotFound):
        cabinet.do(reading.open_version, version)
    with pytest.raises(FileAltered):
        cabinet.content(mine)


def key(cabinet: Cabinet, id_: int) -> str:
    [[found]] = cabinet.sql(
        "SELECT storage_key FROM document_version WHERE document_id = :id", id=id_
    )
    return found


def test_neither_folder_nor_tables_hold_what_is_in_a_document(cabinet: Cabinet) -> None:
    cabinet.store(b"A letter about a " + CANARY + b"\n" * 2_000_000, "letter.txt")
    folder = settings().vault_folder
    for file in folder.rglob("*"):
        assert not file.is_file() or CANARY not in file.read_bytes()
    for table in ("document", "document_version", "document_file", "audit_event"):
        dump = cabinet.sql(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t")[0][0]
        assert CANARY.decode() not in dump
        assert CANARY.hex() not in dump


def test_the_vault_is_for_its_owner_alone(cabinet: Cabinet) -> None:
    cabinet.store()
    for each in settings().vault_folder.rglob("*"):
        assert each.stat().st_mode & 0o077 == 0, each


def test_a_file_that_waited_too_long_is_not_noted(cabinet: Cabinet) -> None:
    received = cabinet.received()
    form = DocumentForm("Late", cabinet.consent)
    with clock.frozen(clock.now() + timedelta(hours=2)), pytest.raises(TookTooLong):
        cabinet.do(documents.store, Upload(cabinet.alice, form, received, uuid.uuid4()))


def test_a_full_disk_is_said_in_a_sentence(
    cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(receiving.os, "fsync", full)
    before = files(), drafts()
    with pytest.raises(Exception, match="cannot be reached right now"):
        cabinet.received()
    assert (files(), drafts()) == before
