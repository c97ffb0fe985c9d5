"""What a patron is to an organization besides a customer: a donor, a volunteer, or both."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from securecare.foundation.row_security import (
    APPLICATION_ROLE,
    CURRENT_ACCOUNT,
    CURRENT_ORGANIZATION,
    tenant,
)

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATUSES = "status IN ('asked', 'linked', 'known', 'declined', 'ended')"
STANDING = "status IN ('asked', 'linked', 'known')"
SOME_SUPPORT = "(donor_since IS NOT NULL OR volunteer_since IS NOT NULL)"
NO_SUPPORT = "donor_since IS NULL AND volunteer_since IS NULL"
CHECKS = {
    "status": STATUSES,
    "known_as": f"status <> 'known' OR (customer_id IS NULL AND {SOME_SUPPORT})",
    "undecided": f"status NOT IN ('asked', 'declined') OR ({NO_SUPPORT})",
    "asked_as": "asked_as <@ ARRAY['services', 'volunteer', 'donor']::text[]",
}
FORMER_STATUSES = "status IN ('asked', 'linked', 'declined', 'ended')"
FORMER_STANDING = "status IN ('asked', 'linked')"

DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp"
KNOWN_HERE = f"""
CREATE OR REPLACE FUNCTION patron_known_here(person bigint) RETURNS boolean
LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT EXISTS (
        SELECT FROM patron_link WHERE patron_id = person
           AND organization_id = {CURRENT_ORGANIZATION} AND {{}}
    )
$$
"""
# What somebody changed of themselves concerns who has a record of theirs to compare it with.
LINKED_HERE = f"""
CREATE FUNCTION patron_linked_here(person bigint) RETURNS boolean
LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT EXISTS (
        SELECT FROM patron_link WHERE patron_id = person
           AND organization_id = {CURRENT_ORGANIZATION} AND status = 'linked'
    )
$$
"""
PATRONS_OWN = "patron_id = (SELECT own_patron())"

# Of their own links people make wishes and end them; whom they are linked with, and what they are
# to an organization, is up to its staff.
OWN_LINKS_KEPT = f"""
CREATE OR REPLACE FUNCTION keep_own_links() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF {{at_work}} OR {CURRENT_ACCOUNT} IS NULL
       OR current_user = pg_get_userbyid((SELECT relowner FROM pg_class WHERE oid = TG_RELID)) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status = 'asked' AND NEW.customer_id IS NULL AND NEW.decided_by IS NULL{{asking}} THEN
            RETURN NEW;
        END IF;
    ELSIF {{ending}} AND NEW.status = 'ended'
      AND (NEW.organization_id, NEW.patron_id, NEW.made_by, NEW.made_at)
          IS NOT DISTINCT FROM (OLD.organization_id, OLD.patron_id, OLD.made_by, OLD.made_at)
      AND NEW.customer_id IS NOT DISTINCT FROM OLD.customer_id{{kept}} THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Not for a patron to decide' USING ERRCODE = '42501';
END $$
"""
FORMER_OWN_LINKS_KEPT = OWN_LINKS_KEPT.format(
    at_work=f"{CURRENT_ORGANIZATION} IS NOT NULL",
    asking="",
    ending=f"OLD.{FORMER_STANDING}",
    kept="",
)
OWN_LINKS_KEPT = OWN_LINKS_KEPT.format(
    # Who is at work somewhere decides nothing about their own links elsewhere.
    at_work=f"(NEW.organization_id = {CURRENT_ORGANIZATION}"
    "\n       AND coalesce(OLD.organization_id, NEW.organization_id) = NEW.organization_id)",
    asking=" AND NEW.donor_since IS NULL\n           AND NEW.volunteer_since IS NULL",
    ending=f"OLD.{STANDING}",
    kept="\n      AND (NEW.donor_since, NEW.volunteer_since, NEW.asked_as)"
    "\n          IS NOT DISTINCT FROM (OLD.donor_since, OLD.volunteer_since, OLD.asked_as)",
)
OWN_LINKS = f"""
CREATE FUNCTION own_links(
    OUT id bigint, OUT organization_id bigint, OUT name text, OUT status text,
    OUT made_at timestamptz, OUT decided_at timestamptz{{}}
) RETURNS SETOF record
LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT l.id, l.organization_id, o.name, l.status, l.made_at, l.decided_at{{}}
      FROM patron p
      JOIN patron_link l ON l.patron_id = p.id
      JOIN organization o ON o.id = l.organization_id
     WHERE p.account_id = {CURRENT_ACCOUNT}
     ORDER BY l.id DESC
