"""A customer's record: the documents filed there, and filing more."""

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.record_frame import record_frame
from securecare.access.roles import Permission
from state.policies import holders_of
from state.record import RecordState
from state.record_documents import DocumentsState as State
from state.record_documents import DocumentView, VersionView
from state.routes import page


@page(
    "/customers/[id]/documents",
    "Documents",
    holders_of(Permission.VIEW_DOCUMENTS),
    on_load=[RecordState.open_record, State.open_page],
)
def record_documents() -> rx.Component:
    """What is filed, the newest first."""
    return record_frame(
        "documents",
        rx.cond(State.may_change, _sending()),
        ui.table(
            [
                "Document",
                ui.Column("File", tight=True),
                "Added",
                ui.Column("Kept until", tight=True),
                ui.Column("", tight=True),
            ],
            State.documents,
            _cells,
            label="Documents, the newest first",
            empty=ui.empty_state(
                "No documents yet",
                "Every file is encrypted with a key of its own. Only staff can see it, unless you"
                " share it with the person.",
                picture="folder_open",
            ),
        ),
        rx.cond(
            ~(State.first & State.last),
            ui.pagination(
                summary="",
                on_previous=State.show_previous,
                on_next=State.show_following,
                first=State.first,
                last=State.last,
            ),
        ),
        _form(),
        _preview(),
        loaded=State.loaded,
    )


def _sending() -> rx.Component:
    """Where files are dropped or chosen; vault.js sends them and tells how far they are."""
    return ui.card(
        rx.el.div(
            ui.select("kind", State.kinds, id="vault-kind", label="Kind of document"),
            ui.checkbox("Share with the person", "public", id="vault-public"),
            class_name="vault__settings",
        ),
        rx.el.label(
            ui.icon("upload", 18),
            rx.el.span("Drop files here, or choose files"),
            rx.el.span(
                "PDF, images, text and Office files, up to 25 MB each", class_name="cell__detail"
            ),
            rx.el.input(
                type="file",
                multiple=True,
                class_name="visually-hidden",
                custom_attrs={"data-vault": State.record.to_string()},  # type: ignore[attr-defined]
            ),
            class_name="vault__drop",
            custom_attrs={"data-vault-drop": "true"},
        ),
        rx.el.ul(
            class_name="vault__list",
            custom_attrs={
                "data-vault-list": "true",
                "aria-label": "Uploads in progress",
                "aria-live": "polite",
            },
        ),
        title="Add documents",
    )


def _cells(each: DocumentView) -> list[ui.Content]:
    return [
        rx.el.div(
            rx.cond(
                each.shown,
                ui.row_link(each.title, on_click=State.look(each.id)),
                rx.el.strong(each.title),
            ),
            rx.el.div(
                rx.el.span(each.kind),
                rx.cond(
                    each.public, ui.badge("Shared with the person", tone="info", leading="eye")
                ),
                class_name="record__line cell__detail",
            ),
        ),
        rx.el.div(
            each.type,
            rx.el.div(each.size, " · version ", each.number, class_name="cell__detail numeric"),
        ),
        each.stored,
        rx.el.span(each.kept, class_name="numeric"),
        rx.el.div(
            ui.link_button(
                ui.icon("download", 16),
                href=f"/documents/file?version={each.version_id}",
                kind="quiet",
                download=True,
                custom_attrs={"aria-label": f"Download {each.title}", "data-icon": "true"},
            ),
            rx.cond(
                State.may_change,
                rx.fragment(
                    ui.icon_button("pencil", f"Change {each.title}", on_click=State.edit(each.id)),
                    rx.cond(
                        each.deletable,
                        ui.confirm(
                            "Its retention period has ended. This deletes the file for good.",
                            title=f"Delete {each.title}?",
                            act="Delete document",
                            on_confirm=State.delete(each.id),
                            trigger=ui.icon_button("trash_2", f"Delete {each.title}"),
                        ),
                    ),
                ),
            ),
            class_name="cluster",
        ),
    ]


def _form() -> rx.Component:
    draft, errors = State.draft, State.errors
    return form_drawer(
        State,
        ui.text_field(
            "Title",
            "title",
            default_value=draft.title,
            error=errors["title"],
            max_length=120,
            required=True,
            auto_complete="off",
        ),
        ui.select_field(
            "Kind",
            "kind_id",
            State.kinds,
            default_value=draft.kind_id,
            error=errors["kind_id"],
        ),
        ui.checkbox(
            "Share with the person",
            "public_to_customer",
            hint="They can view and download it in their portal.",
            default_checked=draft.public,
        ),
        form_id="document-form",
        title=draft.title,
        description=f"Kept until {draft.kept}",
        more=(_versions(),),
    )


def _versions() -> rx.Component:
    return rx.el.section(
        rx.el.h3("Versions", class_name="card__title"),
        rx.el.ul(
            rx.foreach(State.versions, _version),
            class_name="record__list",
            custom_attrs={"aria-label": "Versions, the newest first"},
        ),
        rx.el.label(
            ui.icon("upload", 16),
            rx.el.span("Upload a new version"),
            rx.el.input(
                type="file",
                class_name="visually-hidden",
                custom_attrs={
                    "data-vault-document": State.draft.id.to_string(),  # type: ignore[attr-defined]
                    "data-vault-version": State.draft.version.to_string(),  # type: ignore[attr-defined]
                },
            ),
            class_name="vault__drop",
        ),
        class_name="stack",
    )


def _version(each: VersionView) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            each.name,
            href=f"/documents/file?version={each.id}",
            class_name="link",
            custom_attrs={"download": "", "reloadDocument": True},
        ),
        rx.el.span(each.said, class_name="cell__detail"),
    )


def _preview() -> rx.Component:
    shown = State.looked_at
    source = f"/documents/preview?version={shown.version_id}"
    return ui.dialog(
        rx.cond(
            State.looking,
            rx.cond(
                shown.picture,
                rx.el.img(src=source, alt=shown.title, class_name="vault__picture"),
                rx.el.iframe(src=source, title=shown.title, class_name="vault__paper"),
            ),
        ),
        title=shown.title,
        open=State.looking,
        on_open_change=State.open_look,
        size="lg",
        actions=[ui.close_on_press(ui.button("Close"))],
    )
