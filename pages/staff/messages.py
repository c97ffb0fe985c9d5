"""The conversations that somebody of the staff takes part in."""

import reflex as rx

from components import ui
from components.conversation import unread_mark
from components.frame import frame
from securecare.access.roles import Permission
from state.frame import FrameState
from state.message_views import ThreadView
from state.messages import MessagesState as State
from state.policies import holders_of
from state.routes import page


@page("/messages", "Messages", holders_of(Permission.VIEW_MESSAGES), on_load=[State.open_page])
def messages() -> rx.Component:
    """The newest first, with what is unread."""
    return frame(
        rx.cond(
            State.loaded,
            rx.fragment(
                ui.table(
                    [
                        "Conversation",
                        ui.Column(FrameState.customer_title),
                        ui.Column("Latest"),
                        ui.Column("Replies", tight=True),
                    ],
                    State.threads,
                    _cells,
                    label="Conversations, the newest first",
                    empty=ui.empty_state(
                        "No conversations yet",
                        "Start a conversation from the person's record.",
                        ui.link_button(FrameState.customers_title, href="/customers"),
                        picture="messages_square",
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
            ),
            ui.loading("Loading the list", lines=8),
        ),
        title="Messages",
        description="Conversations you take part in.",
        active="messages",
    )


def _cells(each: ThreadView) -> list[ui.Content]:
    return [
        rx.el.div(
            ui.row_link(
                each.subject,
                href=f"/customers/{each.record}/messages?thread={each.id}",
                custom_attrs={"data-unread": rx.cond(each.unread > 0, "true", "false")},
            ),
            unread_mark(each.unread),
            class_name="record__line",
        ),
        each.customer,
        rx.el.div(
            each.last,
            rx.el.div(each.when, class_name="cell__detail numeric"),
        ),
        rx.cond(each.answers != "", each.answers, "Open"),
    ]
