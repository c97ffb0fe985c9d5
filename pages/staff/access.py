"""Roles and access: the people of the organization, and what each role may do."""

from typing import Any

import reflex as rx

from components import ui
from components.frame import frame
from securecare.access.roles import (
    PERMISSION_LABELS,
    ROLE_LABELS,
    ROLE_PERMISSIONS,
    Permission,
    Role,
)
from state.access import ROLE_CHOICES, AccessState, NewPerson
from state.frame import FrameState
from state.policies import holders_of
from state.routes import page


@page(
    "/access", "Roles and access", holders_of(Permission.MANAGE_ACCESS), on_load=[AccessState.open]
)
def access() -> rx.Component:
    """Who may see and do what."""
    return frame(
        ui.tabs(
            [("people", "People"), ("roles", "What each role may do")],
            value=AccessState.tab,
            on_change=AccessState.turn_to,
            label="Roles and access",
        ),
        ui.tab_panel("people", _people(), value=AccessState.tab),
        ui.tab_panel("roles", _roles(), value=AccessState.tab),
        _person_drawer(),
        _new_person(),
        _link_dialog(),
        title="Roles and access",
        active="access",
        description="A change counts at the person's very next click.",
        actions=[
            ui.button("Add a person", kind="primary", leading="plus", on_click=NewPerson.show(True))
        ],
    )


def _people() -> rx.Component:
    return ui.stack(
        ui.toolbar(
            ui.search_input(label="Find a person", on_change=AccessState.look_for),
            ui.select(
                "role",
                ROLE_CHOICES,
                empty="Any role",
                label="Role",
                id="only-role",
                on_change=AccessState.only,
            ),
            label="Filter people",
        ),
        rx.cond(
            AccessState.loaded,
            rx.fragment(
                _table(),
                ui.pagination(
                    summary=AccessState.summary,
                    on_previous=AccessState.turn(-1),
                    on_next=AccessState.turn(1),
                    first=AccessState.page == 0,
                    last=AccessState.last,
                ),
            ),
            ui.loading("Reading the people", lines=8),
        ),
    )


def _table() -> rx.Component:
    return ui.table(
        [
            "Person",
            "Roles",
            ui.Column("Second factor", tight=True),
            ui.Column("Last active", tight=True),
        ],
        AccessState.rows,
        _cells,
        label="People of the organization",
        empty=ui.empty_state(
            "Nobody matches", "Look for part of a name or an address.", picture="users"
        ),
    )


def _cells(row: Any) -> list[ui.Content]:
    return [
        ui.row_link(
            ui.person(row["name"], row["initials"], detail=row["email"]),
            on_click=AccessState.look_at(row["account_id"]),
        ),
        rx.cond(
            row["roles"].length() > 0,
            ui.cluster(rx.foreach(row["roles"], lambda held: ui.badge(held["label"]))),
            rx.el.span("No role", class_name="access__none"),
        ),
        rx.cond(row["second_factor"], ui.badge("On", tone="good", leading="check"), "Off"),
        rx.cond(row["invited"], ui.badge("Invited", tone="info"), row["seen"]),
    ]


def _person_drawer() -> rx.Component:
    person = AccessState.chosen
    return ui.drawer(
        ui.stack(
            ui.form_error(AccessState.errors["form"]),
            ui.details(
                ("E-mail", person["email"]),
                ("Last active", person["seen"]),
                ("Second factor", rx.cond(person["second_factor"], "On", "Off")),
            ),
            ui.card(
                rx.cond(
                    person["roles"].length() > 0,  # type: ignore[attr-defined]
                    rx.el.ul(
                        rx.foreach(person["roles"], _held),  # type: ignore[arg-type]
                        class_name="access__roles",
                    ),
                    rx.el.p("No role yet: this person can sign in, and see nothing."),
                ),
                title="Roles",
            ),
            ui.card(_give_form(), title="Give a role"),
            ui.card(
                ui.stack(
                    rx.el.p(
                        rx.cond(
                            person["invited"],
                            "The password has not been set yet.",
                            "For somebody who lost their password or their phone. Using the link"
                            " sets a new password and turns the second factor off.",
                        )
                    ),
                    ui.cluster(
                        ui.button("Make a new link", on_click=AccessState.make_link),
                        ui.confirm(
                            rx.el.p(
                                "All roles are withdrawn and all sessions end at once. What was"
                                " done stays in the audit trail."
                            ),
                            title=rx.fragment("End the access of ", person["name"], "?"),
                            act="End access",
                            on_confirm=AccessState.let_go,
                            trigger=ui.button("End access", kind="danger"),
                        ),
                    ),
                ),
                title="Access",
            ),
        ),
        title=person["name"],
        open=AccessState.looking,
        on_open_change=AccessState.look_away,
    )