$$
"""
FORMER_OWN_LINKS = OWN_LINKS.format("", "")
OWN_LINKS = OWN_LINKS.format(
    ",\n    OUT donor_since date, OUT volunteer_since date, OUT called text",
    ",\n           l.donor_since, l.volunteer_since, o.customer_singular",
)

# Donors and volunteers are listed by name and found by the beginnings of its words, among those of
# one organization alone. Who writes these is the database.
SORTED = f"""
CREATE FUNCTION sort_supporter() RETURNS trigger
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    NEW.sorted_as := NULL;
    IF NEW.status IN ('linked', 'known')
       AND (NEW.donor_since IS NOT NULL OR NEW.volunteer_since IS NOT NULL) THEN
        SELECT plain(family_name || ' ' || given_name) INTO NEW.sorted_as
          FROM patron WHERE id = NEW.patron_id;
    END IF;
    RETURN NEW;
END $$
"""
WORDS = f"""
CREATE FUNCTION keep_supporter_words() RETURNS trigger
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    DELETE FROM supporter_word WHERE link_id = NEW.id;
    INSERT INTO supporter_word (organization_id, word, link_id)
    SELECT DISTINCT NEW.organization_id, word, NEW.id
      FROM regexp_split_to_table(NEW.sorted_as, '[^[:alnum:]]+') AS word WHERE word <> '';
    RETURN NULL;
END $$
"""
# Touched, not only sorted anew: their pages hear of it, and show how the person is reached now.
OF_PATRON = f"""
CREATE FUNCTION keep_supporter_of_patron() RETURNS trigger
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    UPDATE patron_link SET sorted_as = sorted_as
     WHERE patron_id = NEW.id AND status IN ('linked', 'known') AND sorted_as IS NOT NULL;
    RETURN NULL;
END $$
"""
# As long as nobody has claimed it, a patron made by staff says what the record says.
FROM_RECORD = f"""
CREATE FUNCTION record_into_patron(organization bigint, client bigint) RETURNS void
LANGUAGE sql {DEFINER} AS $$
    UPDATE patron AS p
       SET given_name = c.given_name, family_name = c.family_name, born_on = c.born_on,
           phone = c.phone, email = c.email, version = p.version + 1, changed_at = now()
      FROM customer c JOIN patron_link l
        ON l.organization_id = c.organization_id AND l.customer_id = c.id AND l.status = 'linked'
     WHERE c.organization_id = organization AND c.id = client
       AND p.id = l.patron_id AND p.account_id IS NULL
       AND (p.given_name, p.family_name, p.born_on, p.phone, p.email) IS DISTINCT FROM
           (c.given_name, c.family_name, c.born_on, c.phone, c.email)
$$
"""
OF_RECORD = f"""
CREATE FUNCTION keep_patron_of_record() RETURNS trigger
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    PERFORM record_into_patron(NEW.organization_id, NEW.id);
    RETURN NULL;
END $$
"""
OF_LINK = f"""
CREATE OR REPLACE FUNCTION keep_record_of_link() RETURNS trigger
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    IF NEW.status = 'linked' THEN
        PERFORM patron_into_record(patron, NEW.organization_id, NEW.customer_id)
           FROM patron WHERE id = NEW.patron_id AND account_id IS NOT NULL;
        {{}}
    END IF;
    RETURN NULL;
