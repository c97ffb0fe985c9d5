"""What a missed appointment counts as: an absence if it begins within an authorized one.

Nothing of it is stored. Rows say that nobody came; whether that was a no-show is decided whenever
they are read, so that a leave that is noted, changed or taken back later counts at once, for what
is past as well.
"""

from typing import Any

from sqlalchemy import ColumnElement, case

from securecare.customers import absences
from securecare.foundation.columns import columns_of
from securecare.scheduling.models import Appointment
from securecare.scheduling.statuses import AppointmentStatus

APPOINTMENT = columns_of(Appointment)


def status() -> ColumnElement[str]:
    """The status of an appointment as it is shown, counted and exported: a column for `select`."""
    absent = (APPOINTMENT.status == AppointmentStatus.NO_SHOW.value) & _within_a_leave()
    stored: Any = APPOINTMENT.status
    return case((absent, AppointmentStatus.ABSENT.value), else_=stored)


def counts_as(status: AppointmentStatus) -> ColumnElement[bool]:
    """Whether an appointment counts as this. Leaves are looked at only where that makes a difference."""
    missed = APPOINTMENT.status == AppointmentStatus.NO_SHOW.value
    if status is AppointmentStatus.ABSENT:
        return missed & _within_a_leave()
    if status is AppointmentStatus.NO_SHOW:
        return missed & ~_within_a_leave()
    return APPOINTMENT.status == status.value


def _within_a_leave() -> ColumnElement[bool]:
    return absences.covering(
        APPOINTMENT.organization_id,
        APPOINTMENT.customer_id,
        APPOINTMENT.program_id,
        APPOINTMENT.starts_at,
    )
