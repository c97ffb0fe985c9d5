"""Grants: the list with what is left of each, and the page of one with its spending."""

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.frame import frame
from securecare.access.roles import Permission
from state.grants import GrantsState as State
from state.grants import GrantState as One
from state.grants import GrantView, LineView, SpentView
from state.policies import holders_of
from state.routes import page

SEES = holders_of(Permission.VIEW_GRANTS)
KINDS = (
    ("", "All"),
    ("supplies", "Supplies"),
    ("free", "Not from stock"),
    ("personnel", "Personnel"),
    ("fringe", "Fringe"),
)
PARTIAL = "You see grants at some facilities only: what other facilities spent is not counted here."


@page("/grants", "Grants", SEES, on_load=[State.open_page])
def grants() -> rx.Component:
    """All grants, each with its budget and what was spent."""
    return frame(
        rx.cond(State.is_all, rx.fragment(), ui.banner(PARTIAL)),
        rx.cond(State.loaded, _list(), ui.loading("Loading grants")),
        _drawer(),
        title="Grants",
        description="Money given for a purpose, and what of the work is counted against it.",
        active="grants",
        actions=[rx.cond(State.may_change, _add())],
    )


def _add() -> rx.Component:
    return ui.button("Add a grant", kind="primary", leading="plus", on_click=State.start_new)


def _list() -> rx.Component:
    return rx.cond(
        State.rows.length() > 0,
        rx.el.div(rx.foreach(State.rows, _card), class_name="grants"),
        ui.empty_state(
            "No grant yet",
            "Add what was awarded, for which days and for what. Sessions and staff time can then"
            " be counted against it.",
            rx.cond(State.may_change, _add()),
            picture="hand_coins",
        ),
    )


def _card(row: GrantView) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            rx.el.div(
                rx.el.h2(ui.link(row.name, href=f"/grants/{row.id}"), class_name="grant__name"),
                rx.el.p(row.funder, class_name="cell__detail"),
            ),
            _standing(row),
            rx.cond(State.may_change, _more(row)),
            class_name="grant__head",
        ),
        _meter(row),
        _three(row),
        rx.el.p(ui.icon("calendar_range", 14), row.period, class_name="grant__period"),
        class_name="card grant",
    )


def _more(row: GrantView) -> rx.Component:
    return ui.menu(
        ui.icon_button("ellipsis", f"More about {row.name}", tip=False, size="sm"),
        ui.menu_item("Change", leading="pencil", on_select=State.edit(row.id)),
        rx.cond(
            row.active,
            ui.menu_item(
                "Close to new spending",
                leading="archive",
                on_select=State.set_active(row.id, False),
            ),
            ui.menu_item(
                "Make active again",
                leading="archive_restore",
                on_select=State.set_active(row.id, True),
            ),
        ),
    )


def _standing(row: GrantView) -> rx.Component:
    return rx.cond(
        row.over != "",
        ui.badge(rx.fragment("Over by ", row.over), tone="danger", leading="triangle_alert"),
        rx.cond(
            row.standing == "Runs",
            ui.badge("Runs", tone="good", leading="circle_check"),
            ui.badge(row.standing, leading="archive"),
        ),
    )


def _meter(row: GrantView) -> rx.Component:
    """How much of it is spent, by kind; the words below say the same."""
    return rx.el.div(
        rx.el.div(
            rx.foreach(
                row.kinds,
                lambda each: rx.el.span(
                    style={"width": each.share}, custom_attrs={"data-kind": each.kind}
                ),
            ),
            class_name="meter",
            custom_attrs={"aria-hidden": "true", "data-over": row.over != ""},
        ),
        rx.el.ul(
            rx.foreach(row.kinds, _kind),
            class_name="meter__key",
            custom_attrs={"aria-label": "Spent by kind"},
        ),
    )


def _kind(each: SpentView) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            class_name="meter__mark",
            custom_attrs={"data-kind": each.kind, "aria-hidden": "true"},
        ),
        rx.el.span(each.label),
        rx.el.span(each.amount, class_name="numeric meter__amount"),
    )


def _three(row: GrantView) -> rx.Component:
    return rx.el.dl(
        _figure("Budget", row.amount),
        _figure("Spent", row.spent),
        rx.cond(
            row.is_all,
            _figure("Left", row.left, over=row.over != ""),
            _figure("Left", "–"),
        ),
        class_name="three",
    )


def _figure(label: str, value: ui.Content, over: bool | rx.Var = False) -> rx.Component:
    return rx.el.div(
        rx.el.dt(label),
        rx.el.dd(value, class_name="numeric", custom_attrs={"data-over": over}),
    )


