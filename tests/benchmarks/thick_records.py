"""Records of five thousand of everything: what stands in them is written by statements, not by hand.

Four customers beside the demo's have such a record each, so that what belongs to one has
to be found among others, and everything else of the demo is there as well.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, text
from sqlmodel import Session

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.casework.models import SEALED_ENTRY
from securecare.customers.record_models import CALL_NOTES, GROUP_NUMBER, MEMBER_NUMBER
from securecare.foundation.columns import table_of
from securecare.foundation.db import owner_transaction
from securecare.messages.models import BODY, SUBJECT, Message, MessageThread

ENTRIES = 5000
RECORDS = 4
FIRST_RELATIVE = 900_001
WORDS = '{"note": "", "words": "A room of their own", "measure": "", "target": "", "answers": []}'

_CUSTOMERS = """
    INSERT INTO customer (organization_id, number, given_name, family_name, born_on, phone, email,
                          created_at, version)
    SELECT :id, :number + n, 'Thick', 'Record', '1990-05-01', '+14015550001', '', now(), 1
      FROM generate_series(1, :most) n RETURNING id
"""
_STAFF = """
    INSERT INTO staff (organization_id, facility_id, name, title, active, version)
    SELECT :organization, (SELECT min(id) FROM facility WHERE organization_id = :organization),
           'Bench ' || n, '', true, 1 FROM generate_series(1, :records) n
"""
_APPOINTMENTS = """
    INSERT INTO appointment (public_id, organization_id, facility_id, program_id, staff_id,
        customer_id, starts_at, ends_at, occupied_from, occupied_to, local_day, status,
        forced_overlap, forced_hours, override_reason, public_note, notify_customer, version,
        created_at, updated_at)
    SELECT gen_random_uuid(), :organization, f.id, p.id, s.id, c.id, t.at, t.at + t.long, t.at,
           t.at + t.long, t.at::date,
           CASE WHEN t.at > now() THEN 'booked' WHEN n % 10 = 0 THEN 'no_show' ELSE 'completed' END,
           false, false, '', 'Bring the letter', true, 1, now(), now()
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM customer
             WHERE id = ANY(:customers)) c
      JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM staff
             WHERE name LIKE 'Bench %') s ON s.place = c.place
     CROSS JOIN generate_series(1, :entries) n
     CROSS JOIN LATERAL (SELECT now() + interval '90 days' - n * interval '4 hours' AS at,
                                interval '30 minutes' AS long) t
      JOIN LATERAL (SELECT id FROM facility WHERE organization_id = :organization AND active
                     ORDER BY id OFFSET n % 2 LIMIT 1) f ON true
      JOIN LATERAL (SELECT id FROM program WHERE organization_id = :organization AND active
                     ORDER BY id OFFSET n % 4 LIMIT 1) p ON true
"""
_ABSENCES = """
    INSERT INTO absence (organization_id, customer_id, program_id, starts_at, ends_at, reason, words,
                         approver, approved_at, version)
    SELECT :organization, c, CASE WHEN n % 2 = 0 THEN (SELECT min(id) FROM program
                                   WHERE organization_id = :organization) END,
           now() + interval '80 days' - n * interval '4 hours',
           now() + interval '80 days' - n * interval '4 hours' + interval '2 hours',
           'family', '', 'Somebody', now(), 1
      FROM unnest(CAST(:customers AS bigint[])) c CROSS JOIN generate_series(1, :entries) n
"""
_CALLS = """
    INSERT INTO phone_call (organization_id, customer_id, at, caller, relationship, phone, topic,
                            public_id, notes_sealed, account_id, made_at)
    SELECT :organization, c, now() - n * interval '4 hours', 'Rosa Hale', 'Mother', '+14015550100',
           'Change of address', :public_id, :call_notes, :account, now()
      FROM unnest(CAST(:customers AS bigint[])) c CROSS JOIN generate_series(1, :entries) n
"""
_DOCUMENTS = """
    WITH made AS (
        INSERT INTO document (organization_id, public_id, customer_id, kind_id, title,
                              public_to_customer, current_number, stored_at, retained_until, version)
        SELECT :organization, gen_random_uuid(), c,
               (SELECT min(id) FROM document_kind WHERE organization_id = :organization),
               'Letter ' || n, n % 3 = 0, 1, now() - n * interval '4 hours',
               current_date + 2000, 1
          FROM unnest(CAST(:customers AS bigint[])) c CROSS JOIN generate_series(1, :entries) n
        RETURNING id, public_id, stored_at)
    INSERT INTO document_version (organization_id, document_id, number, file_name, media_type,
                                  size_bytes, sha256, storage_key, form_key, account_id, stored_at)
    SELECT :organization, id, 1, 'letter.pdf', 'application/pdf', 20000, '\\x00', public_id::text,
           gen_random_uuid(), :account, stored_at FROM made
