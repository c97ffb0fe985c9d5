"""Threads and messages, as both sides see them."""

from typing import Any

import reflex as rx

from components import ui
from state.message_views import FileView, MessageView, ThreadView


def thread_rows(threads: rx.Var, open_one: Any, current: rx.Var, *, label: str) -> rx.Component:
    """A list of threads to choose from; `open_one` gets the id of the one that is pressed."""
    return rx.el.ul(
        rx.foreach(threads, lambda each: _row(each, open_one, current)),
        class_name="talks",
        custom_attrs={"aria-label": label},
    )


def _row(each: ThreadView, open_one: Any, current: rx.Var) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(each.subject, class_name="talks__subject"),
            unread_mark(each.unread),
            rx.el.span(each.last, " · ", each.when, class_name="talks__last numeric"),
            rx.cond(each.answers != "", rx.el.span(each.answers, class_name="talks__last")),
            type="button",
            on_click=open_one(each.id),
            class_name="talks__one",
            custom_attrs={
                "aria-current": rx.cond(each.id == current, "true", "false"),
                "data-unread": rx.cond(each.unread > 0, "true", "false"),
            },
        )
    )


def unread_mark(count: Any) -> rx.Component:
    """How many messages are unread, if any."""
    return rx.cond(
        count > 0,
        rx.el.span(
            rx.cond(count > 99, "99+", count),
            rx.el.span(" unread", class_name="visually-hidden"),
            class_name="unread numeric",
        ),
    )


def talk(
    state: Any, file_route: str, *, about: ui.Content, actions: ui.Content = ""
) -> rx.Component:
    """What stands in the open thread; `state.see` hears when it is in front of somebody.

    `file_route` is where files are fetched, up to the number of the version.
    """
    last = rx.cond(state.messages.length() > 0, state.messages[-1].id, 0)
    return rx.fragment(
        rx.el.header(
            ui.icon_button(
                "arrow_left",
                "All conversations",
                on_click=state.close_thread,
                class_name="talk__back",
            ),
            rx.el.div(
                rx.el.h2(state.opened.subject, class_name="talk__subject"),
                rx.el.div(about, class_name="cell__detail"),
                class_name="talk__words",
            ),
            actions,
            class_name="talk__head",
        ),
        rx.el.div(
            rx.cond(
                state.earlier,
                ui.button("Show earlier messages", size="sm", on_click=state.show_earlier),
            ),
            rx.el.ol(
                rx.foreach(state.messages, lambda each: _message(each, file_route)),
                class_name="talk__messages",
                custom_attrs={"aria-label": "Messages, the latest last", "aria-live": "polite"},
            ),
            class_name="talk__scroll",
            custom_attrs={
                "data-talk": state.opened.id,
                "data-last": last,
                "role": "region",
                "aria-label": "Messages",
                "tabIndex": 0,
            },
        ),
        rx.el.button(
            "What is shown is read",
            type="button",
            on_click=state.see,
            custom_attrs={"hidden": True, "data-sees": "true"},
        ),
    )


def _message(each: MessageView, file_route: str) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.cond(each.mine, "You", each.by),
            rx.el.span(" · ", each.when, class_name="numeric"),
            class_name="talk__by",
        ),
        rx.el.p(each.body, class_name="talk__body"),
        rx.cond(
            each.files.length() > 0,  # type: ignore[attr-defined]
            rx.el.ul(
                rx.foreach(each.files, lambda file: _file(file, file_route)),
                class_name="talk__files",
                custom_attrs={"aria-label": "Attached"},
            ),
        ),
        rx.cond(
            each.seen,
            rx.el.div(ui.icon("check_check", 13), "Read", class_name="talk__seen"),
        ),
        class_name="talk__message",
        custom_attrs={"data-own": rx.cond(each.own_side, "true", "false")},
        key=each.id,
    )


def _file(file: FileView, route: str) -> rx.Component:
    return rx.el.li(
        ui.icon("paperclip", 14),
        rx.cond(
            file.kept,
            rx.el.a(
                file.name,
                href=f"{route}{file.version_id}",
                class_name="link",
                custom_attrs={"download": "", "reloadDocument": True},
            ),
            rx.el.span(file.name, " is no longer kept"),
        ),
        rx.el.span(file.size, class_name="talk__size numeric"),
    )


def answer_form(
    key: rx.Var, error: rx.Var, on_submit: Any, *more: ui.Content, label: str
) -> rx.Component:
    """Where an answer is written; `key` changes once it is sent, and empties it."""
    return rx.el.form(
        rx.el.input(type="hidden", name="key", value=key, read_only=True),
        rx.el.label(label, html_for="field-answer", class_name="visually-hidden"),
        ui.text_area(
            "body",
            id="field-answer",
            error=error,
            rows=3,
            max_length=8000,
            placeholder=label,
            described=True,
            class_name="talk__words-in",
        ),
        rx.el.div(id="field-answer-hint"),
        rx.el.div(
            error,
            id="field-answer-error",
            class_name="field__error",
            custom_attrs={"aria-live": "polite"},
        ),
        rx.el.div(
            *more,
            ui.button("Send", kind="primary", leading="send", submits=True),
            class_name="talk__tools",
        ),
        id="answer-form",
        key=key,
        on_submit=on_submit,
        no_validate=True,
        class_name="talk__answer",
        custom_attrs={"data-keeps": "true"},
    )
