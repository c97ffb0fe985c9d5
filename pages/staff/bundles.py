"""Bundles: what is given out together, and how many could be assembled now."""

import reflex as rx

import state.bundles_live  # noqa: F401  what keeps the list current
from components import ui
from components.editing import form_drawer, named
from components.frame import frame
from securecare.access.roles import Permission
from state.bundles import BundlesState as State
from state.bundles import BundleView, OfferedItem, PartView, VersionView
from state.policies import holders_of
from state.routes import page


@page("/inventory/bundles", "Bundles", holders_of(Permission.VIEW_STOCK), on_load=[State.open_page])
def bundles() -> rx.Component:
    """Every bundle with how many could be assembled."""
    return frame(
        rx.cond(State.facilities.length() > 1, _tools()),
        rx.cond(State.loaded, _list(), ui.loading("Reading the bundles", lines=6)),
        _drawer(),
        _look(),
        title="Bundles",
        description="Things that are given out together. Their pieces move as one.",
        active="bundles",
        actions=[rx.cond(State.may_change, _add())],
    )


def _add() -> rx.Component:
    return ui.button("Add a bundle", kind="primary", leading="plus", on_click=State.start_new)


def _tools() -> rx.Component:
    return ui.toolbar(
        ui.select(
            "facility",
            State.facilities,
            id="of-facility",
            label="Facility",
            value=State.facility,
            on_change=State.choose_facility,
        )
    )


def _list() -> rx.Component:
    return ui.table(
        [
            "Bundle",
            ui.Column("Could be assembled", align="end", tight=True),
            "Made of",
            ui.Column("Cost / value now", align="end", tight=True),
            ui.Column("Change", align="end", tight=True, hidden_label=True),
        ],
        State.rows,
        _cells,
        label="Bundles",
        empty=ui.empty_state(
            "No bundle yet",
            "Name what is given out together, such as a lunch bag, and what is in it.",
            rx.cond(State.may_change, _add()),
            picture="shopping_basket",
        ),
        class_name="bundles",
    )


def _cells(row: BundleView) -> list[ui.Content]:
    figure = State.figures[row.key]
    return [
        rx.el.div(
            named(ui.row_link(row.name, on_click=State.look(row.id)), row),
            rx.el.div(row.description, class_name="cell__detail"),
        ),
        rx.el.div(
            rx.el.strong(figure[0], class_name="numeric bundle__count"),
            rx.el.div(figure[1], class_name="cell__detail"),
            custom_attrs={"data-none": figure[0] == "0"},
            class_name="bundle__figure",
        ),
        rx.el.div(
            row.made_of,
            rx.el.span(" · ", row.version, class_name="cell__detail"),
            class_name="bundle__parts",
        ),
        rx.el.div(
            rx.el.span(row.cost, class_name="numeric"),
            rx.el.div(row.retail, class_name="cell__detail numeric"),
        ),
        rx.cond(
            State.may_change,
            ui.icon_button(
                "pencil",
                rx.Var.create("Change ") + row.name,
                size="sm",
                on_click=State.edit(row.id),
            ),
            "",
        ),
    ]


def _drawer() -> rx.Component:
    draft, errors = State.draft, State.errors
    return form_drawer(
        State,
        ui.text_field(
            "Name",
            "name",
            default_value=draft.name,
            error=errors["name"],
            max_length=80,
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
        rx.el.fieldset(
            rx.el.legend("Made of", class_name="field__label"),
            rx.foreach(State.parts, _part),
            rx.cond(
                State.parts.length() == 0,
                rx.el.p("Look for items below, and add them.", class_name="hint"),
            ),
            rx.el.div(
                errors["components"],
                class_name="field__error",
                custom_attrs={"aria-live": "polite"},
            ),
            class_name="template__edit",
        ),
        ui.switch("In use", "active", default_checked=draft.active),
        form_id="bundle-form",
        title=rx.cond(State.is_new, "New bundle", draft.name),
        description="Other pieces make a new version. What is planned keeps the one it has.",
        more=(_adding(), rx.cond(State.is_new, rx.fragment(), _versions())),
    )


def _part(part: PartView) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.el.span(part.name), rx.el.div(part.detail, class_name="cell__detail")),
        ui.text_input(
            f"quantity-{part.item_id}",
            id=f"quantity-{part.item_id}",
            type="number",
            min="1",
            default_value=part.quantity,
            label=rx.Var.create("How many of ") + part.name,
        ),
        ui.icon_button(
            "x",
            rx.Var.create("Take out ") + part.name,
            on_click=State.drop_part(part.item_id),
            size="sm",
        ),
        key=part.item_id.to_string(),  # type: ignore[attr-defined]
        class_name="template__line",
    )


def _adding() -> rx.Component:
    return rx.el.div(
        ui.search_input(
            "find-item",
            label="Look for an item to add",
            placeholder="Add an item: name, number or barcode",
            on_change=State.find_item,
            key=State.form_key.to_string(),  # type: ignore[attr-defined]
        ),
        rx.cond(
            State.offered.length() > 0,
            rx.el.ul(rx.foreach(State.offered, _offer), class_name="template__offers pick-list"),
            rx.cond(State.looked_for != "", rx.el.p("No other item fits.", class_name="hint")),
        ),
        class_name="stack",
        style={"--gap": "var(--step-2)"},
    )


def _offer(item: OfferedItem) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(item.name),
            rx.el.span(item.detail, class_name="cell__detail"),
            type="button",
            class_name="pick-list__option",
            on_click=State.add_part(item.id),
        )
    )


def _versions() -> rx.Component:
    return rx.el.section(
        rx.el.h3("Versions", class_name="card__title"),
        rx.el.ul(rx.foreach(State.draft.versions, _version), class_name="worked"),
        custom_attrs={"aria-label": "Versions"},
    )


def _version(each: VersionView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(each.label, class_name="worked__name"),
            rx.el.span(each.made, class_name="cell__detail"),
            rx.el.div(each.said, class_name="bundle__said"),
            class_name="worked__words",
        ),
        class_name="worked__row",
    )


def _look() -> rx.Component:
    draft = State.draft
    return ui.drawer(
        ui.stack(
            rx.el.ul(
                rx.foreach(
                    State.parts,
                    lambda part: rx.el.li(
                        rx.el.div(
                            ui.link(part.name, href=f"/inventory/items/{part.item_id}"),
                            rx.el.span(part.detail, class_name="cell__detail"),
                            class_name="worked__words",
                        ),
                        rx.el.strong(part.quantity, class_name="numeric"),
                        class_name="worked__row",
                    ),
                ),
                class_name="worked",
                custom_attrs={"aria-label": "Made of"},
            ),
            _versions(),
        ),
        title=draft.name,
        description=draft.description,
        open=State.looking,
        on_open_change=State.open_look,
        actions=[ui.close_on_press(ui.button("Close"))],
    )
