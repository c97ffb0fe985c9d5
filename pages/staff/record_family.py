"""A customer's record: whom they are linked to, in the words of both sides."""

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.record_frame import record_frame, show_more
from securecare.access.roles import Permission
from state.policies import holders_of
from state.record import RecordState
from state.record_family import FamilyState as State
from state.record_family import MemberView, OfferedView, RelativeView
from state.routes import page


@page(
    "/customers/[id]/family",
    "Family",
    holders_of(Permission.VIEW_CUSTOMERS),
    on_load=[RecordState.open_record, State.open_page],
)
def record_family() -> rx.Component:
    """The links of this person, and the household they make."""
    return record_frame(
        "family",
        rx.cond(
            State.relatives.length() > 0,
            rx.el.div(_links(), _household(), class_name="record__cards"),
            ui.empty_state(
                "No family or group members yet",
                "Link people who belong together. Links are never guessed from names or addresses.",
                rx.cond(State.may_change, _add()),
                picture="users",
            ),
        ),
        _form(),
        loaded=State.loaded,
        actions=[rx.cond(State.may_change & (State.relatives.length() > 0), _add())],
    )


def _add() -> rx.Component:
    return ui.button("Link a person", kind="primary", leading="link", on_click=State.start_new)


def _links() -> rx.Component:
    return ui.card(
        rx.el.ul(
            rx.foreach(State.relatives, _relative),
            class_name="record__list",
            custom_attrs={"aria-label": "Linked people"},
        ),
        show_more(State, "Show more people"),
        title="Linked people",
    )


def _relative(each: RelativeView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(ui.link(each.name, href=each.href)),
            ui.badge(each.they_are),
            rx.el.span(each.detail, class_name="cell__detail"),
            class_name="record__line",
        ),
        rx.el.span(
            "This person is their ", rx.el.strong(each.this_is), ".", class_name="cell__detail"
        ),
        rx.cond(
            State.may_change,
            ui.cluster(
                ui.button(
                    "Edit relationship",
                    size="sm",
                    leading="pencil",
                    on_click=State.edit(each.id),
                ),
                ui.confirm(
                    "The link disappears from both records. The audit trail keeps it.",
                    title=f"Unlink {each.name}?",
                    act="Unlink",
                    on_confirm=State.unlink(each.id),
                    trigger=ui.button("Unlink", size="sm", leading="unlink"),
                ),
            ),
        ),
    )


def _household() -> rx.Component:
    return ui.card(
        rx.el.ul(
            rx.foreach(State.household, _member),
            class_name="record__list",
            custom_attrs={"aria-label": "Household"},
        ),
        title="Household",
        description="Everyone linked, directly or through someone else, oldest first.",
    )


def _member(each: MemberView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.cond(
                each.here,
                rx.el.strong(each.name, " (this record)"),
                rx.el.strong(ui.link(each.name, href=each.href)),
            ),
            rx.el.span(each.detail, class_name="cell__detail"),
            class_name="record__line",
        ),
        rx.cond(each.words != "", rx.el.span(each.words, class_name="cell__detail")),
    )


def _form() -> rx.Component:
    draft, errors = State.draft, State.errors
    return form_drawer(
        State,
        rx.cond(State.is_new, _other()),
        ui.form_grid(
            ui.text_field(
                "They are this person's",
                "they_are",
                default_value=draft.they_are,
                error=errors["they_are"],
                placeholder="uncle",
                max_length=40,
                required=True,
                auto_complete="off",
            ),
            ui.text_field(
                "This person is their",
                "this_is",
                default_value=draft.this_is,
                error=errors["this_is"],
                placeholder="niece",
                max_length=40,
                required=True,
                auto_complete="off",
            ),
        ),
        form_id="family-form",
        title=rx.cond(State.is_new, "Link a person", draft.name),
    )


def _other() -> rx.Component:
    return rx.cond(
        State.chosen.id != 0,
        rx.el.div(
            rx.el.strong(State.chosen.name),
            rx.el.span(State.chosen.detail, class_name="cell__detail"),
            ui.button("Somebody else", size="sm", on_click=State.choose_another),
            class_name="record__line",
        ),
        rx.el.div(
            ui.search_input(
                "find",
                label="Find the other person",
                placeholder="Name, number, phone or birth date",
                wait_ms=150,
                on_change=State.find,
            ),
            ui.form_error(State.errors["other"]),
            rx.el.ul(
                rx.foreach(State.offered, _offered),
                class_name="handout__found record__found",
                custom_attrs={"aria-label": "Search results"},
            ),
            class_name="stack",
        ),
    )


def _offered(each: OfferedView) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(
                rx.el.span(each.name, class_name="worked__name"),
                rx.el.span(each.detail, class_name="cell__detail"),
            ),
            type="button",
            on_click=State.choose(each.id),
        )
    )
