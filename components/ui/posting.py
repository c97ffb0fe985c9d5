"""Forms that the browser itself sends, over plain HTTP: where a cookie is to be set or dropped."""

from typing import Any

import reflex as rx

from components.ui.kinds import Content


class _PostedForm(rx.el.Div):
    """A form element that nothing intercepts; the framework's own never leaves the page."""

    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]


def posted_form(*content: Content, action: str, **props: Any) -> rx.Component:
    """A form whose fields are posted to `action`, and whose answer the browser opens."""
    return _PostedForm.create(*content, action=action, method="post", **props)
