"""Kinds of documents, and how long what is filed under each has to be kept."""

import reflex as rx

from components import ui
from components.editing import form_drawer, named
from components.frame import frame
from securecare.access.roles import Permission
from state.document_kinds import DocumentKindsState as State
from state.document_kinds import KindView
from state.policies import holders_of
from state.routes import page


@page(
    "/document-kinds",
    "Document kinds",
    holders_of(Permission.CONFIGURE_ORGANIZATION),
    on_load=[State.open_page],
)
def document_kinds() -> rx.Component:
    return frame(
        rx.cond(State.loaded, _list(), ui.loading("Loading kinds of documents")),
        _drawer(),
        title="Document kinds",
        description="What documents on records are filed as, and how long they have to be kept.",
        active="document-kinds",
        width="reading",
        actions=[ui.button("Add a kind", kind="primary", leading="plus", on_click=State.start_new)],
    )


def _list() -> rx.Component:
    return ui.table(
        [
            "Kind",
            "Kept for",
            ui.Column("Actions", align="end", tight=True, hidden_label=True),
        ],
        State.rows,
        _cells,
        label="Kinds of documents",
        empty=ui.empty_state(
            "No kind yet",
            "A document can be stored once there is a kind to file it as.",
            ui.button("Add a kind", kind="primary", on_click=State.start_new),
            picture="folder_cog",
        ),
    )


def _cells(row: KindView) -> list[ui.Content]:
    return [
        named(ui.row_link(row.name, on_click=State.edit(row.id)), row),
        rx.el.span(row.kept, class_name="numeric"),
        ui.menu(
            ui.icon_button("ellipsis", f"More about {row.name}", tip=False, size="sm"),
            ui.menu_item("Change", leading="pencil", on_select=State.edit(row.id)),
            rx.cond(
                row.active,
                ui.menu_item(
                    "Offer it no more",
                    leading="archive",
                    on_select=State.offer(row.id, False),
                ),
                ui.menu_item(
                    "Offer it again",
                    leading="archive_restore",
                    on_select=State.offer(row.id, True),
                ),
            ),
        ),
    ]


def _drawer() -> rx.Component:
    return form_drawer(
        State,
        ui.text_field(
            "Name",
            "name",
            default_value=State.draft.name,
            error=State.errors["name"],
            max_length=60,
            required=True,
            auto_focus=True,
            auto_complete="off",
        ),
        ui.text_field(
            "Kept for",
            "retention_years",
            type="number",
            unit="years",
            default_value=State.draft.years.to_string(),  # type: ignore[attr-defined]
            error=State.errors["retention_years"],
            hint="From the day a document is stored. Until then nobody can delete it. HIPAA asks six"
            " years for its own records; your State may ask for more.",
            required=True,
        ),
        form_id="kind-form",
        title=rx.cond(State.draft.id == 0, "New kind of document", State.draft.name),
        description="Documents that are there already keep the day until which they are kept.",
    )
