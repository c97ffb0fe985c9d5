"""What follows from the street as rows: templates with their uses, and staff time with what grants pay of it."""

from datetime import timedelta
from typing import Any

from securecare.demo.street_rows import StreetRows, kind_of
from securecare.grants.amounts import fringe_cents, wages_cents

CLAIMED_AFTER = timedelta(days=12)
"""Staff time is counted against grants about twice a month."""


def write_templates(
    to: StreetRows, items: dict[str, int], bundles: dict[str, int], sessions: list[int]
) -> None:
    plans, places = to.street.plan.templates, to.written.facilities
    rows = [
        (
            each.name,
            each.description,
            None if each.facility is None else places[each.facility],
            True,
            1,
        )
        for each in plans
    ]
    columns = "name description facility_id active version"
    templates = to.with_ids("distribution_template", columns, rows)
    to.table(
        "template_line",
        "template_id position kind item_id bundle_id description quantity wholesale_cents"
        " retail_cents",
        [
            (
                template,
                position,
                kind_of(line, items),
                items.get(line.what),
                bundles.get(line.what),
                line.what,
                line.quantity,
                line.wholesale_cents,
                line.retail_cents,
            )
            for template, each in zip(templates, plans, strict=True)
            for position, line in enumerate(each.lines)
        ],
    )
    to.table(
        "template_use",
        "template_id session_id form_key account_id used_at",
        [
            (templates[each.template], session, each.form_key, to.lead, each.made_at)
            for session, each in zip(sessions, to.street.outings, strict=True)
            if each.template is not None
        ],
    )


def write_staff_time(to: StreetRows, sessions: list[int], grants: dict[str, int]) -> None:
    work = [
        (session, to.written.staff[to.plan.member(name)], minutes, rate, outing)
        for session, outing in zip(sessions, to.street.outings, strict=True)
        for name, minutes, rate in outing.work
    ]
    times = to.with_ids(
        "staff_time",
        "session_id staff_id minutes rate_cents version",
        [(*row[:4], 1) for row in work],
    )
    fringe = {grants[each.name]: each.fringe_basis_points for each in to.street.plan.grants}
    claims: list[tuple[Any, ...]] = []
    for time, (_, _, minutes, rate, outing) in zip(times, work, strict=True):
        grant, ended = to.grant_of(outing, grants), outing.ended_at
        if grant is None or ended is None or ended > to.street.now - CLAIMED_AFTER:
            continue
        wages = wages_cents(minutes, rate)
        benefits = fringe_cents(wages, fringe[grant])
        at = ended + CLAIMED_AFTER
        claims.append((time, "personnel", grant, wages, to.keeper, at))
        claims.append((time, "fringe", grant, benefits, to.keeper, at))
    to.table(
        "time_claim",
        "staff_time_id claimed_as grant_id amount_cents account_id claimed_at",
        claims,
    )
