"""Importing from a CSV file: choose, look over, store."""

import reflex as rx

from components import ui
from components.frame import frame
from securecare.access.roles import Permission
from securecare.inventory.importing import COLUMNS, MOST_BYTES, NEEDED
from state.importing import ImportState as State
from state.importing import PreviewRow, WrongRow
from state.policies import holders_of
from state.routes import page

FORM = "import-form"


@page(
    "/inventory/import",
    "Import",
    holders_of(Permission.EDIT_STOCK),
    on_load=[State.open_page],
)
def importing() -> rx.Component:
    """Items or received goods out of a file."""
    return frame(
        rx.el.div(
            rx.cond(
                State.may_items,
                ui.segmented(
                    "kind",
                    (("receipt", "Received goods"), ("items", "Items")),
                    label="What is in the file",
                    value=State.kind,
                    on_change=State.choose_kind,
                ),
            ),
            _columns(),
            _form(),
            rx.el.div(_wrong(), _preview(), custom_attrs={"aria-live": "polite"}),
            class_name="stack goods",
        ),
        title="Import a file",
        description="Look the file over first. It is stored as a whole, or not at all.",
        active="stock",
        above=ui.link("Stock", href="/inventory"),
        width="reading",
    )


def _columns() -> rx.Component:
    return rx.match(State.kind, ("items", _columns_of("items")), _columns_of("receipt"))  # type: ignore[return-value]


def _columns_of(kind: str) -> rx.Component:
    needed = NEEDED[kind]
    return ui.card(
        rx.el.p("The first line names the columns, in any order:"),
        rx.el.ul(
            *[
                rx.el.li(
                    rx.el.code(name),
                    rx.el.span(" needed" if name in needed else "", class_name="cell__detail"),
                )
                for name in COLUMNS[kind]
            ],
            class_name="service__days",
        ),
        rx.el.a(
            "An empty file with these columns",
            href=f"data:text/csv;charset=utf-8,{','.join(COLUMNS[kind]).replace(' ', '%20')}%0D%0A",
            download=f"{kind}.csv",
            class_name="link",
        ),
        title="What the file holds",
        description="CSV in UTF-8, parted by commas, semicolons or tabs.",
    )


def _form() -> rx.Component:
    return rx.el.form(
        rx.cond(
            State.kind == "receipt",
            ui.form_grid(
                ui.select_field(
                    "Received at",
                    "facility_id",
                    State.facilities,
                    empty="Choose",
                    error=State.facility_error,
                ),
                ui.text_field("From whom", "source", optional=True, max_length=120),
                ui.text_field("Their paper number", "paper", optional=True, max_length=60),
            ),
        ),
        ui.field(
            "File",
            rx.el.input(
                type="file",
                id="field-file",
                accept=".csv,text/csv,text/plain",
                class_name="input",
                custom_attrs={"data-reads": "content", "data-most": str(MOST_BYTES)},
            ),
            name="file",
            error=State.error,
        ),
        rx.el.textarea(name="content", hidden=True, custom_attrs={"aria-hidden": "true"}),
        rx.el.input(type="hidden", name="file_name"),
        ui.form_actions(ui.button("Look it over", kind="primary", submits=True)),
        id=FORM,
        key=State.form_key.to_string(),  # type: ignore[attr-defined]
        on_submit=State.look,
        no_validate=True,
        class_name="stack",
    )


def _wrong() -> rx.Component:
    return rx.cond(
        State.bad.length() > 0,
        ui.card(
            ui.table(
                [ui.Column("Line", align="end", tight=True), "What is wrong"],
                State.bad,
                _wrong_row,
                label="Rows that have to be mended",
                cards=False,
            ),
            rx.cond(State.more_bad > 0, rx.el.p("… and ", State.more_bad, " more.")),
            title="Nothing is stored yet: mend these rows in the file, then choose it again",
            flush=True,
        ),
        rx.fragment(),
    )  # type: ignore[return-value]


def _wrong_row(row: WrongRow) -> list[ui.Content]:
    return [rx.el.span(row.line, class_name="numeric"), row.reason]


def _preview() -> rx.Component:
    return rx.cond(
        State.looked & (State.bad.length() == 0),
        ui.card(
            ui.table(
                [
                    ui.Column("Line", align="end", tight=True),
                    "Item",
                    "",
                    ui.Column("Then", align="end", tight=True),
                ],
                State.rows,
                _row,
                label="What would be stored",
            ),
            rx.cond(State.more_rows > 0, rx.el.p("… and ", State.more_rows, " more rows.")),
            title=State.file,
            description=State.summary,
            actions=[
                ui.button("Leave it", on_click=State.leave),
                ui.button("Store all of it", kind="primary", on_click=State.store),
            ],
            flush=True,
        ),
        rx.fragment(),
    )  # type: ignore[return-value]


def _row(row: PreviewRow) -> list[ui.Content]:
    return [
        rx.el.span(row.line, class_name="numeric"),
        rx.el.span(row.name, class_name="worked__name"),
        rx.el.span(row.what, class_name="cell__detail"),
        row.does,
    ]
