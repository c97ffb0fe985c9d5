"""The insurance policies of a customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import reflex as rx
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import days, insurance
from securecare.customers.insurance import PRIORITIES, Policy, PolicyForm
from securecare.foundation.days import short_day
from securecare.foundation.forms import NotAccepted
from state.editing import NEW
from state.filled_in import FilledIn
from state.gate import needs
from state.read import whole_number
from state.record_tab import RecordTab, keep_current
from state.work import acting, work, work_as

SEES, CHANGES = Permission.VIEW_INSURANCE, Permission.EDIT_INSURANCE
CHOICES = tuple((str(number), PRIORITIES.get(number, f"Number {number}")) for number in range(1, 6))


@dataclass(frozen=True)
class PolicyView:
    """A policy in words."""

    id: int = 0
    carrier: str = ""
    plan: str = ""
    member_number: str = ""
    group_number: str = ""
    holder: str = ""
    holder_is: str = ""
    priority: str = "1"
    priority_label: str = ""
    valid_from: str = ""
    valid_until: str = ""
    span: str = ""
    standing: str = "active"
    """"active", "coming" or "over"."""


class InsuranceState(RecordTab, rx.State):
    """The policies, and the form of one."""

    policies: list[PolicyView] = []
    draft: PolicyView = PolicyView()
    may_change: bool = False

    names: ClassVar[Mapping[str, str]] = {
        "carrier": "Insurer",
        "plan": "Plan",
        "member_number": "Member number",
        "group_number": "Group number",
        "holder": "Policy holder",
        "holder_is": "Holder's relationship",
        "priority": "Priority",
        "valid_from": "Valid from",
        "valid_until": "Valid until",
    }
    topic: ClassVar[str] = "record_insurance"

    @rx.event
    @needs(SEES)
    async def open_page(self):
        """Show the policies."""
        await self._open()

    @rx.event
    @needs(SEES)
    async def show_more(self):
        """Show more of those that are over."""
        await self._show_more()

    @rx.event
    @needs(CHANGES)
    async def start_new(self):
        """Open an empty form, for the first priority that is free."""
        taken = {each.priority for each in self.policies if each.standing != "over"}
        free = next((number for number, _ in CHOICES if number not in taken), "1")
        self.draft = PolicyView(priority=free)
        self._begin(NEW)

    @rx.event
    @needs(CHANGES)
    async def edit(self, policy_id: Any):
        """Open the form of one."""
        await self._edit(whole_number(policy_id) or 0)

    @rx.event
    @needs(CHANGES)
    async def save(self, form: dict[str, Any]):
        """Save the open form, or say beside each field why not."""
        read = FilledIn(form)
        self._wish = PolicyForm(
            read.text("carrier"),
            read.text("member_number"),
            read.number("priority", 1),
            read.day("valid_from"),
            read.day("valid_until"),
            read.text("plan"),
            read.text("group_number"),
            read.text("holder"),
            read.text("holder_is"),
        )
        if read.complaints:
            self._complain(NotAccepted(self._wish.complaints() | read.complaints))
            return None
        return await self._save()

    @rx.event
    @needs(CHANGES)
    async def remove(self, policy_id: Any):
        """It was noted by mistake."""
        await work(insurance.remove, self._record, whole_number(policy_id) or 0)
        await self._read_again(acting())
        return rx.toast.success("Policy removed.")

    async def _show(self, actor: Actor) -> None:
        policies, today = await work_as(actor, _read, self._record, self._shown + 1)
        self.policies = [_view(each, today) for each in self._part(policies)]
        self.may_change = actor.may(CHANGES) or not actor.reach(CHANGES).nowhere

    async def _edit(self, id_: int) -> None:
        policy, today = await self._one(id_)
        if policy is not None:
            self.draft = _view(policy, today)
            self._begin(id_, policy.version)

    async def _standing(self) -> tuple[PolicyForm, int]:
        policy, _ = await self._one(self._editing)
        assert policy is not None
        return policy.form, policy.version

    async def _one(self, id_: int) -> tuple[Policy | None, Any]:
        policies, today = await work(_read, self._record, self._shown + 1)
        return next((each for each in policies if each.id == id_), None), today

    async def _write(self) -> str:
        if self._editing == NEW:
            await work(insurance.add, self._record, self._wish)
        else:
            await work(insurance.change, self._record, self._editing, self._version, self._wish)
        return f"{self._wish.carrier} is saved."


def _read(session: Session, actor: Actor, record: int, most: int) -> tuple[list[Policy], Any]:
    today = days.today(session)
    return insurance.listed(session, actor, record, today, most), today


def _view(policy: Policy, today: Any) -> PolicyView:
    form = policy.form
    first, last = form.valid_from, form.valid_until
    assert first is not None
    standing = "active" if policy.covers(today) else "coming" if first > today else "over"
    span = f"{short_day(first)} – {short_day(last)}" if last else f"since {short_day(first)}"
    if standing == "coming" and last is None:
        span = f"from {short_day(first)}"
    return PolicyView(
        policy.id,
        form.carrier,
        form.plan,
        form.member_number,
        form.group_number,
        form.holder,
        form.holder_is,
        str(form.priority),
        policy.priority_label,
        first.isoformat(),
        last.isoformat() if last else "",
        span,
        standing,
    )


keep_current(InsuranceState, "insurance_policy")
