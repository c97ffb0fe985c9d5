"""The organization itself as rows: facilities, staff, programs, and who may sign in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from securecare.access.models import Account, Membership, RoleGrant
from securecare.access.roles import Role
from securecare.demo.plans import OrganizationPlan, SignInPlan
from securecare.documents import kinds
from securecare.foundation import clock
from securecare.organization.models import Facility, Organization, Program, ProgramStaff, Staff

COLOURS = 12


@dataclass(frozen=True)
class Written:
    """The ids that the places in the plan's lists have become, and the facilities' zones."""

    organization: int
    facilities: list[int]
    programs: list[int]
    staff: list[int]
    zones: list[str]


def structure(session: Session, plan: OrganizationPlan) -> Written:
    """The organization, its facilities, its staff and its programs, each served and led."""
    organization = _added(
        session,
        Organization(
            name=plan.name,
            customer_singular=plan.singular,
            customer_plural=plan.plural,
            clock24=plan.clock24,
            created_at=clock.now() - timedelta(days=900),
        ),
    )
    kinds.begin_with(session, organization)
    facilities = [
        _added(
            session,
            Facility(
                organization_id=organization,
                name=each.name,
                time_zone=each.time_zone,
                street=each.street,
                phone=each.phone,
            ),
        )
        for each in plan.facilities
    ]
    staff = [
        _added(
            session,
            Staff(
                organization_id=organization,
                facility_id=facilities[each.facility],
                name=each.name,
                title=each.title,
            ),
        )
        for each in plan.staff
    ]
    programs = _write_programs(session, plan, organization, staff)
    zones = [each.time_zone for each in plan.facilities]
    return Written(organization, facilities, programs, staff, zones)


def _write_programs(
    session: Session, plan: OrganizationPlan, organization: int, staff: list[int]
) -> list[int]:
    serving = {
        program.short_name: [
            staff[n] for n, each in enumerate(plan.staff) if program.short_name in each.programs
        ]
        for program in plan.programs
    }
    programs = [
        _added(
            session,
            Program(
                organization_id=organization,
                name=each.name,
                short_name=each.short_name,
                colour=n % COLOURS,
                lead_staff_id=serving[each.short_name][0],
                duration_minutes=each.duration,
                slot_step_minutes=each.step,
                buffer_before_minutes=each.before,
                buffer_after_minutes=each.after,
                minimum_notice_minutes=each.notice,
                horizon_days=each.horizon,
                minimum_days_between=each.days_between,
                public_booking=each.public,
            ),
        )
        for n, each in enumerate(plan.programs)
    ]
    for program, plan_of_it in zip(programs, plan.programs, strict=True):
        for member in serving[plan_of_it.short_name]:
            session.add(
                ProgramStaff(organization_id=organization, program_id=program, staff_id=member)
            )
    session.flush()
    return programs


def _added(session: Session, row: Any) -> int:
    session.add(row)
    session.flush()
    return row.id


def write_sign_ins(
    session: Session, plan: OrganizationPlan, written: Written, password_hash: str
) -> list[int]:
    """The accounts of the plan, all with the one demo password; gives their ids."""
    return [_sign_in(session, plan, each, written, password_hash) for each in plan.sign_ins]


def _sign_in(
    session: Session,
    plan: OrganizationPlan,
    sign_in: SignInPlan,
    written: Written,
    password_hash: str,
) -> int:
    account = Account(
        email=sign_in.email,
        email_key=sign_in.email.casefold(),
        name=sign_in.name,
        password_hash=password_hash,
    )
    account_id = _added(session, account)
    if sign_in.role is Role.PATRON:
        return account_id  # a patron belongs to no organization; see `demo.patrons`
    session.add(Membership(organization_id=written.organization, account_id=account_id))
    facility = None if sign_in.facility is None else written.facilities[sign_in.facility]
    for program in sign_in.programs or (None,):
        session.add(
            RoleGrant(
                organization_id=written.organization,
                account_id=account_id,
                role=sign_in.role,
                facility_id=facility,
                program_id=None if program is None else written.programs[plan.program(program)],
            )
        )
    if sign_in.is_staff:
        member = session.get_one(Staff, written.staff[plan.member(sign_in.name)])
        member.account_id = account_id
    session.flush()
    return account_id
