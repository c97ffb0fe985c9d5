"""One's own conversations: the list, and what stands in the one that is open."""

import reflex as rx

from components import ui
from components.conversation import answer_form, talk, thread_rows
from components.portal_frame import portal_frame
from state.policies import holders_of
from state.portal import OWN_PORTAL
from state.portal_messages import PortalMessagesState as State
from state.routes import page


@page("/portal/messages", "My messages", holders_of(OWN_PORTAL), on_load=[State.open])
def messages() -> rx.Component:
    """On a phone one after the other, beside each other where there is room."""
    return portal_frame(
        rx.cond(
            State.loaded,
            rx.cond(
                State.threads.length() > 0,
                rx.el.div(
                    _list(),
                    rx.el.section(
                        rx.cond(State.opened.id > 0, _open_one(), _none_open()),
                        class_name="talk",
                        custom_attrs={"aria-label": "Conversation"},
                    ),
                    class_name="messages",
                    custom_attrs={"data-open": rx.cond(State.opened.id > 0, "true", "false")},
                ),
                ui.empty_state(
                    "No messages yet",
                    "When staff write to you, you'll find it here. Nobody else can read it.",
                    picture="messages_square",
                ),
            ),
            ui.loading("Loading your messages", lines=6),
        ),
        title="Messages",
        description="Private, between you and the staff.",
        active="messages",
        width="wide",
    )


def _list() -> rx.Component:
    return rx.el.div(
        thread_rows(
            State.threads,
            State.open_thread,
            State.opened.id,
            label="Conversations, the newest first",
        ),
        rx.cond(State.has_more, ui.button("Show more", on_click=State.show_more)),
        class_name="messages__list",
    )


def _none_open() -> rx.Component:
    return ui.empty_state(
        "Choose a conversation", "Its messages will open here.", picture="mouse_pointer_click"
    )


def _open_one() -> rx.Component:
    about = rx.fragment(
        rx.el.span(State.opened.organization),
        rx.cond(State.people != "", rx.el.span(" · with ", State.people)),
    )
    files = f"/portal/messages/file?organization={State.opened.organization_id}&version="
    return rx.fragment(
        talk(State, files, about=about),
        rx.cond(
            State.opened.open,
            answer_form(State.answer_key, State.answer_error, State.answer, label="Write a reply"),
            rx.el.p(
                rx.cond(
                    State.opened.answers != "",
                    f"{State.opened.answers}. Please call if you need something.",
                    "You can't reply to this conversation.",
                ),
                class_name="talk__closed note",
            ),
        ),
    )
