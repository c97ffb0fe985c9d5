"""What runs by itself, and what became of e-mails and texts."""

import reflex as rx

from components import ui
from components.frame import frame
from securecare.access.roles import Permission
from state.jobs import JobsState as State
from state.jobs import LineView, TallyView, TickView
from state.policies import holders_of
from state.routes import page

SHOWN = (("failed", "Failed"), ("waiting", "Waiting"), ("withheld", "Not sent"), ("sent", "Sent"))


@page("/jobs", "Jobs", holders_of(Permission.VIEW_JOBS), on_load=[State.open_page])
def jobs() -> rx.Component:
    """Jobs, channels, and the notices that wait or failed."""
    return frame(
        rx.cond(
            State.loaded,
            rx.fragment(_running(), _channels(), _notices()),
            ui.loading("Loading jobs", lines=8),
        ),
        title="Jobs",
        description="Background jobs, and what goes out by e-mail and text.",
        active="jobs",
        actions=[ui.button("Refresh", leading="refresh_cw", on_click=State.look_again)],
    )


def _running() -> rx.Component:
    return ui.card(
        ui.table(
            [
                "Job",
                ui.Column("How often", tight=True),
                ui.Column("Last run", tight=True),
                ui.Column("Took", align="end", tight=True),
                ui.Column("Failed", align="end", tight=True),
            ],
            State.ticks,
            _tick,
            label="Background jobs",
            empty=ui.empty_state(
                "Nothing has run yet",
                "The job process may not be running. Start it with: securecare worker",
                picture="timer",
            ),
        ),
        title="Background jobs",
        flush=True,
    )


def _tick(each: TickView) -> list[ui.Content]:
    return [
        rx.el.div(
            each.name,
            rx.match(
                each.standing,
                ("failed", ui.badge("Failed", tone="danger", leading="circle_x")),
                ("runs", ui.badge("Running", tone="info")),
                rx.fragment(),
            ),
            class_name="cluster",
        ),
        each.every,
        each.last,
        rx.el.span(each.took, class_name="numeric"),
        rx.el.span(each.failures, class_name="numeric"),
    ]


def _channels() -> rx.Component:
    return ui.card(
        ui.table(
            [
                "Channel",
                ui.Column("Waiting", align="end", tight=True),
                ui.Column("Scheduled", align="end", tight=True),
                ui.Column("Being sent", align="end", tight=True),
                ui.Column("Failed", align="end", tight=True),
                ui.Column("Not sent", align="end", tight=True),
            ],
            State.tallies,
            _tally,
            label="Channels",
        ),
        title="E-mails and texts",
        flush=True,
    )


def _tally(each: TallyView) -> list[ui.Content]:
    return [
        rx.el.div(
            each.channel,
            rx.cond(each.set_up, rx.fragment(), ui.badge("No server configured", tone="warn")),
            class_name="cluster",
        ),
        *[
            rx.el.span(figure, class_name="numeric")
            for figure in (each.waiting, each.later, each.sending, each.failed, each.withheld)
        ],
    ]


def _notices() -> rx.Component:
    return rx.el.section(
        ui.toolbar(
            ui.segmented(
                "shown", SHOWN, label="Which notices", value=State.shown, on_change=State.show
            ),
            rx.cond(
                State.may_run & State.any_failed,
                rx.fragment(
                    ui.button("Send all again", leading="redo_2", on_click=State.retry_all),
                    ui.confirm(
                        title="Set aside all that failed?",
                        description="They will not be sent any more. Why each failed can still be read.",
                        act="Set all aside",
                        on_confirm=State.set_all_aside,
                        kind="primary",
                        trigger=ui.button("Set all aside", leading="archive"),
                    ),
                ),
            ),
            label="Which notices",
        ),
        ui.table(
            ["What", "To", "State", "When", ui.Column("", tight=True)],
            State.lines,
            _line,
            label="Notices",
            empty=ui.empty_state(
                "No notices here", "There are no notices with this status.", picture="mail_check"
            ),
        ),
        class_name="stack",
        custom_attrs={"aria-label": "Notices"},
    )


def _line(each: LineView) -> list[ui.Content]:
    return [
        rx.el.div(each.what, rx.el.div(each.channel, class_name="cell__detail")),
        rx.cond(each.whom != "", each.whom, "Erased"),
        rx.el.div(
            each.label,
            rx.cond(each.reason != "", rx.el.div(each.reason, class_name="cell__detail")),
        ),
        rx.el.div(
            each.when, rx.el.div(each.attempts, " attempts", class_name="cell__detail numeric")
        ),
        rx.el.div(
            rx.cond(
                State.may_run & each.may_retry,
                ui.button("Send again", size="sm", on_click=State.retry(each.id)),
            ),
            rx.cond(
                State.may_run & each.failed,
                ui.button("Set aside", size="sm", on_click=State.set_aside(each.id)),
            ),
            class_name="cluster",
        ),
    ]
