"""The audit trail."""

import reflex as rx

from components import ui
from components.frame import frame
from securecare.access.roles import Permission
from state.audit import AuditState
from state.policies import holders_of
from state.routes import page


@page("/audit", "Audit", holders_of(Permission.VIEW_AUDIT), on_load=[AuditState.open])
def audit() -> rx.Component:
    """Who did, saw or was refused what."""
    export = ui.link_button(
        "Export as CSV", href=AuditState.export_href, leading="download", download=True
    )
    return frame(
        _filters(),
        rx.cond(
            AuditState.loaded,
            rx.fragment(_table(), _pages()),
            ui.loading("Reading the trail", lines=8),
        ),
        title="Audit",
        active="audit",
        description=rx.fragment(
            "Who did, saw or was refused what. Times in ",
            AuditState.zone,
            ". ",
            AuditState.sealed,
        ),
        actions=[ui.when(AuditState.may_export, export)],
    )


def _filters() -> rx.Component:
    return rx.el.form(
        ui.text_field(
            "Person",
            "person",
            default_value=AuditState.person,
            placeholder="Name or e-mail",
            max_length=100,
        ),
        ui.select_field("Action", "action", AuditState.actions, empty="Any"),
        ui.select_field("Object", "object_type", AuditState.object_types, empty="Any"),
        ui.text_field(
            "Number",
            "object_id",
            input_mode="numeric",
            max_length=18,
            class_name="audit__number",
        ),
        ui.date_field("From", "from"),
        ui.date_field("To", "to", error=AuditState.day_error),
        ui.form_actions(
            ui.button("Filter", kind="primary", submits=True),
            ui.button("Clear", kind="quiet", on_click=AuditState.clear),
        ),
        on_submit=AuditState.filter,
        key=AuditState.times_cleared.to_string(),  # type: ignore[attr-defined]
        class_name="audit__filters",
    )


def _table() -> rx.Component:
    return ui.table(
        [
            ui.Column("Time", tight=True),
            "Person",
            "Action",
            "Object",
            "Detail",
            ui.Column("Address", tight=True),
        ],
        AuditState.rows,
        lambda row: [
            rx.el.span(row["time"], class_name="numeric"),
            row["person"],
            rx.cond(
                row["refused"],
                ui.badge(row["action"], tone="warn", leading="triangle_alert"),
                row["action"],
            ),
            row["object"],
            row["detail"],
            rx.el.span(row["address"], class_name="numeric"),
        ],
        label="Events, newest first",
        empty=ui.empty_state(
            "No event matches",
            "Choose a longer range of days, or ask for less.",
            picture="scroll_text",
        ),
    )


def _pages() -> rx.Component:
    return ui.pagination(
        summary=AuditState.summary,
        on_previous=AuditState.newer,
        on_next=AuditState.older,
        first=~AuditState.has_newer,
        last=~AuditState.has_older,
    )
