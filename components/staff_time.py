"""Staff time on a session: who, how long, and for those who may see grants what it costs."""

import reflex as rx

from components import ui
from state.staff_time import StaffTimeState as State
from state.staff_time import TimeView


def staff_time_panel() -> rx.Component:
    """The panel for a session's page, whose `on_load` has `StaffTimeState.open_page`."""
    return ui.card(
        rx.cond(State.loaded, _list(), ui.loading("Reading staff time")),
        _form(),
        _counting(),
        title="Staff time",
        actions=[
            rx.cond(
                State.loaded & State.may_note,
                ui.button("Note time", size="sm", leading="clock", on_click=State.start),
            )
        ],
        id="staff-time",
    )


def _list() -> rx.Component:
    return rx.cond(
        State.rows.length() > 0,
        rx.el.div(
            rx.el.ul(rx.foreach(State.rows, _row), class_name="worked"),
            rx.el.p(
                rx.el.span("Together"),
                rx.el.span(State.total, class_name="numeric"),
                rx.cond(
                    State.sees_money,
                    rx.el.span(State.total_wages, class_name="numeric worked__sum"),
                ),
                class_name="worked__total",
            ),
        ),
        rx.el.p("Nobody's time is noted yet.", class_name="hint"),
    )


def _row(row: TimeView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(row.name, class_name="worked__name"),
            rx.el.span(row.time, class_name="numeric"),
            rx.cond(
                row.rate != "",
                rx.el.span(row.rate, " · ", row.wages, class_name="cell__detail numeric"),
            ),
            rx.cond(
                row.is_counted,
                ui.badge(
                    rx.cond(row.counted != "", row.counted, "A grant pays"),
                    tone="good",
                    leading="hand_coins",
                ),
            ),
            class_name="worked__words",
        ),
        rx.cond((State.may_note & ~row.is_counted) | State.may_count, _more(row)),
        class_name="worked__row",
    )


def _more(row: TimeView) -> rx.Component:
    return ui.menu(
        ui.icon_button("ellipsis", f"More about {row.name}'s time", tip=False, size="sm"),
        rx.cond(
            State.may_note & ~row.is_counted,
            rx.fragment(
                ui.menu_item("Change", leading="pencil", on_select=State.edit(row.id)),
                ui.menu_item(
                    "Remove", leading="trash_2", tone="danger", on_select=State.remove(row.id)
                ),
            ),
        ),
        rx.cond(
            State.may_count,
            ui.menu_item(
                "Count against a grant…",
                leading="hand_coins",
                on_select=State.start_counting(row.id),
            ),
        ),
        rx.cond(
            State.may_count & row.is_counted,
            ui.menu_item(
                "Withdraw from the grant", leading="undo_2", on_select=State.withdraw(row.id)
            ),
        ),
    )


def _form() -> rx.Component:
    draft, errors = State.draft, State.errors
    return ui.dialog(
        rx.el.form(
            rx.cond(
                draft.id == 0,
                ui.select_field(
                    "Who", "staff_id", State.people, empty="Choose", error=errors["staff_id"]
                ),
            ),
            ui.text_field(
                "Minutes",
                "minutes",
                type="number",
                min="1",
                max="1440",
                step="5",
                default_value=draft.minutes,
                error=errors["minutes"],
                unit="min",
            ),
            rx.cond(
                State.may_set_rate,
                ui.text_field(
                    "Cost of an hour",
                    "rate_cents",
                    default_value=draft.plain_rate,
                    error=errors["rate_cents"],
                    input_mode="decimal",
                    max_length=10,
                    unit="$",
                    hint="Empty takes what an hour of them cost last time.",
                ),
            ),
            id="staff-time-form",
            key=State.form_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.save,
            no_validate=True,
            class_name="stack",
        ),
        title=rx.cond(draft.id == 0, "Note time", draft.name),
        size="sm",
        open=State.form_open,
        on_open_change=State.open_form,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Save", kind="primary", submits=True, form="staff-time-form"),
        ],
    )


def _counting() -> rx.Component:
    row = State.counting
    return ui.dialog(
        rx.el.form(
            rx.el.p(row.name, ", ", row.time, " at ", row.rate, ": ", row.wages),
            ui.select_field(
                "Grant",
                "grant_id",
                State.grants,
                empty="Choose",
                hint="Active grants that may be spent on the day of this session.",
            ),
            ui.checkbox("Wages, as personnel", "personnel", default_checked=True),
            ui.checkbox(
                "Benefits on them, as fringe",
                "fringe",
                default_checked=True,
                hint="Their share stands on the grant.",
            ),
            ui.form_error(State.count_error),
            id="claim-form",
            key=State.form_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.count,
            class_name="stack",
        ),
        title="Count against a grant",
        size="sm",
        open=State.counting_open,
        on_open_change=State.open_counting,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Count it", kind="primary", submits=True, form="claim-form"),
        ],
    )