"""
_CONSENT = """
    INSERT INTO contact_consent (organization_id, customer_id, channel, phone, use, given, at,
                                 source, account_id)
    SELECT :organization, c, 'sms', '+1401555' || lpad((n % 4)::text, 4, '0'),
           (ARRAY['appointment_reminders', 'payment_notices', 'message_alerts'])[1 + n % 3],
           n % 2 = 0, now() - (:entries - n) * interval '4 hours', 'staff', :account
      FROM unnest(CAST(:customers AS bigint[])) c CROSS JOIN generate_series(1, :entries) n
"""
_PEOPLE = """
    INSERT INTO authorized_person (organization_id, customer_id, name, relationship, phone,
                                   expires_on, added_at, version)
    SELECT :organization, c, 'Person ' || n, 'Mother', '+14015550100',
           current_date + 20 - n, now(), 1
      FROM unnest(CAST(:customers AS bigint[])) c CROSS JOIN generate_series(1, :entries) n
"""
_CHECKS = """
    INSERT INTO identity_check (organization_id, person_id, checked, confirmed, seen, account_id, at)
    SELECT :organization, id, 'name', true, 'Passport', :account, now() FROM authorized_person
     WHERE name LIKE 'Person %'
"""
_ALERTS = """
    INSERT INTO customer_alert (organization_id, customer_id, kind, words, set_by, set_at, lifted_at)
    SELECT :organization, c, 'care', 'Was true then', :account, now(),
           CASE WHEN n > 3 THEN now() END
      FROM unnest(CAST(:customers AS bigint[])) c CROSS JOIN generate_series(1, :entries) n
"""
_POLICIES = """
    INSERT INTO insurance_policy (organization_id, customer_id, carrier, plan, holder, holder_is,
        priority, valid_from, valid_until, public_id, member_number_sealed, group_number_sealed,
        version, changed_at)
    SELECT :organization, c, 'Harbor Mutual', 'Silver', '', '', 1 + n % 9,
           current_date - (n / 9) * 30, current_date - (n / 9) * 30 + 29, :public_id,
           :member_number, :group_number, 1, now()
      FROM unnest(CAST(:customers AS bigint[])) c CROSS JOIN generate_series(1, :entries) n
"""
_RELATIVES = """
    INSERT INTO customer (organization_id, number, given_name, family_name, phone, email, created_at,
                          version)
    SELECT :organization, :first_relative + n, 'Relative', 'Number ' || n, '', '', now(), 1
      FROM generate_series(1, :entries) n
"""
_FAMILY = """
    INSERT INTO family_link (organization_id, first_id, second_id, first_is, second_is, added_at,
                             version)
    SELECT :organization, least(c, r.id), greatest(c, r.id), 'cousin', 'cousin', now(), 1
      FROM unnest(CAST(:customers AS bigint[])) c
      JOIN customer r ON r.organization_id = :organization AND r.number > :first_relative
"""
_CASES = """
    INSERT INTO care_case (organization_id, customer_id, program_id, facility_id, number, title,
                           intake_on, status_at, version, made_at)
    SELECT :organization, c, (SELECT min(id) FROM program WHERE organization_id = :organization),
           (SELECT min(id) FROM facility WHERE organization_id = :organization),
           900000 + row_number() OVER (), 'A place of their own', current_date - 900, now(), 1, now()
      FROM unnest(CAST(:customers AS bigint[])) c CROSS JOIN generate_series(1, 5) n
"""
_OPENED = """
    INSERT INTO case_entry (organization_id, case_id, kind, at, title, status, reason, public_id,
                            sealed, struck, account_id, made_at)
    SELECT :organization, k.id, 'status', now() - interval '900 days', '', 'open', '', :public_id,
           :case_words, false, :account, now()
      FROM care_case k WHERE k.customer_id = ANY(:customers) AND k.number >= 900000
"""
_CASE_ENTRIES = """
    INSERT INTO case_entry (organization_id, case_id, kind, at, title, minutes, version_id, score,
                            reason, public_id, sealed, struck, account_id, made_at)
    SELECT :organization, k.id, what.kind, now() - n * interval '4 hours',
           CASE WHEN what.kind = 'service' THEN 'Visit' ELSE '' END,
           CASE WHEN what.kind = 'service' THEN 30 END,
           CASE WHEN what.kind = 'assessment' THEN v.id END,
           CASE WHEN what.kind = 'assessment' THEN v.lowest + n % (1 + v.highest - v.lowest) END,
           '', :public_id, :case_words, false, :account, now()
      FROM (SELECT min(id) AS id FROM care_case
             WHERE customer_id = ANY(:customers) AND number >= 900000 GROUP BY customer_id) k
     CROSS JOIN generate_series(1, :entries) n
     CROSS JOIN LATERAL (SELECT CASE WHEN n % 10 = 0 THEN 'goal' WHEN n % 10 < 3 THEN 'assessment'
                                     ELSE 'service' END AS kind) what
     CROSS JOIN (SELECT id, lowest, highest FROM assessment_version
                  WHERE organization_id = :organization ORDER BY id LIMIT 1) v
"""
_ACCOUNTS = """
    INSERT INTO account (email, email_key, name)
    SELECT 'thick' || c || '@example.org', 'thick' || c || '@example.org', 'Thick Record'
      FROM unnest(CAST(:customers AS bigint[])) c
