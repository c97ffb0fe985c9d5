"""The organization's forms of assessments: written as drafts, asked with as published versions."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Permission
from securecare.casework.definitions import Choice, Definition, Question, restored
from securecare.casework.models import AssessmentForm, AssessmentVersion
from securecare.foundation import audit, clock
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_text,
    refused_by,
    require_none,
)
from securecare.organization import places

NAME_TAKEN = NotAccepted({"name": "Another form has this name. Choose one that differs."})
MOST_COUNTED = 1000
_UNIQUE = "ix_assessment_form_organization_id_name"
_LISTED = text("""
    SELECT f.id, f.name, f.description, f.draft, f.active, f.version, v.id AS version_id, v.number,
           v.name AS published_name, v.definition, v.made_at,
           (SELECT coalesce(sum(times), 0) FROM assessment_version known
             CROSS JOIN LATERAL (
                   SELECT count(*) AS times FROM (
                          SELECT FROM case_entry e
                           WHERE e.organization_id = known.organization_id
                             AND e.version_id = known.id AND e.corrects_id IS NULL
                           LIMIT :most) AS some_of_them) AS counted
             WHERE known.organization_id = f.organization_id AND known.form_id = f.id) AS taken
      FROM assessment_form f
      LEFT JOIN LATERAL (
           SELECT id, number, name, definition, made_at FROM assessment_version
            WHERE organization_id = f.organization_id AND form_id = f.id
            ORDER BY number DESC LIMIT 1) v ON true
     WHERE f.organization_id = :organization
     ORDER BY f.active DESC, f.name
""")
_OFFERED = text("""
    SELECT DISTINCT ON (v.form_id) v.id, v.form_id, v.number, v.name, v.definition
      FROM assessment_version v JOIN assessment_form f ON f.id = v.form_id
     WHERE v.organization_id = :organization AND f.active
     ORDER BY v.form_id, v.number DESC
""")
_VERSIONS = text("""
    SELECT v.id, v.form_id, v.number, v.name, v.definition, v.made_at, coalesce(a.name, '') AS by
      FROM assessment_version v LEFT JOIN account a ON a.id = v.account_id
     WHERE v.organization_id = :organization AND v.form_id = :form ORDER BY v.number DESC
""")


class NothingNew(DomainError):
    """The draft says what the last version says already."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The draft says the same as version {number}; there is nothing new in it."
        )


@dataclass(frozen=True, slots=True)
class FormForm:
    """A form as it is being written."""

    name: str
    description: str = ""
    definition: Definition = field(default_factory=Definition)

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "a name", 80)
        complain_of_text(found, "description", self.description, "what for", 300, needed=False)
        return found | self.definition.complaints()


@dataclass(frozen=True, slots=True)
class Version:
    """A form as it was published."""

    id: int
    form_id: int
    number: int
    name: str
    definition: Definition
    made_at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class FormListed:
    """A form as the list shows it."""

    id: int
    form: FormForm
    active: bool
    version: int
    latest: Version | None
    """The version that is asked with now."""
    taken: int
    """How often its versions were asked with, each counted up to `MOST_COUNTED`."""

    @property
    def unpublished(self) -> bool:
        """Whether the draft says something that no version says."""
        latest = self.latest
        return latest is None or (latest.name, latest.definition) != (
            self.form.name,
            self.form.definition,
        )


def listed(session: Session, actor: Actor) -> list[FormListed]:
    """Every form, those in use first; for whoever configures programs or works on cases."""
    _require_reader(actor)
    asked = {"organization": actor.organization_id, "most": MOST_COUNTED}
    rows = session.execute(_LISTED, asked)
    return [
        FormListed(
            row.id,
            FormForm(row.name, row.description, restored(row.draft)),
            row.active,
            row.version,
            None
            if row.version_id is None
            else Version(
                row.version_id,
                row.id,
                row.number,
                row.published_name,
                restored(row.definition),
                row.made_at,
            ),
            row.taken,
        )
        for row in rows
    ]


def one(session: Session, actor: Actor, form_id: int) -> FormListed:
    """One of them. Raises `NotFound`."""
    for form in listed(session, actor):
        if form.id == form_id:
            return form
    raise NotFound("This form")


def versions(session: Session, actor: Actor, form_id: int) -> list[Version]:
    """Everything that was published of a form, the latest first."""
    _require_reader(actor)
    asked = {"organization": actor.organization_id, "form": form_id}
    return [
        Version(
            row.id,
            row.form_id,
            row.number,
            row.name,
            restored(row.definition),
            row.made_at,
            row.by,
        )
        for row in session.execute(_VERSIONS, asked)
    ]


def offered(session: Session, actor: Actor) -> list[Version]:
    """What may be asked with today: the latest version of each form in use, by name."""
    _require_reader(actor)
    rows = session.execute(_OFFERED, {"organization": actor.organization_id})
    found = [Version(r.id, r.form_id, r.number, r.name, restored(r.definition)) for r in rows]
    return sorted(found, key=lambda version: version.name.casefold())


