"""Donors and volunteers: who they are, since when, and how to reach them."""

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.frame import frame
from components.support_fields import support_fields
from securecare.access.roles import Permission
from state.frame import FrameState
from state.policies import holders_of
from state.routes import page
from state.supporters import SupportersState as State
from state.supporters import SupporterView


@page(
    "/customers/supporters",
    "Donors and volunteers",
    holders_of(Permission.EDIT_CUSTOMERS),
    on_load=[State.open_page],
)
def supporters() -> rx.Component:
    """The list, and the one that is open."""
    return frame(
        _toolbar(),
        rx.cond(State.loaded, _list(), ui.loading("Loading the list", lines=8)),
        _one(),
        _end(),
        title="Donors and volunteers",
        active="supporters",
        description="People with an account of their own who give money or time.",
        actions=[ui.link_button("Requests", href="/customers/requests", leading="inbox")],
    )


def _toolbar() -> rx.Component:
    return ui.toolbar(
        rx.el.div(
            ui.search_input(
                "supporters-search",
                label="Search donors and volunteers",
                placeholder="Name",
                wait_ms=150,
                on_change=State.search,
            ),
            style={"flex": "1 1 12rem", "max_width": "26rem"},
        ),
        ui.segmented(
            "supporters-kind",
            [("", "All"), ("volunteer", "Volunteers"), ("donor", "Donors")],
            label="Whom to list",
            value=State.kind,
            on_change=State.choose,
        ),
        label="Which donors and volunteers",
    )


def _list() -> rx.Component:
    return rx.fragment(
        ui.table(
            ["Name", "Here as", "Contact", ui.Column("Record", tight=True)],
            State.rows,
            _cells,
            label="Donors and volunteers",
            empty=_nobody(),
        ),
        rx.cond(
            (State.rows.length() > 0) & ~(State.first & State.last),
            ui.pagination(
                summary=State.summary,
                on_previous=State.show_previous,
                on_next=State.show_following,
                first=State.first,
                last=State.last,
            ),
        ),
    )


def _cells(row: SupporterView) -> list[ui.Content]:
    return [
        ui.person(ui.row_link(row.name, on_click=State.open_one(row.id)), row.initials, size="sm"),
        rx.el.div(_since("Volunteer", row.support.volunteer), _since("Donor", row.support.donor)),
        rx.el.div(
            rx.cond(row.phone != "", rx.el.div(row.phone, class_name="numeric")),
            rx.cond(row.email != "", rx.el.div(row.email, class_name="cell__detail truncate")),
            rx.cond((row.phone == "") & (row.email == ""), rx.el.span("–")),
        ),
        rx.cond(
            row.record != "",
            ui.link(
                "Open",
                href=row.record,
                custom_attrs={"aria-label": f"Open the record of {row.name}"},
            ),
            "–",
        ),
    ]


def _since(label: str, words: rx.Var) -> rx.Component:
    """As in "Volunteer since May 1, 2026", where they are one."""
    return rx.cond(
        words != "",
        rx.el.div(rx.el.span(label), " ", rx.el.span(words, class_name="cell__detail numeric")),
    )


def _nobody() -> rx.Component:
    return rx.cond(
        State.asked != "",
        ui.empty_state(
            f"No matches for “{State.asked}”",
            "Type the beginning of a given or family name.",
            picture="search_x",
        ),
        ui.empty_state(
            "Nobody here yet",
            f"People who ask to be connected become volunteers or donors on the requests page, and"
            f" {FrameState.customers} on the portal account tab of their record.",
            ui.link_button("Requests", href="/customers/requests"),
            picture="heart_handshake",
        ),
    )


def _one() -> rx.Component:
    """Who is open: how to reach them, and what they are."""
    shown = State.shown
    none = rx.el.span("Not known", class_name="cell__detail")
    return form_drawer(
        State,
        ui.details(
            (
                "Phone",
                rx.cond(
                    shown.phone != "",
                    ui.link(shown.phone, href=f"tel:{shown.phone}", class_name="numeric"),
                    none,
                ),
            ),
            (
                "E-mail",
                rx.cond(
                    shown.email != "", ui.link(shown.email, href=f"mailto:{shown.email}"), none
                ),
            ),
        ),
        support_fields(shown.support, State.errors),
        form_id="supporter-form",
        title=shown.name,
        more=(
            rx.cond(
                shown.record != "",
                ui.cluster(ui.link_button("Open the record", href=shown.record, leading="user")),
            ),
            rx.cond(State.may_link, _give_record()),
            ui.cluster(ui.button("End the connection", leading="unlink", on_click=State.start_end)),
        ),
    )


def _give_record() -> rx.Component:
    return rx.el.form(
        ui.text_field(
            "Their record, by its number",
            "number",
            hint=f"Once linked, they are a {FrameState.customer} as well, and see their record's"
            " appointments, documents and messages.",
            error=State.number_error,
            input_mode="numeric",
            max_length=12,
            auto_complete="off",
        ),
        ui.form_actions(ui.button("Link this record", submits=True)),
        key=State.form_key.to_string(),  # type: ignore[attr-defined]
        on_submit=State.link_number,
        no_validate=True,
        class_name="stack",
    )


def _end() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "Why does it end?",
                "reason",
                error=State.errors["reason"],
                hint="The reason is kept in the audit trail.",
                max_length=200,
                required=True,
                auto_focus=True,
                auto_complete="off",
            ),
            id="end-support-form",
            key=State.dialog_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.end,
            no_validate=True,
        ),
        title=f"End the connection with {State.shown.name}?",
        description="They are no longer a volunteer or donor here. Whoever has a"
        f" {FrameState.customer} record keeps it.",
        open=State.dialog,
        on_open_change=State.open_dialog,
        size="sm",
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("End the connection", kind="danger", submits=True, form="end-support-form"),
        ],
    )
