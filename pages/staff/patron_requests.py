"""People with an account of their own who ask to be connected."""

import reflex as rx

from components import ui
from components.frame import frame
from securecare.access.roles import Permission
from state.frame import FrameState
from state.patron_requests import MatchView, RequestView
from state.patron_requests import RequestsState as State
from state.policies import holders_of
from state.routes import page


@page(
    "/customers/requests",
    "Requests",
    holders_of(Permission.EDIT_CUSTOMERS),
    on_load=[State.open_page],
)
def patron_requests() -> rx.Component:
    """Who waits, the longest first."""
    return frame(
        rx.cond(State.loaded, _list(), ui.loading("Reading the requests", lines=6)),
        _answer(),
        title="Requests",
        active="customers",
        description="People with an account of their own who ask to be connected. Once they are,"
        " they keep their contact details up to date themselves.",
        actions=[
            ui.link_button("Donors and volunteers", href="/customers/supporters", leading="heart")
        ],
    )


def _list() -> rx.Component:
    return rx.fragment(
        ui.table(
            ["Name", "Says", "Reached at", "Asked", ui.Column("", tight=True)],
            State.rows,
            _cells,
            label="Who asks to be connected",
            empty=ui.empty_state(
                "Nobody waits for an answer",
                "Who chooses this organization in their own account is listed here.",
                ui.link_button(f"All {FrameState.customers}", href="/customers"),
                picture="inbox",
            ),
        ),
        rx.cond(
            State.more,
            rx.el.p("More wait behind these. Answer the first ones first.", class_name="hint"),
        ),
    )


def _cells(row: RequestView) -> list[ui.Content]:
    return [
        rx.el.div(row.name, rx.el.div(row.about, class_name="cell__detail")),
        rx.cond(row.says != "", f"“{row.says}”", "–"),
        rx.el.span(row.reached, class_name="numeric"),
        row.asked,
        ui.button(
            "Answer",
            size="sm",
            on_click=State.answer(row.id),
            custom_attrs={"aria-label": f"Answer {row.name}"},
        ),
    ]


def _answer() -> rx.Component:
    return ui.drawer(
        ui.stack(
            rx.cond(State.says != "", rx.el.p("They say: “", State.says, "”")),
            ui.choices(
                "Connect them as",
                ui.checkbox(
                    "Volunteer",
                    default_checked=State.volunteers,
                    on_change=State.mark_volunteer,
                ),
                ui.checkbox("Donor", default_checked=State.donates, on_change=State.mark_donor),
                rx.el.p(
                    "From today on; you can set another day later. With a record below, they are"
                    f" a {FrameState.customer} as well.",
                    class_name="hint",
                ),
                key=State.form_key.to_string(),  # type: ignore[attr-defined]
            ),
            rx.cond(
                State.matches.length() > 0,
                rx.fragment(
                    rx.el.p("These records may be theirs:"),
                    rx.el.ul(
                        rx.foreach(State.matches, _match),
                        class_name="record__list",
                        custom_attrs={"aria-label": "Records that may be theirs"},
                    ),
                ),
                ui.banner("No record looks like theirs.", tone="info"),
            ),
            rx.el.form(
                ui.text_field(
                    "Another record, by its number",
                    "number",
                    error=State.error,
                    input_mode="numeric",
                    max_length=12,
                    auto_complete="off",
                ),
                ui.form_actions(ui.button("Link this record", submits=True)),
                key=State.form_key.to_string(),  # type: ignore[attr-defined]
                on_submit=State.link_number,
                no_validate=True,
                class_name="stack",
            ),
        ),
        title=State.name,
        description="Link their record, make a new one, or connect them without a record.",
        open=State.answering > 0,
        on_open_change=State.open_answer,
        actions=[
            ui.confirm(
                "They see in their portal that no record was found, and may ask again.",
                title="Decline the request?",
                act="Decline it",
                on_confirm=State.decline,
                trigger=ui.button("Decline"),
            ),
            ui.button(
                "Without a record",
                kind=rx.cond(State.is_served, "secondary", "primary"),  # type: ignore[arg-type]
                disabled=~(State.donates | State.volunteers),
                on_click=State.connect,
            ),
            ui.button(
                "Make a new record",
                kind=rx.cond(State.is_served, "primary", "secondary"),  # type: ignore[arg-type]
                on_click=State.make_record,
            ),
        ],
    )


def _match(each: MatchView) -> rx.Component:
    return rx.el.li(
        rx.el.div(rx.el.strong(each.name), class_name="record__line"),
        rx.el.div(each.detail, class_name="cell__detail"),
        rx.el.div(each.why, class_name="cell__detail"),
        ui.cluster(
            ui.button(
                "This is them",
                size="sm",
                leading="link",
                on_click=State.link(each.id),
                custom_attrs={"aria-label": f"{each.name}: this is them"},
            ),
        ),
    )
