"""One's own documents, organization by organization."""

import reflex as rx

from components import ui
from components.portal_frame import portal_frame
from components.portal_parts import document
from state.policies import holders_of
from state.portal import OWN_PORTAL
from state.portal_documents import PortalDocumentsState as State
from state.routes import page


@page("/portal/documents", "My documents", holders_of(OWN_PORTAL), on_load=[State.open])
def documents() -> rx.Component:
    """What each organization shares with the person."""
    some = State.folders.length() > 0  # type: ignore[attr-defined]
    return portal_frame(
        rx.cond(
            State.loaded,
            rx.cond(some, rx.fragment(rx.foreach(State.folders, _folder)), ui.card(_nothing())),
            ui.loading(),
        ),
        _preview(),
        title="My documents",
        description="What your organizations have shared with you. Only you can see it here.",
        active="documents",
    )


def _folder(folder: rx.Var) -> rx.Component:
    return ui.card(
        rx.el.ul(
            rx.foreach(
                folder.files,  # type: ignore[attr-defined]
                lambda each: document(
                    each,
                    look=State.look(folder.organization_id, each.id),  # type: ignore[attr-defined]
                    whose=False,
                ),
            ),
            class_name="portal__list",
        ),
        rx.cond(
            folder.has_more,  # type: ignore[attr-defined]
            ui.button(
                "Show more",
                full=True,
                kind="quiet",
                size="lg",
                on_click=State.show_more(folder.organization_id),  # type: ignore[attr-defined]
            ),
        ),
        title=folder.organization,  # type: ignore[attr-defined]
        flush=True,
    )


def _nothing() -> rx.Component:
    return rx.cond(
        State.known,
        ui.empty_state(
            "No documents yet",
            "Forms, letters and other files shared with you will show up here.",
            picture="file_text",
        ),
        ui.empty_state(
            "You're not connected yet",
            "Connect with your organization to see the documents it shares with you.",
            ui.link_button("Connect", href="/portal/organizations", kind="primary"),
            picture="building_2",
        ),
    )


def _preview() -> rx.Component:
    shown = State.shown
    return ui.dialog(
        rx.cond(
            shown.id > 0,
            rx.cond(
                shown.is_picture,
                rx.el.img(src=shown.preview, alt=shown.title, class_name="vault__picture"),
                rx.el.iframe(src=shown.preview, title=shown.title, class_name="vault__paper"),
            ),
        ),
        title=shown.title,
        open=shown.id > 0,
        on_open_change=State.open_look,
        size="lg",
        actions=[
            ui.close_on_press(ui.button("Close")),
            ui.link_button(
                "Download", href=shown.href, leading="download", download=True, kind="primary"
            ),
        ],
    )
