"""A customer's record: insurance policies, and which of them count today."""

import reflex as rx

from components import ui
from components.editing import form_drawer
from components.record_frame import record_frame, show_more
from securecare.access.roles import Permission
from state.policies import holders_of
from state.record import RecordState
from state.record_insurance import CHOICES, PolicyView
from state.record_insurance import InsuranceState as State
from state.routes import page


@page(
    "/customers/[id]/insurance",
    "Insurance",
    holders_of(Permission.VIEW_INSURANCE),
    on_load=[RecordState.open_record, State.open_page],
)
def record_insurance() -> rx.Component:
    """The policies by priority; those that are over come last."""
    return record_frame(
        "insurance",
        rx.cond(
            State.policies.length() > 0,
            rx.el.div(rx.foreach(State.policies, _policy), class_name="record__cards"),
            ui.empty_state(
                "No insurance on file",
                "Billing uses the policy that is active on the date of service.",
                rx.cond(State.may_change, _add()),
                picture="shield",
            ),
        ),
        show_more(State, "Show more policies"),
        _form(),
        loaded=State.loaded,
        actions=[rx.cond(State.may_change & (State.policies.length() > 0), _add())],
    )


def _add() -> rx.Component:
    return ui.button("Add a policy", kind="primary", leading="plus", on_click=State.start_new)


def _policy(each: PolicyView) -> rx.Component:
    return ui.card(
        ui.details(
            ("Plan", rx.cond(each.plan != "", each.plan, "–")),
            ("Member number", rx.el.span(each.member_number, class_name="numeric")),
            (
                "Group number",
                rx.cond(
                    each.group_number != "",
                    rx.el.span(each.group_number, class_name="numeric"),
                    "–",
                ),
            ),
            (
                "Policy holder",
                rx.cond(
                    each.holder != "",
                    rx.fragment(each.holder, " (", each.holder_is, ")"),
                    "Self",
                ),
            ),
            ("Valid", each.span),
        ),
        rx.cond(
            State.may_change,
            ui.cluster(
                ui.button(
                    "Change",
                    size="sm",
                    leading="pencil",
                    on_click=State.edit(each.id),
                    custom_attrs={"aria-label": f"Change {each.carrier}"},
                ),
                ui.confirm(
                    "If the policy has ended, enter its last day instead, so that past billing"
                    " still makes sense.",
                    title=f"Remove {each.carrier}?",
                    act="Remove policy",
                    on_confirm=State.remove(each.id),
                    trigger=ui.button("Remove", size="sm", leading="trash_2"),
                ),
            ),
        ),
        title=each.carrier,
        description=rx.el.span(
            ui.badge(each.priority_label),
            rx.match(
                each.standing,
                ("active", ui.badge("Active", tone="good", leading="check")),
                ("coming", ui.badge("Upcoming", tone="info")),
                ui.badge("Ended", tone="neutral"),
            ),
            class_name="cluster",
        ),
        custom_attrs={"data-faded": rx.cond(each.standing == "over", "true", "false")},
    )


def _form() -> rx.Component:
    return form_drawer(
        State,
        ui.form_grid(
            _text("Insurer", "carrier", 120, auto_focus=True, required=True),
            _text("Plan", "plan", 120, optional=True),
            _text("Member number", "member_number", 60, required=True, hint="Stored encrypted."),
            _text("Group number", "group_number", 60, optional=True),
        ),
        ui.select_field(
            "Priority",
            "priority",
            CHOICES,
            default_value=State.draft.priority,
            error=State.errors["priority"],
            hint="The primary insurer pays first. On any one day, each priority can be used once.",
        ),
        ui.form_grid(
            _day("Valid from", "valid_from"),
            _day("Valid until", "valid_until", optional=True, hint="The last day."),
        ),
        ui.form_grid(
            _text(
                "Policy holder",
                "holder",
                120,
                optional=True,
                hint="Only if it is someone else.",
            ),
            _text("Holder's relationship", "holder_is", 60, optional=True, placeholder="mother"),
        ),
        form_id="policy-form",
        title=rx.cond(State.is_new, "Add a policy", State.draft.carrier),
    )


def _text(label: str, name: str, most: int, **props: object) -> rx.Component:
    return ui.text_field(
        label,
        name,
        default_value=getattr(State.draft, name),
        error=State.errors[name],
        max_length=most,
        auto_complete="off",
        **props,  # type: ignore[arg-type]
    )


def _day(label: str, name: str, **props: object) -> rx.Component:
    return ui.date_field(
        label,
        name,
        default_value=getattr(State.draft, name),
        error=State.errors[name],
        **props,
    )
