"""One item: where it stands, who holds it, its figures over time, and every movement."""

import reflex as rx

import state.stock_item_live  # noqa: F401  what keeps the page current
from components import charts, ui
from components.frame import frame
from components.item_drawer import item_drawer
from components.stock_mark import stock_mark
from securecare.access.roles import Permission
from state.item_views import HeldView, MovedView, PlaceView
from state.policies import holders_of
from state.routes import page
from state.stock_item import ItemState as State

LINES = [
    ("h", "On hand", "var(--ink-faint)", "0"),
    ("a", "Available", "var(--accent)", "6 3"),
    ("r", "Reserved", "var(--program-10)", "2 3"),
]
SPANS = (("30", "30 days"), ("90", "90 days"), ("365", "A year"))
KINDS = {
    "received": "package_plus",
    "adjusted": "sliders_horizontal",
    "transferred": "arrow_left_right",
    "reserved": "lock",
    "released": "lock_open",
    "committed": "hand_heart",
    "returned": "undo_2",
}


@page("/inventory/items/[id]", "Item", holders_of(Permission.VIEW_STOCK), on_load=[State.open_page])
def stock_item() -> rx.Component:
    """One item with its history."""
    item = State.item
    return frame(
        rx.cond(
            State.loaded,
            rx.cond(State.missing, _missing(), _item()),
            ui.loading("Reading the item", lines=8),
        ),
        item_drawer(State),
        _levels(),
        title=rx.cond(State.loaded & ~State.missing, item.name, "Item"),
        description=rx.cond(State.loaded & ~State.missing, _said(), ""),
        active="stock",
        above=ui.link("Stock", href="/inventory"),
        actions=[
            rx.cond(
                State.may_move & State.loaded & ~State.missing,
                ui.link_button(
                    "Adjust",
                    href=f"/inventory/adjust?item={item.id}",
                    leading="sliders_horizontal",
                ),
            ),
            rx.cond(
                State.may_change & State.loaded & ~State.missing,
                ui.button("Change", leading="pencil", on_click=State.edit(item.id)),
            ),
        ],
    )


def _said() -> rx.Component:
    item = State.item
    return rx.el.span(
        rx.el.span(item.sku),
        rx.cond(item.category != "", rx.el.span(" · ", item.category)),
        rx.el.span(" · ", item.unit),
        rx.cond(item.barcode != "", rx.el.span(" · ", item.barcode, class_name="numeric")),
        rx.cond(item.active, "", rx.el.span(" · no longer in use")),
    )


def _missing() -> rx.Component:
    return ui.empty_state(
        "No such item",
        "It may have been named wrongly, or it is kept where you see no stock.",
        ui.link_button("All of the stock", href="/inventory"),
        picture="package",
    )


def _item() -> rx.Component:
    return rx.fragment(
        rx.cond(
            State.item.description != "", rx.el.p(State.item.description, class_name="item__words")
        ),
        rx.el.div(_standing(), rx.el.div(_worth(), _held(), class_name="stack"), class_name="item"),
        _tools(),
        rx.el.section(
            charts.steps_over_time(
                State.series + rx.Var.create([State.now]),  # pyright: ignore[reportOperatorIssue]
                LINES,
                label="Over time",
            ),
            class_name="card item__chart",
            custom_attrs={"aria-label": "Figures over time"},
        ),
        _history(),
    )


def _standing() -> rx.Component:
    return rx.el.section(
        ui.table(
            [
                "Facility",
                ui.Column("On hand", align="end", tight=True),
                ui.Column("Reserved", align="end", tight=True),
                ui.Column("Available", align="end", tight=True),
                ui.Column("Minimum / recommended", align="end", tight=True),
            ],
            State.places,
            _place,
            label="What there is at each facility",
        ),
        rx.cond(State.places.length() > 1, _together()),
        class_name="item__standing",
    )


def _place(place: PlaceView) -> list[ui.Content]:
    return [
        place.name,
        rx.el.span(place.on_hand, class_name="numeric"),
        rx.el.span(place.reserved, class_name="numeric"),
        rx.el.div(
            stock_mark(place),
            rx.el.strong(place.available, class_name="numeric stock__available"),
            class_name="stock__free",
            custom_attrs={"data-mark": place.mark},
        ),
        rx.el.div(
            rx.cond(place.own_levels, rx.el.span("own", class_name="cell__detail")),
            rx.cond(
                place.may_change,
                ui.button(
                    place.level,
                    kind="quiet",
                    size="sm",
                    on_click=State.edit_levels(place.id),
                    class_name="numeric",
                    custom_attrs={"aria-label": f"Change the levels at {place.name}"},
                ),
                rx.el.span(place.level, class_name="numeric cell__detail"),
            ),
            class_name="stock__free",
        ),
    ]


def _together() -> rx.Component:
    total = State.total
    return rx.el.p(
        "Together: ",
        rx.el.strong(total.on_hand, class_name="numeric"),
        " on hand, ",
        rx.el.strong(total.reserved, class_name="numeric"),
        " reserved, ",
        rx.el.strong(total.available, class_name="numeric"),
        " available",
        class_name="item__together",
    )