def _held(held: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(held["label"]),
        ui.button("Withdraw", size="sm", on_click=AccessState.withdraw(held["grant_id"])),
    )


def _give_form() -> rx.Component:
    return rx.el.form(
        ui.select_field(
            "Role",
            "role",
            ROLE_CHOICES,
            empty="Choose",
            error=AccessState.errors["role"],
            id="give-role",
        ),
        ui.select_field(
            "Where",
            "place",
            AccessState.places,
            error=AccessState.errors["place"],
            id="give-place",
        ),
        ui.form_actions(ui.button("Give this role", submits=True)),
        on_submit=AccessState.give,
        class_name="stack",
    )


def _new_person() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            ui.form_error(NewPerson.errors["form"]),
            ui.text_field(
                "Name",
                "name",
                error=NewPerson.errors["name"],
                required=True,
                auto_focus=True,
                max_length=120,
                id="new-name",
            ),
            ui.text_field(
                "E-mail address",
                "email",
                type="email",
                error=NewPerson.errors["email"],
                required=True,
                max_length=254,
                id="new-email",
            ),
            ui.select_field(
                "Role",
                "role",
                ROLE_CHOICES,
                empty="None yet",
                error=NewPerson.errors["role"],
                id="new-role",
            ),
            ui.select_field(
                "Where",
                "place",
                AccessState.places,
                error=NewPerson.errors["place"],
                id="new-place",
            ),
            ui.form_actions(ui.button("Add this person", kind="primary", submits=True)),
            on_submit=NewPerson.add,
            key=NewPerson.times_opened.to_string(),  # type: ignore[attr-defined]
            class_name="stack",
        ),
        title="Add a person",
        description="You get a link for them, with which they set their password.",
        open=NewPerson.open,
        on_open_change=NewPerson.show,
    )


def _link_dialog() -> rx.Component:
    return ui.dialog(
        ui.stack(
            rx.el.p(
                "It works once, for three days, and is shown only now. Give it to nobody else."
            ),
            ui.text_input(
                "link", value=AccessState.link, read_only=True, label="The one-time link"
            ),
        ),
        title=rx.fragment("A link for ", AccessState.link_for),
        actions=[
            ui.button(
                "Copy", kind="primary", leading="copy", on_click=rx.set_clipboard(AccessState.link)
            ),
        ],
        open=AccessState.link != "",
        on_open_change=AccessState.forget_link,
    )


def _roles() -> rx.Component:
    """The one table of rights, as it stands in the code."""
    return ui.table(
        [
            "Permission",
            *[ui.Column(ROLE_LABELS[role], tight=True) for role in Role],
        ],
        list(Permission),
        lambda permission: [
            PERMISSION_LABELS[permission].format(customer=FrameState.customer),
            *[_mark(permission in ROLE_PERMISSIONS[role]) for role in Role],
        ],
        label="What each role may do",
        class_name="access__table",
    )


def _mark(may: bool) -> rx.Component:
    if not may:
        return rx.el.span(
            rx.el.span("–", custom_attrs={"aria-hidden": "true"}),
            rx.el.span("No", class_name="visually-hidden"),
            class_name="access__no",
        )
    return rx.el.span(
        ui.icon("check", 15),
        rx.el.span("Yes", class_name="visually-hidden"),
        class_name="access__yes",
    )
