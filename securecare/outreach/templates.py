"""Distribution templates: a named mix of lines that is given out again and again.

Applying one fills a planned session or plans a new one; recording does that and completes it in the
same step. Each use is kept: how often and when last is counted from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, text, true
from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    complain_of_text,
    refused_by,
    require_none,
)
from securecare.organization import places
from securecare.outreach.models import MOST_PIECES, DistributionTemplate, TemplateLine

NAME_TAKEN = NotAccepted({"name": "Another template has this name. Choose one that differs."})
DORMANT_DAYS = 90
MOST_LINES = 50
_UNIQUE = "uq_distribution_template_name"


class NotOfferedHere(DomainError):
    """The template belongs to another facility."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is offered at another facility.", field="template_id")


class NoLines(DomainError):
    """There is nothing in it to give out."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” has no lines, or is no longer in use.", field="template_id")


@dataclass(frozen=True, slots=True)
class TemplateLineForm:
    """One line: an item, a bundle, or something else with its costs typed in (in cents of one)."""

    kind: str
    quantity: int
    item_id: int | None = None
    bundle_id: int | None = None
    description: str = ""
    wholesale_cents: int | None = None
    retail_cents: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it names what its kind asks for, and in a quantity that can be handed out."""
        costs = (self.wholesale_cents, self.retail_cents)
        refers = {
            "item": self.item_id is not None and self.bundle_id is None and costs == (None, None),
            "bundle": self.bundle_id is not None and self.item_id is None and costs == (None, None),
            "free": bool(self.description.strip())
            and None not in costs
            and (self.item_id, self.bundle_id) == (None, None),
        }
        return refers.get(self.kind, False) and 1 <= self.quantity <= MOST_PIECES


@dataclass(frozen=True, slots=True)
class TemplateForm:
    """What may be set for a template; `facility_id` None offers it everywhere."""

    name: str
    description: str
    facility_id: int | None
    lines: tuple[TemplateLineForm, ...]

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "a name", 120)
        complain_of_text(found, "description", self.description, "words", 300, needed=False)
        if not self.lines:
            found["lines"] = "Add at least one line."
        elif len(self.lines) > MOST_LINES:
            found["lines"] = f"Keep this to {MOST_LINES} lines."
        elif not all(line.is_whole for line in self.lines):
            found["lines"] = "Choose what each line gives out, and how many: at least 1."
        return found


@dataclass(frozen=True, slots=True)
class TemplateListed:
    """A template with how it was used."""

    id: int
    form: TemplateForm
    facility: str
    names: tuple[str, ...]
    """What the lines give out, in their order."""
    active: bool
    version: int
    uses: int
    last_used_at: datetime | None
    dormant: bool


_USES = text(
    "SELECT template_id, count(*) AS uses, max(used_at) AS last FROM template_use"
    " WHERE organization_id = :organization GROUP BY 1"
)
_LINES = text(
    "SELECT l.*, coalesce(item.name, bundle.name, l.description) AS said FROM template_line l"
    " LEFT JOIN item ON item.id = l.item_id LEFT JOIN bundle ON bundle.id = l.bundle_id"
    " WHERE l.template_id = ANY(:ids) ORDER BY l.template_id, l.position"
)


def listed(
    session: Session, actor: Actor, dormant_days: int = DORMANT_DAYS
) -> list[TemplateListed]:
    """The templates offered where the person may see outreach, active ones first, by name.

    Dormant is what is in use, but was not used for so many days, or never.
    """
    actor.require(Permission.VIEW_OUTREACH)
    return _listed(session, actor, dormant_days, None)


def one(session: Session, actor: Actor, template_id: int) -> TemplateListed:
    """A template. Raises `NotFound`."""
    actor.require(Permission.VIEW_OUTREACH)
    found = _listed(session, actor, DORMANT_DAYS, template_id)
    if not found:
        raise NotFound("This template")
    return found[0]


def add(session: Session, actor: Actor, form: TemplateForm) -> int:
    """Make a template and return its id. Raises `NotAllowed`, `NotFound` or `NotAccepted`."""
    _require_may_run(session, actor, form.facility_id)
    require_none(form.complaints())
    row = DistributionTemplate(
        organization_id=actor.organization_id,
        name=form.name,
        description=form.description,
        facility_id=form.facility_id,
    )
    session.add(row)
    with refused_by(_UNIQUE, NAME_TAKEN):
        session.flush()
    _write_lines(session, actor, row.id or 0, form.lines)
    audit.record(session, actor, "distribution_template.added", row)
    return row.id or 0