def _worth() -> rx.Component:
    return rx.el.dl(
        rx.el.div(rx.el.dt("Cost now"), rx.el.dd(State.item.cost, class_name="numeric")),
        rx.el.div(rx.el.dt("Retail value now"), rx.el.dd(State.item.retail, class_name="numeric")),
        class_name="three item__worth",
    )


def _held() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Reserved for", class_name="card__title"),
        rx.cond(
            State.held.length() > 0,
            rx.el.ul(rx.foreach(State.held, _holder), class_name="worked item__held"),
            rx.el.p("Nothing is reserved.", class_name="hint"),
        ),
        custom_attrs={"aria-label": "Reserved for"},
    )


def _holder(held: HeldView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.cond(held.href != "", ui.link(held.name, href=held.href), rx.el.span(held.name)),
            rx.cond(
                State.places.length() > 1, rx.el.span(held.facility, class_name="cell__detail")
            ),
            class_name="worked__words",
        ),
        rx.el.strong(held.quantity, class_name="numeric"),
        class_name="worked__row",
    )


def _tools() -> rx.Component:
    return ui.toolbar(
        rx.cond(
            State.places.length() > 1,
            ui.select(
                "facility",
                State.facilities,
                id="of-facility",
                label="Facility of the history",
                empty="All facilities",
                value=State.facility,
                on_change=State.choose_facility,
            ),
        ),
        ui.segmented(
            "days", SPANS, label="How far back", value=State.days, on_change=State.show_days
        ),
        label="Which history",
    )


def _history() -> rx.Component:
    return rx.el.section(
        rx.el.h2("History", class_name="card__title"),
        rx.cond(
            State.news.length() + State.rows.length() > 0,
            _movements(),
            ui.empty_state(
                "Nothing has moved yet",
                "Receive some at a facility: every piece that comes or goes is told here.",
                picture="history",
            ),
        ),
        class_name="stack",
        custom_attrs={"aria-label": "History"},
    )


def _movements() -> rx.Component:
    return rx.fragment(
        ui.table(
            [
                ui.Column("When", tight=True),
                "What",
                ui.Column("Pieces", align="end", tight=True),
                ui.Column("On hand after", align="end", tight=True),
                ui.Column("Cost / value then", align="end", tight=True),
                "By",
            ],
            [State.news, State.rows],
            _moved,
            label="Every movement, the latest first",
            class_name="moved",
        ),
        ui.pagination(
            summary=State.summary,
            on_previous=State.show_previous,
            on_next=State.show_following,
            first=State.first,
            last=State.last,
        ),
    )


def _moved(row: MovedView) -> list[ui.Content]:
    return [
        rx.el.div(
            rx.el.span(row.day, class_name="numeric"),
            rx.el.div(row.time, class_name="cell__detail numeric"),
            class_name="moved__when",
        ),
        rx.el.div(
            rx.el.span(
                rx.match(
                    row.kind,
                    *[(kind, ui.icon(picture, 14)) for kind, picture in KINDS.items()],
                    ui.icon("package", 14),
                ),
                rx.el.strong(row.label),
                rx.cond((State.facility == "") & (State.places.length() > 1), _at(row)),
                class_name="moved__kind",
                custom_attrs={"data-kind-of": row.kind},
            ),
            rx.el.div(
                rx.cond(row.href != "", ui.link(row.why, href=row.href), rx.el.span(row.why)),
                rx.cond(row.note != "", rx.el.span(" · ", row.note)),
                class_name="cell__detail",
            ),
        ),
        rx.el.span(row.change, class_name="numeric"),
        rx.el.div(
            rx.el.span(row.on_hand, class_name="numeric"),
            rx.cond(
                row.reserved != "0",
                rx.el.div(row.reserved, " reserved", class_name="cell__detail numeric"),
            ),
        ),
        rx.el.div(
            rx.el.span(row.cost, class_name="numeric"),
            rx.el.div(row.retail, class_name="cell__detail numeric"),
        ),
        rx.cond(row.who != "", row.who, "–"),
    ]


def _at(row: MovedView) -> rx.Component:
    return rx.el.span("at ", row.facility, class_name="cell__detail")


def _levels() -> rx.Component:
    place = State.levels_of
    errors = State.level_errors
    return ui.dialog(
        rx.el.form(
            ui.form_grid(
                ui.text_field(
                    "Minimum",
                    "minimum_level",
                    id="own-minimum",
                    default_value=State.minimum,
                    error=errors["minimum_level"],
                    hint="Fewer available is low.",
                    type="number",
                    min="0",
                ),
                ui.text_field(
                    "Recommended",
                    "recommended_level",
                    id="own-recommended",
                    default_value=State.recommended,
                    error=errors["recommended_level"],
                    hint="What to fill up to.",
                    type="number",
                    min="0",
                ),
                style={"--column": "9rem"},
            ),
            id="levels-form",
            key=State.levels_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.save_levels,
            no_validate=True,
        ),
        title=rx.fragment("Levels at ", place.name),
        description="They count at this facility alone.",
        open=State.levels_open,
        on_open_change=State.open_levels,
        actions=[
            rx.cond(
                place.own_levels,
                ui.button("Use the item's", on_click=State.use_item_levels),
            ),
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Save", kind="primary", submits=True, form="levels-form"),
        ],
    )
