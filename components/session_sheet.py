"""A session as it is worked with: its lines with what is left, and what is done with it."""

import reflex as rx

from components import ui
from components.finding import camera_button
from components.session_dialogs import session_dialogs
from components.template_use import short, use_template_here
from state.session_sheet import ChoiceView
from state.session_sheet import SheetState as State
from state.session_view import LineView

TONES = {"planned": "info", "completed": "good", "cancelled": "neutral"}


def session_sheet() -> rx.Component:
    """The lines of the open session, to fill in while it is planned and to read afterwards."""
    return rx.fragment(
        rx.cond(
            State.sheet.status == "planned",
            rx.cond(State.sheet.may_run, _to_fill_in(), _to_read()),
            _to_read(),
        ),
        session_dialogs(),
    )


def session_status() -> rx.Component:
    """How the session stands, as a badge."""
    return rx.match(
        State.sheet.status,
        *[(s, ui.badge(State.sheet.status_word, tone=tone)) for s, tone in TONES.items()],  # type: ignore[arg-type]
        rx.fragment(),
    )


def _to_fill_in() -> rx.Component:
    return rx.el.div(
        _adding(),
        rx.el.form(
            rx.el.input(type="hidden", name="intent", default_value="save"),
            rx.cond(
                State.lines.length() > 0,
                rx.el.ul(rx.foreach(State.lines, _line), class_name="handout__lines"),
                ui.empty_state(
                    "Nothing on it yet",
                    "Look for an item or a bundle above, scan its barcode, or use a template.",
                    picture="package_open",
                ),
            ),
            rx.el.div(short(State.refused), class_name="handout__refused"),
            _bar(),
            id="session-sheet",
            key=State.sheet.id.to_string(),  # type: ignore[attr-defined]
            on_submit=State.submit,
            no_validate=True,
            class_name="handout",
            custom_attrs={
                "data-sheet": "true",
                "data-keeps": "true",
                "data-figures": State.figures.to_string(),  # type: ignore[attr-defined]
            },
        ),
        class_name="handout-box",
    )


def _adding() -> rx.Component:
    return rx.el.div(
        rx.el.form(
            ui.search_input(
                "find",
                label="Put an item or a bundle on it: name, number or barcode",
                placeholder="Add an item or a bundle, or scan it",
                size="lg",
                on_change=State.find,
            ),
            camera_button(),
            id="sheet-find",
            key=State.find_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.scan,
            class_name="find",
            custom_attrs={"data-scan": "true"},
        ),
        rx.el.div(
            use_template_here(State.sheet.id),
            ui.button("Something else", leading="pencil_line", on_click=State.ask("free")),
            class_name="handout__more",
        ),
        rx.el.div(short(State.find_error), class_name="handout__wide"),
        rx.cond(
            State.found.length() > 0,
            rx.el.ul(
                rx.foreach(State.found, _found),
                class_name="handout__found",
                custom_attrs={"aria-label": "What was found"},
            ),
        ),
        class_name="handout__adding",
    )


def _found(each: ChoiceView) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(
                rx.el.span(each.name, class_name="worked__name"),
                rx.el.span(each.detail, class_name="cell__detail"),
                class_name="handout__found-words",
            ),
            rx.el.span(
                rx.el.strong(each.available.to_string(), class_name="numeric"),  # type: ignore[attr-defined]
                rx.el.span(" left", class_name="cell__detail"),
            ),
            ui.icon("plus", 18),
            type="button",
            class_name="handout__found-one",
            on_click=State.put_on(each.kind, each.id),
        )
    )


def _line(line: LineView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(line.name, class_name="handout__name"),
            rx.el.span(line.detail, class_name="cell__detail"),
            rx.el.span(custom_attrs={"data-meanwhile": "true"}, class_name="handout__meanwhile"),
            class_name="handout__words",
        ),
        rx.cond(
            line.kind == "free",
            rx.el.span(class_name="handout__left"),
            rx.el.div(
                rx.el.output(custom_attrs={"data-left": "true"}, class_name="handout__number"),
                rx.el.span(custom_attrs={"data-left-words": "true"}, class_name="cell__detail"),
                class_name="handout__left",
            ),
        ),
        rx.el.div(
            _step("minus", "-1", f"One {line.name} less"),
            rx.el.input(type="hidden", name=f"seen-{line.key}", value=line.planned.to_string()),  # type: ignore[attr-defined]
            ui.text_input(
                f"count-{line.key}",
                type="number",
                min="0",
                step="1",
                input_mode="numeric",
                default_value=line.planned.to_string(),  # type: ignore[attr-defined]
                label=f"How many {line.name}",
                custom_attrs={"data-count": "true"},
            ),
            _step("plus", "1", f"One {line.name} more"),
            class_name="handout__stepper",
        ),
        ui.icon_button(
            "trash_2", f"Take {line.name} off this session", on_click=State.take_out(line.key)
        ),
        rx.cond(
            State.short.contains(line.key),  # type: ignore[attr-defined]
            rx.el.p(State.short[line.key], class_name="field__error short handout__wide"),
        ),
        key=line.key,
        class_name="handout__line",
        custom_attrs={"data-line": line.key, "data-made": line.made_of},
    )


def _step(name: str, by: str, label: ui.Text) -> rx.Component:
    return ui.icon_button(
        name,
        label,
        kind="secondary",
        tip=False,
        class_name="handout__step",
        custom_attrs={"data-step": by},
    )


def _bar() -> rx.Component:
    return rx.el.div(
        rx.el.p(custom_attrs={"data-said": "true", "role": "status"}, class_name="handout__said"),
        ui.button(
            "Save quantities",
            size="lg",
            submits=True,
            disabled=False,
            custom_attrs={"data-intent": "save"},
        ),
        ui.button(
            "Complete session",
            kind="primary",
            size="lg",
            leading="check",
            submits=True,
            custom_attrs={"data-intent": "complete"},
        ),
        class_name="handout__bar",
    )


def _to_read() -> rx.Component:
    done = State.sheet.status == "completed"
    return ui.table(
        [
            "What",
            ui.Column("Planned", align="end", tight=True),
            ui.Column("Given", align="end", tight=True),
            ui.Column("Cost", align="end", tight=True),
        ],
        State.lines,
        lambda line: [
            rx.el.div(
                rx.el.span(line.name, class_name="worked__name"),
                rx.el.span(line.detail, class_name="cell__detail"),
                class_name="handout__words",
            ),
            rx.el.span(line.planned.to_string(), class_name="numeric"),
            rx.cond(
                done,
                rx.el.strong(line.given.to_string(), class_name="numeric"),
                rx.el.span("–"),
            ),
            rx.el.span(line.cost, class_name="numeric"),
        ],
        label="What was on this session",
        empty=ui.empty_state(
            "Nothing was on it", "No item, bundle or other line.", picture="package_open"
        ),
    )
