"""The people the organization serves, under its own word for them."""

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.frame import frame
from securecare.access.roles import Permission
from state.customers import FORM, KNOWN, CustomerView, KnownView
from state.customers import CustomersState as State
from state.frame import FrameState
from state.policies import holders_of
from state.routes import page


@page(
    "/customers",
    "People",
    holders_of(Permission.VIEW_CUSTOMERS),
    on_load=[State.open_page],
)
def customers() -> rx.Component:
    """The list, a search over it, and the form of somebody new."""
    return frame(
        _toolbar(),
        rx.cond(State.waiting != "", _requests()),
        rx.cond(State.loaded, _list(), ui.loading("Loading the list", lines=8)),
        _form(),
        title=FrameState.customers_title,
        active="customers",
        actions=[
            rx.cond(State.may_merge, _duplicates()),
            rx.cond(
                State.may_invite,
                ui.link_button(
                    "Donors and volunteers", href="/customers/supporters", leading="heart"
                ),
            ),
            rx.cond(State.may_add, _add()),
        ],
    )


def _requests() -> rx.Component:
    return ui.banner(
        "They have an account of their own and say what they are here.",
        tone="info",
        title=f"{State.waiting} to be connected",
        actions=[ui.link_button("Answer", href="/customers/requests", size="sm")],
    )


def _duplicates() -> rx.Component:
    return ui.link_button(
        "Likely duplicates",
        rx.cond(State.duplicates != "", rx.el.span(State.duplicates, class_name="tabs__count")),
        href="/customers/duplicates",
        leading="users_round",
    )


def _add() -> rx.Component:
    return ui.button(
        "Add a ",
        FrameState.customer,
        kind="primary",
        leading="user_plus",
        on_click=State.start_new,
    )


def _toolbar() -> rx.Component:
    return rx.el.div(
        ui.search_input(
            "customers-search",
            label=f"Search {FrameState.customers}",
            placeholder="Name, phone, number or birth date",
            wait_ms=150,
            on_change=State.search,
        ),
        style={"max_width": "26rem"},
    )


def _list() -> rx.Component:
    return rx.fragment(
        ui.table(
            [
                "Name",
                ui.Column("Number", tight=True),
                "Birth date",
                "Contact",
                "Next appointment",
            ],
            State.rows,
            _cells,
            label=FrameState.customers_title,
            empty=_nobody(),
        ),
        rx.cond(
            State.rows.length() > 0,
            rx.cond(
                State.asked == "",
                ui.pagination(
                    summary=State.summary,
                    on_previous=State.show_previous,
                    on_next=State.show_following,
                    first=State.first,
                    last=State.last,
                ),
                rx.el.p(State.summary, class_name="table-foot", role="status"),
            ),
        ),
    )


def _cells(row: CustomerView) -> list[ui.Content]:
    return [
        ui.person(
            ui.row_link(row.name, href=f"/customers/{row.id}"),
            row.initials,
            size="sm",
        ),
        rx.el.span(row.number, class_name="numeric"),
        rx.cond(row.born != "", rx.el.span(row.born, class_name="numeric"), "–"),
        rx.el.div(
            rx.cond(row.phone != "", rx.el.div(row.phone, class_name="numeric")),
            rx.cond(row.email != "", rx.el.div(row.email, class_name="cell__detail truncate")),
            rx.cond((row.phone == "") & (row.email == ""), rx.el.span("–")),
        ),
        rx.cond(
            row.next_when != "",
            rx.el.div(
                rx.el.div(row.next_when, class_name="numeric"),
                rx.el.div(row.next_what, class_name="cell__detail"),
            ),
            rx.el.span("None", class_name="cell__detail"),
        ),
    ]


def _nobody() -> rx.Component:
    return rx.cond(
        State.asked != "",
        ui.empty_state(
            f"No matches for “{State.asked}”",
            "Check the spelling, or try a part of the name, the phone number or the birth date.",
            rx.cond(State.may_add, _add()),
            picture="search_x",
        ),
        ui.empty_state(
            f"No {FrameState.customers} yet",
            "Add the first one here, or while booking their appointment.",
            rx.cond(State.may_add, _add()),
            picture="users",
        ),
    )


def _form() -> rx.Component:
    return form_drawer(
        State,
        ui.form_grid(
            ui.text_field(
                "Given name",
                "given_name",
                error=State.errors["given_name"],
                max_length=80,
                required=True,
                auto_focus=True,
                auto_complete="off",
            ),
            ui.text_field(
                "Family name",
                "family_name",
                error=State.errors["family_name"],
                max_length=80,
                required=True,
                auto_complete="off",
            ),
        ),
        ui.date_field(
            "Birth date",
            "born_on",
            error=State.errors["born_on"],
            optional=True,
        ),
        ui.text_field(
            "Phone",
            "phone",
            type="tel",
            error=State.errors["phone"],
            hint="With the area code; from abroad with + and the country",
            max_length=40,
            optional=True,
            auto_complete="off",
        ),
        ui.text_field(
            "E-mail",
            "email",
            type="email",
            error=State.errors["email"],
            max_length=200,
            optional=True,
            auto_complete="off",
        ),
        rx.cond(
            State.may_invite,
            ui.checkbox(
                "Create a portal account and invite them by e-mail",
                "account",
                hint="They keep their details up to date, and see their appointments, documents and messages.",
            ),
        ),
        form_id=FORM,
        title=f"New {FrameState.customer}",
        save=rx.cond(State.known.length() > 0, "Check again", "Save"),
        more=(_already_known(),),
    )


def _already_known() -> rx.Component:
    """Who looks like the one being added, and the choice."""
    return rx.el.div(
        rx.cond(
            State.known.length() > 0,
            ui.banner(
                ui.stack(
                    rx.el.p("Nothing is saved yet. If it is one of these, open their record:"),
                    rx.foreach(State.known, _known),
                    rx.el.p("If it is none of them:"),
                    ui.cluster(
                        ui.button("Add a different person", size="sm", on_click=State.save_another)
                    ),
                ),
                tone="warn",
                title="This person may already have a record",
            ),
        ),
        id=KNOWN,
        style={"margin_top": "1rem"},
        custom_attrs={"aria-live": "polite", "tabIndex": -1},
    )


def _known(person: KnownView) -> rx.Component:
    return rx.el.div(
        ui.button(person.name, size="sm", leading="user", on_click=State.open_known(person.id)),
        rx.el.div(person.detail, class_name="cell__detail"),
        rx.el.div(person.why, class_name="cell__detail"),
    )
