"""A customer's record: the conversations with them."""

import reflex as rx

from components import ui
from components.conversation import answer_form, talk, thread_rows
from components.editing import form_drawer
from components.record_frame import record_frame
from securecare.access.roles import Permission
from state.policies import holders_of
from state.record import RecordState
from state.record_messages import ColleagueView, PaperView
from state.record_messages import RecordMessagesState as State
from state.routes import page


@page(
    "/customers/[id]/messages",
    "Messages",
    holders_of(Permission.VIEW_MESSAGES),
    on_load=[RecordState.open_record, State.open_page],
)
def record_messages() -> rx.Component:
    """The conversations beside what stands in the one that is open."""
    return record_frame(
        "messages",
        rx.cond(
            State.can_read,
            rx.fragment(),
            ui.banner(
                "Messages wait for them until they have an account that is linked to this record.",
                title="This person has no portal account yet",
            ),
        ),
        rx.cond(
            State.threads.length() > 0,
            rx.el.div(
                _list(),
                rx.el.section(
                    rx.cond(State.opened.id > 0, _open_one(), _none_open()),
                    class_name="talk",
                    custom_attrs={"aria-label": "The open conversation"},
                ),
                class_name="messages",
                custom_attrs={"data-open": rx.cond(State.opened.id > 0, "true", "false")},
            ),
            ui.empty_state(
                "No conversations yet",
                "Messages are encrypted and read in the portal. If the person agreed to alerts,"
                " they hear that a message is waiting, never what it says.",
                rx.cond(State.may_send, _start()),
                picture="messages_square",
            ),
        ),
        _form(),
        loaded=State.loaded,
        actions=[rx.cond(State.may_send & (State.threads.length() > 0), _start())],
    )


def _start() -> rx.Component:
    return ui.button(
        "Start a conversation",
        kind="primary",
        leading="message_square_plus",
        on_click=State.start_new,
    )


def _list() -> rx.Component:
    return rx.el.div(
        thread_rows(
            State.threads,
            State.open_thread,
            State.opened.id,
            label="Conversations, the newest first",
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
        class_name="messages__list",
    )


def _none_open() -> rx.Component:
    return ui.empty_state(
        "Choose a conversation",
        "Its messages appear here.",
        picture="mouse_pointer_click",
    )


def _open_one() -> rx.Component:
    about = rx.fragment(
        rx.cond(State.people != "", rx.el.span("With ", State.people)),
        rx.cond(State.opened.answers != "", rx.el.span(" · ", State.opened.answers)),
    )
    settings = rx.cond(
        State.may_send,
        ui.icon_button("settings_2", "Participants and replies", on_click=State.edit),
    )
    return rx.fragment(
        talk(State, "/documents/file?version=", about=about, actions=settings),
        rx.cond(
            State.may_send,
            answer_form(
                State.answer_key,
                State.answer_error,
                State.answer,
                _attaching("answer"),
                label="Write a message",
            ),
        ),
    )


def _attaching(part: str) -> rx.Component:
    """Documents of the record to tick, and a place for new ones; vault.js sends those."""
    return rx.el.details(
        rx.el.summary(ui.icon("paperclip", 15), "Attach", class_name="attach__opens"),
        rx.el.div(
            rx.cond(
                State.papers.length() > 0,
                rx.el.fieldset(
                    rx.el.legend("From this record's documents", class_name="field__label"),
                    rx.foreach(State.papers, _paper),
                    class_name="attach__papers",
                ),
            ),
            rx.cond(
                State.kinds.length() > 0,
                rx.el.div(
                    ui.select_field(
                        "Kind of document", f"{part}-kind", State.kinds, id=f"{part}-kind"
                    ),
                    rx.el.label(
                        ui.icon("upload", 16),
                        rx.el.span("Drop a file here, or choose one"),
                        rx.el.span("Up to 25 MB", class_name="cell__detail"),
                        rx.el.input(
                            type="file",
                            multiple=True,
                            class_name="visually-hidden",
                            custom_attrs={
                                "data-vault": State.record.to_string(),  # type: ignore[attr-defined]
                                "data-vault-kind": f"{part}-kind",
                                "data-vault-attaches": "true",
                            },
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
                    class_name="stack",
                ),
            ),
            class_name="attach__body",
        ),
        class_name="attach",
    )


def _paper(each: PaperView) -> rx.Component:
    return ui.checkbox(each.title, f"doc-{each.id}", hint=each.detail)  # type: ignore[arg-type]


def _form() -> rx.Component:
    errors = State.errors
    return form_drawer(
        State,
        rx.cond(
            State.is_new,
            rx.fragment(
                ui.text_field(
                    "Subject",
                    "subject",
                    error=errors["subject"],
                    hint="Encrypted, like the messages.",
                    max_length=120,
                    required=True,
                    auto_complete="off",
                ),
                ui.area_field(
                    "Message", "body", error=errors["body"], rows=6, max_length=8000, required=True
                ),
                _attaching("new"),
                ui.form_error(errors["documents"]),
            ),
        ),
        ui.checkbox(
            "Allow replies",
            "replies_allowed",
            default_checked=State.allowed,
        ),
        ui.date_field(
            "Until",
            "replies_until",
            default_value=State.until,
            error=errors["replies_until"],
            hint="Last day for replies.",
            optional=True,
        ),
        ui.choices(
            "Staff in this conversation",
            rx.el.div(rx.foreach(State.colleagues, _colleague), class_name="attach__papers"),
        ),
        ui.form_error(errors["recipients"]),
        form_id="thread-form",
        title=rx.cond(State.is_new, "Start a conversation", State.opened.subject),
        description=rx.cond(
            State.is_new,
            "Sent messages cannot be changed or deleted.",
            "Participants see a mark when something is new.",
        ),
        save=rx.cond(State.is_new, "Send", "Save"),
        size="lg",
    )


def _colleague(each: ColleagueView) -> rx.Component:
    return ui.checkbox(each.name, f"who-{each.id}", default_checked=each.chosen)  # type: ignore[arg-type]
