"""The report of what community service gave out, on screen and on paper."""

import reflex as rx

from components import charts, ui
from components.frame import frame
from securecare.access.roles import Permission
from state.outreach_report import OutreachReportState as State
from state.outreach_report import RowView
from state.policies import holders_of
from state.routes import page

AMOUNTS = [
    ("cost", "Cost", "var(--accent)"),
    ("retail", "Retail value", "var(--program-10)"),
]
COLUMNS = [
    ui.Column("Sessions", align="end"),
    ui.Column("Units given", align="end"),
    ui.Column("People", align="end"),
    ui.Column("Hours", align="end"),
    ui.Column("Cost", align="end"),
    ui.Column("Retail value", align="end"),
]


@page(
    "/reports/outreach",
    "Outreach report",
    holders_of(Permission.VIEW_OUTREACH),
    on_load=[State.open_page],
)
def outreach_report() -> rx.Component:
    """What was given out, to how many, and what it was worth then."""
    return frame(
        _filters(),
        rx.cond(State.loaded, _answer(), ui.loading("Adding it up", lines=8)),
        title="Outreach report",
        description="What was given out, at what it cost on that day. Later prices change nothing.",
        active="outreach-report",
        actions=[
            ui.button("Print", leading="printer", on_click=rx.call_script("window.print()")),
            rx.cond(
                State.may_export,
                ui.link_button(
                    "Export as CSV", href=State.export_href, leading="download", download=True
                ),
            ),
        ],
    )


def _filters() -> rx.Component:
    return rx.el.form(
        ui.date_field("From", "first", default_value=State.first),
        ui.date_field("To", "last", default_value=State.last, error=State.error),
        ui.select_field(
            "Facility",
            "facility_id",
            State.facilities,
            empty="All",
            default_value=State.facility,
        ),
        ui.select_field(
            "Service", "service_id", State.services, empty="All", default_value=State.service
        ),
        ui.select_field("Item", "item_id", State.items, empty="All", default_value=State.item),
        rx.cond(
            State.sees_grants,
            ui.select_field(
                "Grant", "grant_id", State.grants, empty="All", default_value=State.grant
            ),
        ),
        ui.form_actions(
            ui.button("Show", kind="primary", submits=True),
            ui.button("30 days", kind="quiet", size="sm", on_click=State.since(30)),
            ui.button("90 days", kind="quiet", size="sm", on_click=State.since(90)),
            ui.button("A year", kind="quiet", size="sm", on_click=State.since(365)),
        ),
        on_submit=State.ask,
        key=State.form_key.to_string(),  # type: ignore[attr-defined]
        class_name="report__filters",
    )


def _answer() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            rx.el.strong(State.said), " · printed ", State.printed, class_name="report__printed"
        ),
        _figures(),
        rx.cond(State.months.length() > 1, _charts()),
        _group(),
        _table(),
    )


def _figures() -> rx.Component:
    total = State.total
    return rx.el.dl(
        *[
            rx.el.div(rx.el.dt(label), rx.el.dd(value, class_name="numeric"))
            for label, value in (
                ("Sessions held", total.sessions),
                ("Units given", total.units),
                ("People served", total.people),
                ("Staff hours", total.hours),
                ("Cost then", total.cost),
                ("Retail value then", total.retail),
            )
        ],
        class_name="figures",
        custom_attrs={"aria-live": "polite"},
    )


def _charts() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            charts.money_by_month(State.months, AMOUNTS, label="By month"), class_name="card"
        ),
        rx.cond(
            State.largest.length() > 0,
            rx.el.div(
                charts.money_by_name(
                    State.largest,
                    AMOUNTS,
                    label=rx.Var.create(f"The largest by {State.by_label.lower()}"),
                ),
                class_name="card",
            ),
        ),
        class_name="report__charts",
    )


def _group() -> rx.Component:
    options = [
        ("service", "Service"),
        ("facility", "Facility"),
        ("item", "Item"),
        ("month", "Month"),
    ]
    return rx.el.div(
        rx.el.span("Group by", class_name="field__label"),
        rx.cond(
            State.sees_grants,
            ui.segmented(
                "by",
                [*options, ("grant", "Grant")],
                label="Group by",
                value=State.by,
                on_change=State.group_by,
            ),
            ui.segmented("by", options, label="Group by", value=State.by, on_change=State.group_by),
        ),
        class_name="report__group",
    )


def _table() -> rx.Component:
    return rx.fragment(
        ui.table(
            [ui.Column(State.by_label), *COLUMNS],
            State.rows,
            _cells,
            label=State.said,
            empty=ui.empty_state(
                "Nothing was given out",
                "No completed session fits. Choose a longer span of days, or ask for less.",
                picture="chart_column",
            ),
        ),
        rx.el.p(
            "Units are single pieces: a bundle counts as what is in it. People and hours belong to"
            " whole sessions, so there are none for single items.",
            class_name="hint",
        ),
    )


def _cells(row: RowView) -> list[ui.Content]:
    return [
        rx.el.span(row.name),
        *[
            rx.el.span(value, class_name="numeric")
            for value in (row.sessions, row.units, row.people, row.hours, row.cost, row.retail)
        ],
    ]
