"""Programs: the list, and the form of one."""

import reflex as rx

from components import ui
from components.editing import form_drawer, named
from components.frame import frame
from securecare.access.roles import Permission
from state.policies import holders_of
from state.programs import ProgramsState as State
from state.programs import ProgramView, ServerView
from state.routes import page

COLOUR_NAMES = (
    "Red", "Green", "Purple", "Olive", "Blue", "Orange",
    "Teal", "Pink", "Leaf", "Violet", "Ochre", "Sky",
)  # fmt: skip
NOTICE_UNITS = [("minutes", "minutes"), ("hours", "hours"), ("days", "days")]


@page(
    "/programs",
    "Programs",
    holders_of(Permission.CONFIGURE_PROGRAMS),
    on_load=[State.open_page],
)
def programs() -> rx.Component:
    return frame(
        rx.cond(State.loaded, _list(), ui.loading("Loading programs")),
        _drawer(),
        _retiring(),
        title="Programs",
        description="Kinds of service, how long they take, and how they may be booked.",
        active="programs",
        actions=[
            rx.cond(
                State.may_add,
                ui.button(
                    "Add a program", kind="primary", leading="plus", on_click=State.start_new
                ),
            )
        ],
    )


def _list() -> rx.Component:
    return ui.table(
        [
            "Program",
            "Lead",
            "Served by",
            ui.Column("Duration", align="end"),
            ui.Column("Buffers", align="end"),
            "Booking",
            ui.Column("Actions", align="end", tight=True, hidden_label=True),
        ],
        State.rows,
        _cells,
        label="Programs",
        empty=rx.cond(
            State.may_add,
            ui.empty_state(
                "No program yet",
                "A program says how long an appointment takes and who gives it. Add the first one"
                " to be able to book.",
                ui.button("Add a program", kind="primary", on_click=State.start_new),
                picture="layers",
            ),
            ui.empty_state(
                "No program is yours to configure",
                "Programs belong to the whole organization. An administrator can change them, or"
                " make you manager of one.",
                picture="layers",
            ),
        ),
    )


def _cells(row: ProgramView) -> list[ui.Content]:
    return [
        named(
            ui.program_tag(
                ui.row_link(row.name, on_click=State.edit(row.id)), row.colour.to_string()
            ),
            row,
        ),
        rx.cond(row.lead != "", row.lead, "–"),
        rx.el.span(row.serving, class_name="nowrap"),
        rx.el.span(row.rhythm, class_name="numeric nowrap"),
        rx.el.span(row.buffers, class_name="numeric nowrap"),
        rx.cond(row.public, ui.badge("Public", tone="info", leading="globe"), "Staff only"),
        ui.menu(
            ui.icon_button("ellipsis", f"More about {row.name}", tip=False, size="sm"),
            ui.menu_item("Change", leading="pencil", on_select=State.edit(row.id)),
            rx.cond(
                row.active,
                ui.menu_item(
                    "Make inactive…",
                    leading="archive",
                    tone="danger",
                    on_select=State.ask_to_retire(row.id),
                ),
                ui.menu_item(
                    "Make active again",
                    leading="archive_restore",
                    on_select=State.make_active(row.id),
                ),
            ),
        ),
    ]


def _drawer() -> rx.Component:
    return form_drawer(
        State,
        _part("What it is", _names(), _colours()),
        _part("How long it takes", _times()),
        _part("How it may be booked", _booking()),
        _part("Who gives it", _people()),
        form_id="program-form",
        title=rx.cond(State.draft.id == 0, "New program", State.draft.name),
        description="Appointments that are already booked keep their length and buffers.",
        size="lg",
    )


def _part(title: str, *content: ui.Content) -> rx.Component:
    return rx.el.section(
        rx.el.h3(title, class_name="form-part__title"), *content, class_name="form-part stack"
    )


def _names() -> rx.Component:
    return ui.form_grid(
        ui.text_field(
            "Name",
            "name",
            default_value=State.draft.name,
            error=State.errors["name"],
            max_length=80,
            required=True,
            auto_focus=True,
        ),
        ui.text_field(
            "Short name",
            "short_name",
            default_value=State.draft.short_name,
            error=State.errors["short_name"],
            hint="Up to 14 characters, for the schedule.",
            max_length=14,
        ),
    )


