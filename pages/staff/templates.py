"""Distribution templates: what is given out again and again, and how often it was."""

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.frame import frame
from components.template_use import template_use_dialog
from securecare.access.roles import Permission
from state.policies import holders_of
from state.routes import page
from state.template_use import TemplateUseState as Use
from state.templates import LineDraft, TemplateView
from state.templates import TemplatesState as State


@page(
    "/outreach/templates",
    "Templates",
    holders_of(Permission.VIEW_OUTREACH),
    on_load=[State.open_page],
)
def templates() -> rx.Component:
    """The templates, those that sleep among them."""
    return frame(
        _tools(),
        rx.cond(State.loaded, _list(), ui.loading("Loading templates")),
        _drawer(),
        template_use_dialog(),
        title="Templates",
        description="What is given out again and again, ready to plan or to record in one step.",
        active="templates",
        actions=[rx.cond(State.may_add, _add())],
    )


def _add() -> rx.Component:
    return ui.button("Add a template", kind="primary", leading="plus", on_click=State.start_new)


def _tools() -> rx.Component:
    return ui.toolbar(
        ui.segmented(
            "shown",
            (("all", "All"), ("active", "In use"), ("dormant", "Dormant")),
            label="Which templates",
            value=State.shown,
            on_change=State.show,
        ),
        ui.space(),
        rx.el.label(
            "Dormant after",
            ui.with_unit(
                ui.text_input(
                    "dormant_days",
                    type="number",
                    min="1",
                    max="3650",
                    default_value=State.dormant_days.to_string(),  # type: ignore[attr-defined]
                    label="Days without use after which a template is dormant",
                    on_change=State.count_days.debounce(300),  # type: ignore[attr-defined]
                    class_name="template__days",
                ),
                "days",
            ),
            class_name="template__dormant",
        ),
    )


def _list() -> rx.Component:
    return rx.cond(
        State.rows.length() > 0,
        rx.el.div(rx.foreach(State.rows, _card), class_name="grants"),
        rx.cond(
            State.shown == "all",
            ui.empty_state(
                "No template yet",
                "Name what is given out on a usual day. Planning the next one is then one press.",
                rx.cond(State.may_add, _add()),
                picture="layout_template",
            ),
            ui.empty_state(
                "None like that", "Show all, or change the number of days.", picture="search_x"
            ),
        ),
    )


def _card(row: TemplateView) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            rx.el.div(
                rx.el.h2(row.name, class_name="grant__name"),
                rx.el.p(row.facility, class_name="cell__detail"),
            ),
            rx.cond(row.dormant, ui.badge("Dormant", tone="warn", leading="moon")),
            rx.cond(row.active, rx.fragment(), ui.badge("Out of use", leading="archive")),
            rx.cond(row.may_change, _more(row)),
            class_name="grant__head",
        ),
        rx.cond(row.description != "", rx.el.p(row.description, class_name="template__words")),
        rx.el.ul(rx.foreach(row.lines, rx.el.li), class_name="template__lines"),
        rx.el.div(
            rx.el.p(
                rx.el.span(row.used),
                rx.cond(row.last != "", rx.el.span(" · ", row.last)),
                class_name="cell__detail",
            ),
            rx.cond(
                State.may_add & row.active,
                ui.button("Use", leading="play", size="sm", on_click=Use.start(row.id)),
            ),
            class_name="template__foot",
        ),
        class_name="card grant",
    )


def _more(row: TemplateView) -> rx.Component:
    return ui.menu(
        ui.icon_button("ellipsis", f"More about {row.name}", tip=False, size="sm"),
        ui.menu_item("Change", leading="pencil", on_select=State.edit(row.id)),
        rx.cond(
            row.active,
            ui.menu_item(
                "Take out of use", leading="archive", on_select=State.set_active(row.id, False)
            ),
            ui.menu_item(
                "Use again", leading="archive_restore", on_select=State.set_active(row.id, True)
            ),
        ),
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
        ui.text_field(
            "Description",
            "description",
            default_value=draft.description,
            error=errors["description"],
            max_length=300,
            optional=True,
        ),
        rx.cond(
            State.may_everywhere,
            ui.select_field(
                "Offered at",
                "facility_id",
                State.facilities,
                empty="Every facility",
                default_value=draft.facility_id,
                error=errors["facility_id"],
            ),
            ui.select_field(
                "Offered at",
                "facility_id",
                State.facilities,
                default_value=draft.facility_id,
                error=errors["facility_id"],
            ),
        ),
        rx.el.fieldset(
            rx.el.legend("Lines", class_name="field__label"),
            rx.foreach(State.draft_lines, _line),
            rx.el.div(
                errors["lines"], class_name="field__error", custom_attrs={"aria-live": "polite"}
            ),
            ui.button("Add a line", leading="plus", size="sm", on_click=State.add_line),
            class_name="template__edit",
        ),
        form_id="template-form",
        title=rx.cond(draft.id == 0, "New template", draft.name),
    )


def _line(line: LineDraft) -> rx.Component:
    return rx.el.div(
        ui.select(
            f"what-{line.key}",
            State.things,
            id=f"what-{line.key}",
            empty="Choose an item or a bundle",
            default_value=line.what,
            on_change=lambda what: State.choose_thing(line.key, what),
            label="What is given out",
        ),
        ui.text_input(
            f"quantity-{line.key}",
            id=f"quantity-{line.key}",
            type="number",
            min="1",
            default_value=line.quantity,
            label="How many",
            class_name="template__count",
        ),
        ui.icon_button("x", "Take this line out", on_click=State.drop_line(line.key), size="sm"),
        rx.cond(
            line.what == "free",
            rx.el.div(
                _typed(line, "description", "What it is", line.description),
                _typed(line, "cost", "Cost of one ($)", line.cost),
                _typed(line, "value", "Retail value ($)", line.value),
                class_name="template__typed",
            ),
        ),
        key=line.key.to_string(),  # type: ignore[attr-defined]
        class_name="template__line",
    )


def _typed(line: LineDraft, name: str, label: str, value: str) -> rx.Component:
    control = ui.text_input(
        f"{name}-{line.key}", id=f"{name}-{line.key}", default_value=value, max_length=120
    )
    return rx.el.label(rx.el.span(label, class_name="cell__detail"), control)
