"""The frame of the pages before one is signed in: the name of the product, and one card."""

from typing import Any

import reflex as rx

from components import ui


def doorway(*content: ui.Content, title: ui.Text, lead: ui.Content = "") -> rx.Component:
    """One short form in the middle of the page."""
    words = [rx.el.h1(title, class_name="doorway__title")]
    if ui.given(lead):
        words.append(rx.el.p(lead, class_name="doorway__lead"))
    return rx.el.main(
        rx.el.div(
            rx.el.img(src="/favicon.svg", alt="", class_name="brand__mark"),
            rx.el.span("SecureCare", class_name="brand__name"),
            class_name="brand doorway__brand",
        ),
        rx.el.div(
            rx.el.header(*words),
            *content,
            class_name="doorway__card",
        ),
        class_name="doorway",
        id="content",
    )


class PlainForm(rx.el.Div):
    """A form that nothing listens to. The framework's own keeps the browser from sending it."""

    tag = "form"


def plain_form(*content: ui.Content, action: str, **props: Any) -> rx.Component:
    """A form that the browser sends by itself, so that the answer may set a cookie."""
    props.setdefault("class_name", "doorway__form")
    sent = {"action": action, "method": "post"}
    return PlainForm.create(*content, custom_attrs=sent, **props)