def _colours() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("Colour", class_name="field__label"),
        rx.el.div(*[_colour(number) for number in range(12)], class_name="swatches"),
        class_name="choices",
    )


def _colour(number: int) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="colour",
            value=str(number),
            default_checked=State.draft.colour == number,
            custom_attrs={"aria-label": COLOUR_NAMES[number]},
        ),
        rx.el.span(class_name="swatch", custom_attrs={"data-program": str(number)}),
        custom_attrs={"data-tip": COLOUR_NAMES[number]},
    )


def _number(label: str, name: str, value: rx.Var, unit: str, hint: str = "") -> rx.Component:
    return ui.text_field(
        label,
        name,
        type="number",
        min="0",
        unit=unit,
        default_value=value.to_string(),
        error=State.errors[name],
        hint=hint,
        input_mode="numeric",
    )


def _times() -> rx.Component:
    draft = State.draft
    return ui.form_grid(
        _number("Duration", "duration_minutes", draft.duration, "minutes"),
        _number("Slot step", "slot_step_minutes", draft.step, "minutes", "A start every so often."),
        _number("Buffer before", "buffer_before_minutes", draft.before, "minutes"),
        _number("Buffer after", "buffer_after_minutes", draft.after, "minutes"),
        style={"--column": "15rem"},
    )


def _booking() -> rx.Component:
    draft = State.draft
    return ui.stack(
        ui.switch(
            "The public may book it",
            "public_booking",
            default_checked=draft.public,
            hint="People book for themselves, at times when those who serve it work.",
        ),
        ui.form_error(State.errors["public_booking"]),
        ui.form_grid(
            ui.field(
                "Minimum notice",
                ui.cluster(
                    ui.text_input(
                        "minimum_notice_minutes",
                        type="number",
                        min="0",
                        described=True,
                        default_value=draft.notice.to_string(),
                        error=State.errors["minimum_notice_minutes"],
                        input_mode="numeric",
                        class_name="narrow",
                    ),
                    ui.select(
                        "notice_unit",
                        NOTICE_UNITS,
                        label="Unit of the minimum notice",
                        default_value=draft.notice_unit,
                    ),
                    class_name="beside",
                ),
                name="minimum_notice_minutes",
                error=State.errors["minimum_notice_minutes"],
                hint="How long before the start.",
            ),
            _number("Horizon", "horizon_days", draft.horizon, "days", "How far ahead."),
            _number(
                "Between two bookings",
                "minimum_days_between",
                draft.days_between,
                "days",
                "Of one person. 0 for no limit.",
            ),
            style={"--column": "11rem"},
        ),
    )


def _people() -> rx.Component:
    return ui.stack(
        ui.select_field(
            "Lead staff member",
            "lead_staff_id",
            State.leads,
            empty="Nobody in particular",
            default_value=State.draft.lead_id,
            error=State.errors["lead_staff_id"],
            hint="Serves it too, and is offered first.",
        ),
        ui.choices(
            "Everybody who serves it",
            rx.el.div(
                rx.foreach(State.people, _person),
                class_name="check-list",
                custom_attrs={"tabIndex": 0, "role": "group", "aria-label": "Staff"},
            ),
            rx.el.p(State.errors["staff_ids"], class_name="field__error"),
        ),
    )


def _person(person: ServerView) -> rx.Component:
    return ui.checkbox(
        person.name,
        f"staff_{person.id}",
        hint=person.detail,
        default_checked=person.serves,
        key=person.id.to_string(),
    )


def _retiring() -> rx.Component:
    return ui.confirm(
        title=rx.fragment("Make ", State.retiring, " inactive?"),
        description=(
            "It can no longer be booked. Appointments that are booked stay as they are, and you"
            " can make it active again."
        ),
        act="Make it inactive",
        open=State.retiring != "",
        on_open_change=State.leave_active,
        on_confirm=State.retire,
    )