def version(session: Session, actor: Actor, version_id: int) -> Version:
    """One version, of a form in use or not. Raises `NotFound`."""
    _require_reader(actor)
    row = session.get(AssessmentVersion, version_id)
    if row is None or row.organization_id != actor.organization_id:
        raise NotFound("This form")
    return Version(row.id or 0, row.form_id, row.number, row.name, restored(row.definition))


def may_configure(actor: Actor) -> bool:
    """Forms belong to the whole organization: whoever configures all of its programs."""
    return actor.reach(Permission.CONFIGURE_PROGRAMS).everywhere


def add(session: Session, actor: Actor, form: FormForm) -> int:
    """Begin a form. Nobody is asked with it before it is published. Raises `NotAccepted`."""
    actor.require_everywhere(Permission.CONFIGURE_PROGRAMS)
    form = _accepted(form)
    row = AssessmentForm(
        organization_id=actor.organization_id,
        name=form.name,
        description=form.description,
        draft=form.definition.stored(),
        changed_at=clock.now(),
    )
    session.add(row)
    with refused_by(_UNIQUE, NAME_TAKEN):
        session.flush()
    audit.record(session, actor, "assessment_form.added", row)
    return row.id or 0


def change(session: Session, actor: Actor, form_id: int, version: int, form: FormForm) -> None:
    """Write the draft anew; what was published stays. Raises `NotFound`, `NotAccepted`, `Overtaken`."""
    row = _locked(session, actor, form_id)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "assessment_form", form_id))
    form = _accepted(form)
    changed = changed_fields(FormForm(row.name, row.description, restored(row.draft)), form)
    if changed:
        row.sqlmodel_update(
            {
                "name": form.name,
                "description": form.description,
                "draft": form.definition.stored(),
                "version": version + 1,
                "changed_at": clock.now(),
            }
        )
        with refused_by(_UNIQUE, NAME_TAKEN):
            session.flush()
        audit.record(session, actor, "assessment_form.changed", row, fields=changed)


def publish(session: Session, actor: Actor, form_id: int, version: int) -> int:
    """Make the draft the version that is asked with from now on, and return its number.

    What was answered before keeps the version it was asked with. Raises `NotFound`, `NotAccepted`,
    `NothingNew`, or `Overtaken` if the draft is no longer the one that was seen.
    """
    row = _locked(session, actor, form_id)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "assessment_form", form_id))
    definition = restored(row.draft)
    require_none(definition.unready())
    latest = session.exec(
        select(AssessmentVersion)
        .where(
            AssessmentVersion.organization_id == actor.organization_id,
            AssessmentVersion.form_id == form_id,
        )
        .order_by(col(AssessmentVersion.number).desc())
        .limit(1)
    ).first()
    if latest and (latest.name, restored(latest.definition)) == (row.name, definition):
        raise NothingNew(latest.number)
    published = AssessmentVersion(
        organization_id=actor.organization_id,
        form_id=form_id,
        number=latest.number + 1 if latest else 1,
        name=row.name,
        definition=definition.stored(),
        lowest=definition.lowest,
        highest=definition.highest,
        account_id=actor.account_id,
        made_at=clock.now(),
    )
    session.add(published)
    row.version = version + 1
    session.flush()
    audit.record(session, actor, "assessment_form.published", row, number=published.number)
    return published.number


def set_active(session: Session, actor: Actor, form_id: int, active: bool) -> None:
    """Ask with a form again, or no more. What was answered stays."""
    row = _locked(session, actor, form_id)
    if row.active != active:
        row.active = active
        row.version += 1
        action = "assessment_form.made_active" if active else "assessment_form.made_inactive"
        audit.record(session, actor, action, row)


def _require_reader(actor: Actor) -> None:
    if not (actor.may(Permission.CONFIGURE_PROGRAMS) or actor.may(Permission.VIEW_CASES)):
        raise NotAllowed


def _locked(session: Session, actor: Actor, form_id: int) -> AssessmentForm:
    actor.require_everywhere(Permission.CONFIGURE_PROGRAMS)
    row = session.get(AssessmentForm, form_id, with_for_update=True, populate_existing=True)
    if row is None or row.organization_id != actor.organization_id:
        raise NotFound("This form")
    return row


def _accepted(form: FormForm) -> FormForm:
    form = FormForm(
        _tidy(form.name),
        _tidy(form.description),
        replace(
            form.definition,
            questions=tuple(
                Question(
                    _tidy(each.words),
                    tuple(Choice(_tidy(choice.words), choice.score) for choice in each.choices),
                    each.optional,
                )
                for each in form.definition.questions
            ),
        ),
    )
    require_none(form.complaints())
    return form


def _tidy(said: str) -> str:
    return " ".join(said.split())
