"""A form in a drawer: the fields, what saving would do to appointments, and what to do when
somebody else saved first."""

from typing import Any

import reflex as rx

from components import ui


def form_drawer(
    state: Any,
    *fields: ui.Content,
    form_id: str,
    title: ui.Content,
    description: ui.Content = "",
    save: ui.Text = "Save",
    size: ui.Size = "md",
    more: tuple[ui.Content, ...] = (),
) -> rx.Component:
    """The drawer of an `Editing` state. `more` stands below the form, outside it."""
    undecided = (state.question == "") & (state.changed_by == "")
    # What is only ever added cannot be changed by two people at once.
    both = [compared(state)] if hasattr(state, "keep_mine") else []
    asked = [consequence(state)] if hasattr(state, "save_anyway") else []
    form = rx.el.form(
        *fields,
        id=form_id,
        key=state.form_key.to_string(),
        on_submit=state.save,
        no_validate=True,
        class_name="stack",
    )
    return ui.drawer(
        ui.stack(*both, form, *asked, *more),
        title=title,
        description=description,
        size=size,
        open=state.drawer_open,
        on_open_change=state.open_drawer,
        actions=[
            rx.cond(
                undecided,
                rx.fragment(
                    ui.close_on_press(ui.button("Cancel")),
                    ui.button(save, kind="primary", submits=True, form=form_id),
                ),
            )
        ],
    )


def consequence(state: Any) -> rx.Component:
    """What saving would do to appointments, asked before it is done."""
    return rx.el.div(
        rx.cond(
            state.question != "",
            ui.banner(
                state.question,
                tone="warn",
                title="This leaves appointments without working hours",
                actions=[
                    ui.button(
                        "Go ahead anyway", kind="primary", size="sm", on_click=state.save_anyway
                    ),
                    ui.button("Back to the form", size="sm", on_click=state.back_to_form),
                ],
            ),
        ),
        custom_attrs={"aria-live": "polite"},
    )


def compared(state: Any) -> rx.Component:
    """Both versions of what two people changed at once, and the choice between them."""
    return rx.el.div(
        rx.cond(
            state.changed_by != "",
            ui.banner(
                rx.el.p("Nothing of yours is saved yet. Choose which version is to stand."),
                rx.el.div(
                    rx.el.table(
                        rx.el.thead(
                            rx.el.tr(
                                rx.el.th("Field", scope="col"),
                                rx.el.th("Yours", scope="col"),
                                rx.el.th("Saved by ", state.changed_by, scope="col"),
                            )
                        ),
                        rx.el.tbody(
                            rx.foreach(
                                state.differences,
                                lambda each: rx.el.tr(
                                    rx.el.th(each.label, scope="row"),
                                    rx.el.td(each.yours),
                                    rx.el.td(each.theirs),
                                ),
                            )
                        ),
                        class_name="both-versions",
                    ),
                    class_name="both-versions-box",
                ),
                tone="warn",
                title=rx.fragment(state.changed_by, " changed this while you had it open"),
                actions=[
                    ui.button("Save mine", kind="primary", size="sm", on_click=state.keep_mine),
                    ui.button("Take theirs", size="sm", on_click=state.take_theirs),
                ],
            ),
        ),
        custom_attrs={"aria-live": "polite"},
    )


def named(name: rx.Component, row: Any) -> rx.Component:
    """The name on a row; what is no longer in use says so beside it."""
    return ui.cluster(
        name, rx.cond(row.active, rx.fragment(), ui.badge("Inactive", leading="archive"))
    )
