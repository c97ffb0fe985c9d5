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
    absent = (APPOINTMENT.status == AppointmentStatus.NO_SHOW.value) & absences.covering(
        APPOINTMENT.organization_id,
        APPOINTMENT.customer_id,
        APPOINTMENT.program_id,
        APPOINTMENT.starts_at,
    )
    stored: Any = APPOINTMENT.status
    return case((absent, AppointmentStatus.ABSENT.value), else_=stored)