def change(
    session: Session, actor: Actor, template_id: int, version: int, form: TemplateForm
) -> None:
    """Set a template to `form`. Sessions it was applied to stay as they are.

    Raises `NotFound`, `NotAllowed`, `NotAccepted`, or `Overtaken` if it is no longer of that version.
    """
    row = _to_edit(session, actor, template_id)
    _require_may_run(session, actor, form.facility_id)
    require_none(form.complaints())
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "distribution_template", row.id))
    before = one(session, actor, template_id).form
    changed = tuple(
        name
        for name in ("name", "description", "facility_id", "lines")
        if getattr(before, name) != getattr(form, name)
    )
    if not changed:
        return
    row.name, row.description, row.facility_id = form.name, form.description, form.facility_id
    row.version += 1
    with refused_by(_UNIQUE, NAME_TAKEN):
        session.flush()
    if "lines" in changed:
        session.execute(
            text("DELETE FROM template_line WHERE template_id = :id"), {"id": template_id}
        )
        _write_lines(session, actor, template_id, form.lines)
    audit.record(session, actor, "distribution_template.changed", row, fields=changed)


def set_active(session: Session, actor: Actor, template_id: int, active: bool) -> bool:
    """Take a template out of use, or use it again; says whether that changed anything."""
    row = _to_edit(session, actor, template_id)
    if row.active == active:
        return False
    row.active = active
    row.version += 1
    session.flush()
    action = "made_active" if active else "made_inactive"
    audit.record(session, actor, f"distribution_template.{action}", row)
    return True


def _listed(
    session: Session, actor: Actor, dormant_days: int, template_id: int | None
) -> list[TemplateListed]:
    reach = actor.reach(Permission.VIEW_OUTREACH)
    facility = col(DistributionTemplate.facility_id)
    near = true() if reach.everywhere else or_(facility.is_(None), facility.in_(reach.facility_ids))
    query = select(DistributionTemplate).where(near)
    if template_id is not None:
        query = query.where(DistributionTemplate.id == template_id)
    rows = session.exec(
        query.order_by(col(DistributionTemplate.active).desc(), DistributionTemplate.name)
    ).all()
    lines: dict[int, list[Any]] = {}
    for line in session.execute(_LINES, {"ids": [row.id for row in rows]}):
        lines.setdefault(line.template_id, []).append(line)
    used = {
        use.template_id: use
        for use in session.execute(_USES, {"organization": actor.organization_id})
    }
    names = {row.id: row.name for row in session.execute(text("SELECT id, name FROM facility"))}
    since = clock.now() - timedelta(days=dormant_days)
    return [_one(row, lines.get(row.id or 0, []), used.get(row.id), names, since) for row in rows]


def _one(
    row: DistributionTemplate,
    lines: Sequence[Any],
    used: Any,
    names: dict[int, str],
    since: datetime,
) -> TemplateListed:
    forms = tuple(
        TemplateLineForm(
            line.kind,
            line.quantity,
            line.item_id,
            line.bundle_id,
            line.description if line.kind == "free" else "",
            line.wholesale_cents,
            line.retail_cents,
        )
        for line in lines
    )
    last = used.last if used else None
    return TemplateListed(
        row.id or 0,
        TemplateForm(row.name, row.description, row.facility_id, forms),
        names.get(row.facility_id or 0, ""),
        tuple(line.said for line in lines),
        row.active,
        row.version,
        used.uses if used else 0,
        last,
        row.active and (last is None or last < since),
    )


def _write_lines(
    session: Session, actor: Actor, template_id: int, lines: Sequence[TemplateLineForm]
) -> None:
    for position, line in enumerate(lines):
        if not _exists(session, line):
            raise NotAccepted({"lines": "An item or bundle chosen here is no longer there."})
        session.add(
            TemplateLine(
                organization_id=actor.organization_id,
                template_id=template_id,
                position=position,
                kind=line.kind,
                item_id=line.item_id,
                bundle_id=line.bundle_id,
                description=line.description,
                quantity=line.quantity,
                wholesale_cents=line.wholesale_cents,
                retail_cents=line.retail_cents,
            )
        )
    session.flush()


def _exists(session: Session, line: TemplateLineForm) -> bool:
    if line.kind == "free":
        return True
    table, id_ = ("item", line.item_id) if line.kind == "item" else ("bundle", line.bundle_id)
    queries = {
        "item": text("SELECT 1 FROM item WHERE id = :id"),
        "bundle": text("SELECT 1 FROM bundle WHERE id = :id"),
    }
    return session.execute(queries[table], {"id": id_}).first() is not None


def _require_may_run(session: Session, actor: Actor, facility_id: int | None) -> None:
    if facility_id is None:
        actor.require_everywhere(Permission.RUN_OUTREACH)
    else:
        places.facility(session, actor, facility_id, Permission.RUN_OUTREACH)


def _to_edit(session: Session, actor: Actor, template_id: int) -> DistributionTemplate:
    one(session, actor, template_id)
    row = session.exec(
        select(DistributionTemplate)
        .where(DistributionTemplate.id == template_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    _require_may_run(session, actor, row.facility_id)
    return row