def _drawer() -> rx.Component:
    draft, errors = State.draft, State.errors
    return form_drawer(
        State,
        ui.text_field(
            "Name",
            "name",
            default_value=draft.name,
            error=errors["name"],
            max_length=120,
            required=True,
            auto_focus=True,
        ),
        ui.form_grid(
            ui.text_field(
                "Given by",
                "funder",
                default_value=draft.funder,
                error=errors["funder"],
                max_length=120,
                optional=True,
            ),
            ui.text_field(
                "Award number",
                "award_number",
                default_value=draft.award_number,
                error=errors["award_number"],
                max_length=60,
                optional=True,
            ),
            ui.text_field(
                "Amount",
                "amount_cents",
                default_value=draft.plain_amount,
                error=errors["amount_cents"],
                input_mode="decimal",
                max_length=20,
                unit="$",
            ),
            ui.text_field(
                "Fringe",
                "fringe_basis_points",
                default_value=draft.fringe,
                error=errors["fringe_basis_points"],
                input_mode="decimal",
                max_length=6,
                unit="% of wages",
                hint="What is counted later uses the new share; what is counted stays.",
            ),
            ui.date_field(
                "First day", "starts_on", default_value=draft.starts_on, error=errors["starts_on"]
            ),
            ui.date_field(
                "Last day", "ends_on", default_value=draft.ends_on, error=errors["ends_on"]
            ),
        ),
        ui.area_field(
            "Purpose",
            "purpose",
            default_value=draft.purpose,
            error=errors["purpose"],
            max_length=500,
            optional=True,
        ),
        form_id="grant-form",
        title=rx.cond(draft.id == 0, "New grant", draft.name),
    )


@page("/grants/[id]", "Grant", SEES, on_load=[One.open_page])
def grant() -> rx.Component:
    """One grant: its figures, and every line that is counted against it."""
    row = One.grant
    return frame(
        rx.cond(
            One.loaded,
            rx.fragment(
                rx.cond(row.is_all, rx.fragment(), ui.banner(PARTIAL)),
                rx.cond(row.over != "", _overspent(row)),
                rx.el.section(
                    _three(row), _meter(row), _facts(row), class_name="card grant grant--whole"
                ),
                _spending(),
            ),
            ui.loading("Reading the grant", lines=8),
        ),
        title=rx.cond(One.loaded, row.name, "Grant"),
        description=rx.cond(One.loaded, row.purpose, ""),
        active="grants",
        above=ui.link("Grants", href="/grants"),
        actions=[
            rx.cond(
                One.may_export,
                ui.link_button(
                    "Export as CSV", href=One.export_href, leading="download", download=True
                ),
            )
        ],
    )


def _overspent(row: GrantView) -> rx.Component:
    return ui.banner(
        "More is counted against this grant than was given. Move sessions to another grant, or"
        " withdraw staff time on their pages.",
        tone="warn",
        title=rx.fragment("Over its amount by ", row.over),
    )


def _facts(row: GrantView) -> rx.Component:
    return ui.details(
        ("Given by", rx.cond(row.funder != "", row.funder, "–")),
        ("Award number", rx.cond(row.award_number != "", row.award_number, "–")),
        ("May be spent", row.period),
        ("Fringe", rx.fragment(row.fringe, " % of wages")),
    )


def _spending() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Spending", class_name="card__title"),
            ui.segmented(
                "kind", KINDS, label="Kind of spending", value=One.kind, on_change=One.show_kind
            ),
            class_name="grant__tools",
        ),
        ui.table(
            [
                ui.Column("Day", tight=True),
                "Session",
                "Kind",
                "What",
                ui.Column("Amount", align="end", tight=True),
            ],
            One.lines,
            _line,
            label="What the grant was spent on, the latest first",
            empty=ui.empty_state(
                "Nothing is counted here yet",
                "Sessions that are counted against this grant show up once they are completed,"
                " staff time once somebody counts it.",
                picture="receipt",
            ),
        ),
        rx.cond(
            One.lines.length() > 0,
            ui.pagination(
                summary=One.summary,
                on_previous=One.show_previous,
                on_next=One.show_following,
                first=One.first,
                last=One.last,
            ),
        ),
        class_name="stack",
        custom_attrs={"aria-label": "Spending"},
    )


def _line(row: LineView) -> list[ui.Content]:
    return [
        rx.el.span(row.day, class_name="numeric"),
        rx.el.div(
            ui.row_link(row.service, href=f"/outreach/sessions/{row.session_id}"),
            rx.el.div(row.facility, class_name="cell__detail"),
        ),
        row.kind,
        rx.el.div(row.what, rx.el.div(row.detail, class_name="cell__detail numeric")),
        rx.el.span(row.amount, class_name="numeric"),
    ]
