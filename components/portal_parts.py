"""What several pages of the portal show: an appointment, a document."""

from typing import Any

import reflex as rx

from components import ui


def more(label: str, href: str) -> rx.Component:
    """The way to the whole list."""
    return ui.link(label, href=href)


def appointment(each: Any) -> rx.Component:
    """When, what for, with whom and where; in a list."""
    return rx.el.li(
        rx.el.div(
            rx.el.span(each.month, class_name="portal__month"),
            rx.el.span(each.day, class_name="portal__day"),
            class_name="portal__date",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.div(
            rx.el.div(
                rx.el.strong(each.what),
                rx.cond(each.status != "", ui.badge(each.status, tone=each.tone)),
                class_name="cluster",
            ),
            rx.el.div(
                each.on,
                ", ",
                rx.el.span(each.at, class_name="portal__at"),
                class_name="portal__when numeric",
            ),
            rx.el.div("With ", each.staff, class_name="note"),
            rx.el.div(
                each.facility,
                rx.cond(each.street != "", rx.fragment(" · ", each.street)),
                class_name="note",
            ),
            rx.cond(
                each.phone != "",
                rx.el.div(rx.el.a(each.phone, href=each.phone_href, class_name="link")),
            ),
            rx.cond(each.note != "", rx.el.p(each.note, class_name="portal__note")),
            rx.el.div(each.organization, class_name="portal__whose"),
            class_name="portal__words",
        ),
        class_name="portal__item",
        custom_attrs={"data-over": rx.cond(each.over, "true", "false")},
    )


def document(each: Any, *, look: Any = None, whose: bool = True) -> rx.Component:
    """A document, to be fetched, or looked at (`look`) where a browser can; in a list."""
    words = [
        rx.el.strong(each.title),
        rx.el.div(each.about, class_name="note"),
    ]
    if whose:
        words.append(rx.el.div(each.organization, class_name="portal__whose"))
    looks = (
        [
            rx.cond(
                each.preview != "",
                ui.button(
                    "View",
                    rx.el.span(" ", each.title, class_name="visually-hidden"),
                    leading="eye",
                    on_click=look,
                ),
            )
        ]
        if look is not None
        else []
    )
    return rx.el.li(
        rx.el.span(ui.icon("file_text", 18), class_name="portal__file"),
        rx.el.div(*words, class_name="portal__words"),
        rx.el.div(
            *looks,
            ui.link_button(
                "Download",
                rx.el.span(" ", each.title, class_name="visually-hidden"),
                href=each.href,
                leading="download",
                download=True,
            ),
            class_name="portal__deeds",
        ),
        class_name="portal__item",
    )
