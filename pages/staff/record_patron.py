"""A customer's record: the person's own account, the way to it, and what they changed there."""

import reflex as rx

from components import ui
from components.record_frame import record_frame
from components.support_fields import support_fields
from securecare.access.roles import Permission
from state.frame import FrameState
from state.policies import holders_of
from state.record import RecordState
from state.record_patron import ChangeView
from state.record_patron import PatronState as State
from state.routes import page


@page(
    "/customers/[id]/patron",
    "Patron account",
    holders_of(Permission.VIEW_CUSTOMERS),
    on_load=[RecordState.open_record, State.open_page],
)
def record_patron() -> rx.Component:
    """Who keeps this record up to date."""
    return record_frame(
        "patron",
        rx.cond(
            State.shown.linked,
            rx.el.div(_account(), _support(), _invitation(), class_name="record__cards"),
            _nobody(),
        ),
        rx.cond(State.shown.claimed | (State.changes.length() > 0), _changes()),
        rx.cond(State.former.length() > 0, _former()),
        _invite(),
        _change_support(),
        _end(),
        loaded=State.loaded,
    )


def _nobody() -> rx.Component:
    return ui.empty_state(
        "No portal account yet",
        "With a portal account, people keep their address, phone and other details up to date"
        " themselves, everywhere at once. You create it, they claim it.",
        rx.cond(
            State.may_change,
            ui.button("Create account", kind="primary", leading="user_plus", on_click=State.make),
        ),
        picture="circle_user_round",
    )


def _account() -> rx.Component:
    shown = State.shown
    return ui.card(
        ui.details(
            ("Name", shown.name),
            (
                "E-mail",
                rx.cond(
                    shown.email != "",
                    shown.email,
                    rx.el.span("Not known", class_name="cell__detail"),
                ),
            ),
            ("Linked since", rx.el.span(shown.since, class_name="numeric")),
        ),
        rx.cond(
            shown.claimed,
            rx.el.p(
                "They keep their name, birth date, contact details and address up to date"
                " themselves. You can see them here, but not change them.",
                class_name="hint",
            ),
            rx.el.p(
                "Nobody has claimed the account yet. Until then, you keep the record up to date.",
                class_name="hint",
            ),
        ),
        rx.cond(
            State.may_change,
            ui.cluster(ui.button("Unlink account", leading="unlink", on_click=State.start_end)),
        ),
        title=rx.cond(shown.claimed, "Portal account", "Account waiting to be claimed"),
        actions=[
            rx.cond(
                shown.claimed,
                ui.badge("Claimed", tone="good", leading="badge_check"),
                ui.badge("Not claimed", leading="clock"),
            )
        ],
    )


def _support() -> rx.Component:
    """What they are besides."""
    return ui.card(
        ui.details(
            *[
                (
                    what,
                    rx.cond(
                        since != "",
                        rx.el.span("Yes, ", since, class_name="numeric"),
                        rx.el.span("No", class_name="cell__detail"),
                    ),
                )
                for what, since in (
                    ("Volunteer", State.support.volunteer),
                    ("Donor", State.support.donor),
                )
            ]
        ),
        rx.cond(
            State.may_change,
            ui.cluster(ui.button("Change", leading="pencil", on_click=State.start_support)),
        ),
        title="Volunteer and donor",
        description=f"What they are here besides a {FrameState.customer}. They see it in their"
        " account.",
    )


def _change_support() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            support_fields(State.support, State.errors),
            id="support-form",
            key=State.dialog_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.save_support,
            no_validate=True,
        ),
        title="Volunteer and donor",
        open=State.dialog == "support",
        on_open_change=State.open_dialog,
        size="sm",
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Save", kind="primary", submits=True, form="support-form"),
        ],
    )