"""
_PATRONS = """
    INSERT INTO patron (account_id, given_name, family_name, born_on, phone, email, street, city,
        region, postal_code, country, time_zone, preferred_name, pronouns, gender, ethnicity,
        language, needs_interpreter, version)
    SELECT id, 'Thick', 'Record', '1990-05-01', '+14015550001', email, '1 Bay St', 'Providence', 'RI',
           '02903', 'US', 'America/New_York', '', '', '', '', '', false, 1
      FROM account WHERE name = 'Thick Record'
"""
_LINKS = """
    INSERT INTO patron_link (organization_id, patron_id, customer_id, status, made_at)
    SELECT :organization, p.id, c, 'linked', now() - interval '1000 days'
      FROM unnest(CAST(:customers AS bigint[])) c
      JOIN patron p ON p.email = 'thick' || c || '@example.org'
"""
_CHANGES = """
    INSERT INTO patron_change (patron_id, account_id, at, changes)
    SELECT id, account_id, now() - (:entries - n) * interval '4 hours',
           '{"phone": ["", "+14015550001"]}'
      FROM patron CROSS JOIN generate_series(1, :entries) n WHERE email LIKE 'thick%'
"""
STATEMENTS = (
    *(_STAFF, _APPOINTMENTS, _ABSENCES, _CALLS, _DOCUMENTS, _CONSENT, _PEOPLE, _CHECKS, _ALERTS),
    *(_POLICIES, _RELATIVES, _FAMILY, _CASES, _OPENED, _CASE_ENTRIES),
    *(_ACCOUNTS, _PATRONS, _LINKS, _CHANGES),
)


@dataclass(frozen=True)
class Thick:
    """Whose record it is, and who opens it."""

    customer_id: int
    case_id: int
    """The one of theirs whose log has all the entries."""
    actor: Actor


def write() -> Thick:
    """Fill the records, in the database that the settings point to."""
    with owner_transaction() as session:
        session.execute(text("SELECT set_config('app.quiet', 'on', true)"))
        known = _known(session)
        for statement in STATEMENTS:
            session.execute(text(statement), known)
        _messages(session, known)
    with owner_transaction() as session:
        session.execute(text("ANALYZE"))
        case = "SELECT min(id) FROM care_case WHERE customer_id = :id AND number >= 900000"
        case_id = session.execute(text(case), {"id": known["customers"][1]}).scalar_one()
    grants = (Grant(Role.ADMINISTRATOR),)
    actor = Actor(known["account"], known["organization"], 1, "Bench", grants, "::1")
    return Thick(known["customers"][1], case_id, actor)


def _known(session: Session) -> dict[str, Any]:
    organization = session.execute(text("SELECT min(id) FROM organization")).scalar_one()
    asked = {"id": organization, "most": RECORDS, "number": FIRST_RELATIVE - RECORDS}
    account = "SELECT min(account_id) FROM membership WHERE organization_id = :id"
    public_id = uuid4()
    return {
        "organization": organization,
        "customers": list(session.execute(text(_CUSTOMERS), asked).scalars()),
        "account": session.execute(text(account), {"id": organization}).scalar_one(),
        "entries": ENTRIES,
        "records": RECORDS,
        "first_relative": FIRST_RELATIVE,
        "public_id": public_id,
        "call_notes": CALL_NOTES.seal("Moved in with family.", public_id),
        "member_number": MEMBER_NUMBER.seal("123456789", public_id),
        "group_number": GROUP_NUMBER.seal("G-12", public_id),
        "case_words": SEALED_ENTRY.seal(WORDS, public_id),
    }


def _messages(session: Session, known: dict[str, Any]) -> None:
    """As many threads with a message each, all with names of their own to be sealed with."""
    threads, written = table_of(MessageThread), table_of(Message)
    shared = {"organization_id": known["organization"]}
    ask = text("SELECT now() - n * interval '4 hours' FROM generate_series(1, :n) n")
    moments = list(session.execute(ask, {"n": ENTRIES}).scalars())
    for customer_id in known["customers"][:2]:
        rows = [
            shared
            | {
                "customer_id": customer_id,
                "public_id": (own := uuid4()),
                "subject_sealed": SUBJECT.seal("Your papers", own),
                "replies_allowed": True,
                "started_by": known["account"],
                "started_at": moment,
                "last_at": moment,
                "last_message_id": 0,
                "form_key": uuid4(),
                "version": 1,
            }
            for moment in moments
        ]
        ids = session.execute(
            insert(threads).returning(threads.c.id, sort_by_parameter_order=True), rows
        )
        session.execute(
            insert(written),
            [
                shared
                | {
                    "thread_id": id_,
                    "public_id": (own := uuid4()),
                    "body_sealed": BODY.seal("They are ready.", own),
                    "from_customer": False,
                    "account_id": known["account"],
                    "sent_at": moment,
                    "form_key": uuid4(),
                }
                for id_, moment in zip(ids.scalars(), moments, strict=True)
            ],
        )
    session.execute(
        text(
            "UPDATE message_thread t SET last_message_id = m.id FROM message m"
            " WHERE m.thread_id = t.id AND t.last_message_id = 0"
        )
    )
