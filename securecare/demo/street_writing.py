"""The storerooms and the street become rows; figures come of the movements' own trigger."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from securecare.demo.plans import OrganizationPlan
from securecare.demo.street import Street
from securecare.demo.street_aftermath import write_staff_time, write_templates
from securecare.demo.street_plans import counted
from securecare.demo.street_rows import StreetRows, kind_of
from securecare.demo.structure import Written


def write_street(
    session: Session, plan: OrganizationPlan, street: Street, written: Written, accounts: list[int]
) -> None:
    """Write it all."""
    lead, keeper = accounts[street.plan.lead], accounts[street.plan.keeper]
    to = StreetRows(session, street, plan, written, lead, keeper)
    items = _items(to)
    bundles, versions = _bundles(to, items)
    grants = _grants(to)
    services = _services(to, grants)
    sessions = _sessions(to, services, grants)
    _lines(to, sessions, items, versions)
    documents = _documents(to)
    _movements(to, items, sessions, documents)
    _counts(to, items, documents)
    write_templates(to, items, bundles, sessions)
    write_staff_time(to, sessions, grants)


def _barcode(number: int) -> str:
    """An EAN-13 of the range that is free for use inside a house."""
    digits = f"200{number:09}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return digits + str(-(odd + 3 * even) % 10)


def _items(to: StreetRows) -> dict[str, int]:
    began = to.street.now - timedelta(days=372)
    columns = (
        "sku name unit category barcode description wholesale_cents retail_cents minimum_level"
        " recommended_level active version created_at"
    )
    rows = [
        (
            each.sku,
            each.name,
            each.unit,
            each.category,
            _barcode(4_711 + 37 * number),
            "",
            each.wholesale_cents,
            each.retail_cents,
            each.minimum_level,
            each.recommended_level,
            True,
            1,
            began,
        )
        for number, each in enumerate(to.street.plan.items)
    ]
    ids = to.with_ids("item", columns, rows)
    return {each.name: n for each, n in zip(to.street.plan.items, ids, strict=True)}


def _bundles(
    to: StreetRows, items: dict[str, int]
) -> tuple[dict[str, int], dict[tuple[str, int], int]]:
    plans, now = to.street.plan.bundles, to.street.now
    rows = [
        (each.name, each.description, True, 2 if each.before else 1, 2 if each.before else 1)
        for each in plans
    ]
    ids = to.with_ids("bundle", "name description active current_number version", rows)
    versions = [
        (bundle, each, number, pieces, now - timedelta(days=each.changed if number == 2 else 371))
        for bundle, each in zip(ids, plans, strict=True)
        for number, pieces in enumerate(
            (each.before, each.pieces) if each.before else (each.pieces,), 1
        )
    ]
    version_ids = to.with_ids(
        "bundle_version",
        "bundle_id number account_id made_at",
        [(bundle, number, to.keeper, at) for bundle, _, number, _, at in versions],
    )
    to.table(
        "bundle_component",
        "bundle_version_id item_id quantity",
        [
            (version, items[name], quantity)
            for version, (_, _, _, pieces, _) in zip(version_ids, versions, strict=True)
            for name, quantity in counted(pieces).items()
        ],
    )
    named = {
        (each.name, number): version
        for version, (_, each, number, _, _) in zip(version_ids, versions, strict=True)
    }
    return {each.name: n for each, n in zip(plans, ids, strict=True)}, named


def _grants(to: StreetRows) -> dict[str, int]:
    today = to.street.today[0]
    columns = (
        "name funder award_number purpose amount_cents starts_on ends_on fringe_basis_points"
        " active version"
    )
    rows = [
        (
            each.name,
            each.funder,
            each.award_number,
            each.purpose,
            each.amount_cents,
            today + timedelta(days=each.first),
            today + timedelta(days=each.last),
            each.fringe_basis_points,
            each.active,
            1,
        )
        for each in to.street.plan.grants
    ]
    ids = to.with_ids("funding_grant", columns, rows)
    return {each.name: n for each, n in zip(to.street.plan.grants, ids, strict=True)}


def _services(to: StreetRows, grants: dict[str, int]) -> list[int]:
    columns = (
        "facility_id name description starts_minute ends_minute pattern interval weekdays month_day"
        " valid_from valid_until grant_id active version"
    )
    rows: list[tuple[Any, ...]] = []
    for each in to.street.plan.services:
        today = to.street.today[each.facility]
        rows.append(
            (
                to.written.facilities[each.facility],
                each.name,
                each.description,
                *each.hours,
                each.pattern,
                each.interval,
                sorted(today.weekday() if day == 7 else day for day in each.weekdays),
                each.month_day,
                today + timedelta(days=each.first),
                None if each.last is None else today + timedelta(days=each.last),
                grants.get(each.grant),
                True,
                1,
            )
        )
    return to.with_ids("community_service", columns, rows)


def _sessions(to: StreetRows, services: list[int], grants: dict[str, int]) -> list[int]:
    columns = (
        "service_id facility_id number held_on starts_minute ends_minute status notes people_served"
        " grant_id form_key version created_by created_at ended_by ended_at"
    )
    rows: list[tuple[Any, ...]] = []
    for each in to.street.outings:
        service = to.street.plan.services[each.service]
        rows.append(
            (
                services[each.service],
                to.written.facilities[service.facility],
                each.number,
                each.held_on,
                *service.hours,
                each.status,
                each.notes,
                each.people_served,
                to.grant_of(each, grants),
                each.form_key,
                1 if each.ended_at is None else 2,
                to.lead,
                each.made_at,
                None if each.ended_at is None else to.lead,
                each.ended_at,
            )
        )
    return to.with_ids("outreach_session", columns, rows)


def _lines(
    to: StreetRows,
    sessions: list[int],
    items: dict[str, int],
    versions: dict[tuple[str, int], int],
) -> None:
    columns = (
        "session_id position kind item_id bundle_version_id description quantity given"
        " wholesale_cents retail_cents"
    )
    rows: list[tuple[Any, ...]] = []
    for session, outing in zip(sessions, to.street.outings, strict=True):
        for position, line in enumerate(outing.lines):
            plan = line.plan
            version = versions.get((plan.what, line.version))
            rows.append(
                (
                    session,
                    position,
                    kind_of(plan, items),
                    items.get(plan.what),
                    version,
                    plan.what,
                    line.quantity,
                    line.given,
                    plan.wholesale_cents,
                    plan.retail_cents,
                )
            )
    to.table("session_line", columns, rows)


def _documents(to: StreetRows) -> list[int]:
    places = to.written.facilities
    rows = [
        (
            each.kind,
            places[each.facility],
            None if each.other is None else places[each.other],
            each.source,
            each.paper,
            each.note,
            each.happened_on,
            to.keeper,
            each.at,
        )
        for each in to.street.papers
    ]
    columns = "kind facility_id other_facility_id source paper note happened_on account_id made_at"
    return to.with_ids("stock_document", columns, rows)


def _movements(
    to: StreetRows, items: dict[str, int], sessions: list[int], documents: list[int]
) -> None:
    ids, places = list(items.values()), to.written.facilities
    columns = (
        "facility_id item_id kind on_hand_change reserved_change wholesale_cents retail_cents reason"
        " document_id holder holder_id account_id at"
    )
    rows = [
        (
            places[each.facility],
            ids[each.item],
            each.kind,
            each.on_hand,
            each.reserved,
            each.wholesale_cents,
            each.retail_cents,
            each.reason,
            None if each.document is None else documents[each.document],
            None if each.session is None else "outreach_session",
            None if each.session is None else sessions[each.session],
            to.keeper if each.session is None else to.lead,
            each.at,
        )
        for each in to.street.moves
    ]
    to.table("stock_movement", columns, rows)


def _counts(to: StreetRows, items: dict[str, int], documents: list[int]) -> None:
    ids = list(items.values())
    tallies = to.street.tallies
    rows = [
        (
            to.written.facilities[each.facility],
            "open" if each.document is None else "posted",
            each.note,
            each.category,
            to.keeper,
            each.at - timedelta(minutes=50),
            None if each.document is None else each.at,
            None if each.document is None else documents[each.document],
            1,
        )
        for each in tallies
    ]
    columns = "facility_id status note category started_by started_at ended_at document_id version"
    counts = to.with_ids("stock_count", columns, rows)
    to.table(
        "stock_count_line",
        "count_id item_id counted expected account_id counted_at",
        [
            (count, ids[item], found, expected, to.keeper, each.at - timedelta(minutes=5))
            for count, each in zip(counts, tallies, strict=True)
            for item, (expected, found) in each.lines.items()
        ],
    )