def _invitation() -> rx.Component:
    shown = State.shown
    return rx.cond(
        shown.claimed & (shown.invited == ""),
        rx.fragment(),
        ui.card(
            rx.cond(
                shown.invited != "",
                ui.details(
                    ("Sent", rx.el.span(shown.invited, class_name="numeric")),
                    ("To", shown.invited_to),
                    (
                        "Status",
                        rx.match(
                            shown.standing,
                            ("waiting", ui.badge(shown.standing_label, tone="info")),
                            ("used", ui.badge(shown.standing_label, tone="good")),
                            ui.badge(shown.standing_label, tone="warn"),
                        ),
                    ),
                    ("Valid until", rx.el.span(shown.until, class_name="numeric")),
                ),
                rx.el.p("No invitation sent yet.", class_name="hint"),
            ),
            rx.cond(
                State.may_change & ~shown.claimed,
                ui.cluster(
                    ui.button(
                        rx.cond(shown.invited != "", "Send again", "Send an invitation"),  # type: ignore[arg-type]
                        kind="primary",
                        leading="send",
                        on_click=State.start_invite,
                    ),
                    rx.cond(
                        shown.standing == "waiting",
                        ui.confirm(
                            "The link in the e-mail will stop working.",
                            title="Withdraw the invitation?",
                            act="Withdraw it",
                            on_confirm=State.withdraw,
                            trigger=ui.button("Withdraw it"),
                        ),
                    ),
                ),
            ),
            title="Invitation",
            description="Sent by e-mail. It takes the link and the birth date to claim the account.",
        ),
    )


def _changes() -> rx.Component:
    return ui.card(
        ui.table(
            ["When", "What", "Before", "After"],
            State.changes,
            _cells,
            label="What they changed, the latest first",
            empty=rx.el.p("No changes yet.", class_name="hint"),
        ),
        rx.cond(State.more, ui.button("Show more", on_click=State.show_more)),
        title="What they changed",
        description="Since the account was linked to this record.",
    )


def _cells(each: ChangeView) -> list[ui.Content]:
    return [
        rx.el.span(each.when, class_name="numeric"),
        each.label,
        rx.el.span(each.before, class_name="cell__detail"),
        each.after,
    ]


def _former() -> rx.Component:
    return ui.card(
        rx.el.ul(
            rx.foreach(State.former, lambda each: rx.el.li(each, class_name="numeric")),
            class_name="record__list",
            custom_attrs={"aria-label": "Earlier links"},
        ),
        title="Earlier links",
    )


def _invite() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "E-mail",
                "email",
                type="email",
                default_value=State.address,
                error=State.dialog_error,
                hint="They confirm their birth date, and choose a password or sign in.",
                max_length=200,
                required=True,
                auto_focus=True,
                auto_complete="off",
            ),
            id="invite-form",
            key=State.dialog_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.invite,
            no_validate=True,
        ),
        title="Send an invitation",
        description=f"It says that you created an account for them, and nothing about the {FrameState.customer}.",
        open=State.dialog == "invite",
        on_open_change=State.open_dialog,
        actions=[
            ui.close_on_press(ui.button("Not now")),
            ui.button("Send invitation", kind="primary", submits=True, form="invite-form"),
        ],
    )


def _end() -> rx.Component:
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "Why are you unlinking the account?",
                "reason",
                error=State.dialog_error,
                hint="The reason is kept in the audit trail.",
                max_length=200,
                required=True,
                auto_focus=True,
                auto_complete="off",
            ),
            id="end-link-form",
            key=State.dialog_key.to_string(),  # type: ignore[attr-defined]
            on_submit=State.end,
            no_validate=True,
        ),
        title="Unlink account",
        description="The person no longer sees this record. Nothing in it is lost, and you keep"
        " it up to date again. Volunteers and donors stay connected, without a record.",
        open=State.dialog == "end",
        on_open_change=State.open_dialog,
        actions=[
            ui.close_on_press(ui.button("Cancel")),
            ui.button("Unlink account", kind="danger", submits=True, form="end-link-form"),
        ],
    )