END $$
"""
HIDDEN = {
    "sort_supporter()": SORTED,
    "keep_supporter_words()": WORDS,
    "keep_supporter_of_patron()": OF_PATRON,
    "record_into_patron(bigint, bigint)": FROM_RECORD,
    "keep_patron_of_record()": OF_RECORD,
}
REACHED = "given_name, family_name, phone, email"
OLD_AND_NEW = "({}) IS DISTINCT FROM ({})"


def _differs(columns: str) -> str:
    names = columns.split(", ")
    return OLD_AND_NEW.format(*(", ".join(f"{row}.{n}" for n in names) for row in ("OLD", "NEW")))


TRIGGERS = {
    ("patron_link_sorted", "patron_link"): "BEFORE INSERT OR UPDATE ON patron_link FOR EACH ROW"
    " EXECUTE FUNCTION sort_supporter()",
    ("patron_link_words_of_new", "patron_link"): "AFTER INSERT ON patron_link FOR EACH ROW"
    " WHEN (NEW.sorted_as IS NOT NULL) EXECUTE FUNCTION keep_supporter_words()",
    ("patron_link_words_of_changed", "patron_link"): "AFTER UPDATE ON patron_link FOR EACH ROW"
    " WHEN (OLD.sorted_as IS DISTINCT FROM NEW.sorted_as)"
    " EXECUTE FUNCTION keep_supporter_words()",
    # After the records: those are locked before links everywhere.
    ("patron_supporter_kept", "patron"): f"AFTER UPDATE OF {REACHED} ON patron FOR EACH ROW"
    f" WHEN ({_differs(REACHED)}) EXECUTE FUNCTION keep_supporter_of_patron()",
    ("customer_kept_in_patron", "customer"): f"AFTER UPDATE OF {REACHED}, born_on ON customer"
    f" FOR EACH ROW WHEN ({_differs(f'{REACHED}, born_on')})"
    " EXECUTE FUNCTION keep_patron_of_record()",
}
# What somebody is besides a customer does not touch their record.
LINK_KEPT = (
    "CREATE TRIGGER patron_link_kept_in_record AFTER INSERT OR UPDATE{} ON patron_link"
    " FOR EACH ROW EXECUTE FUNCTION keep_record_of_link()"
)


def upgrade() -> None:
    op.add_column(
        "patron_link",
        sa.Column(
            "asked_as",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    for name in ("donor_since", "volunteer_since"):
        op.add_column("patron_link", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("patron_link", sa.Column("sorted_as", sa.String(collation="C"), nullable=True))
    op.drop_constraint(op.f("ck_patron_link_status"), "patron_link")
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_patron_link_{name}"), "patron_link", condition)
    _one_standing(STANDING)
    op.create_index(
        "ix_patron_link_supporter",
        "patron_link",
        ["organization_id", "sorted_as", "id"],
        postgresql_where=sa.text("sorted_as IS NOT NULL"),
    )
    op.create_table(
        "supporter_word",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("word", sa.String(collation="C"), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_supporter_word_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "link_id"],
            ["patron_link.organization_id", "patron_link.id"],
            name=op.f("fk_supporter_word_organization_id_link_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "word", "link_id", name=op.f("pk_supporter_word")
        ),
    )
    op.create_index(op.f("ix_supporter_word_link_id"), "supporter_word", ["link_id"])
    for statement in _statements():
        op.execute(statement)


def _statements() -> list[str]:
    return [
        KNOWN_HERE.format(STANDING),
        LINKED_HERE,
        "REVOKE ALL ON FUNCTION patron_linked_here(bigint) FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION patron_linked_here(bigint) TO {APPLICATION_ROLE}",
        "ALTER POLICY patron_change_scope ON patron_change"
        f" USING ({PATRONS_OWN} OR patron_linked_here(patron_id))",
        OWN_LINKS_KEPT,
        *_own_links(OWN_LINKS),
        *tenant("supporter_word", "SELECT"),
        *HIDDEN.values(),
        *(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC" for function in HIDDEN),
        OF_LINK.format("PERFORM record_into_patron(NEW.organization_id, NEW.customer_id);"),
        "DROP TRIGGER patron_link_kept_in_record ON patron_link",
        LINK_KEPT.format(" OF status, customer_id, patron_id"),
        *(f"CREATE TRIGGER {name} {does}" for (name, _), does in TRIGGERS.items()),
    ]


def _own_links(made: str) -> list[str]:
    return [
        "DROP FUNCTION own_links()",
        made,
        "REVOKE ALL ON FUNCTION own_links() FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION own_links() TO {APPLICATION_ROLE}",
    ]


def _one_standing(where: str) -> None:
    op.drop_index("uq_patron_link_patron", "patron_link")
    op.create_index(
        "uq_patron_link_patron",
        "patron_link",
        ["patron_id", "organization_id"],
        unique=True,
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    for statement in (
        *(f"DROP TRIGGER {name} ON {table}" for name, table in TRIGGERS),
        "DROP TRIGGER patron_link_kept_in_record ON patron_link",
        OF_LINK.format(""),
        LINK_KEPT.format(""),
        *(f"DROP FUNCTION {function}" for function in HIDDEN),
        *_own_links(FORMER_OWN_LINKS),
        FORMER_OWN_LINKS_KEPT,
        f"ALTER POLICY patron_change_scope ON patron_change USING ({PATRONS_OWN}"
        " OR patron_known_here(patron_id))",
        "DROP FUNCTION patron_linked_here(bigint)",
        KNOWN_HERE.format(FORMER_STANDING),
        # Who was known without a record is known no longer: there is no place for them.
        "UPDATE patron_link SET status = 'ended', decided_at = now() WHERE status = 'known'",
    ):
        op.execute(statement)
    op.drop_table("supporter_word")
    op.drop_index("ix_patron_link_supporter", "patron_link")
    _one_standing(FORMER_STANDING)
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_patron_link_{name}"), "patron_link")
    op.create_check_constraint(op.f("ck_patron_link_status"), "patron_link", FORMER_STATUSES)
    for name in ("sorted_as", "volunteer_since", "donor_since", "asked_as"):
        op.drop_column("patron_link", name)
