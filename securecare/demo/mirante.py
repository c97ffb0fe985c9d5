"""Mirante & Ganga Residences: a small neighbour, which the first organization must never see."""

from securecare.access.roles import Role
from securecare.demo.mirante_street import MIRANTE_STREET
from securecare.demo.names import (
    BENGALI_FAMILY,
    BENGALI_GIVEN,
    PORTUGUESE_FAMILY,
    PORTUGUESE_GIVEN,
)
from securecare.demo.plans import (
    AwayPlan,
    FacilityPlan,
    HoursPlan,
    OrganizationPlan,
    ProgramPlan,
    SignInPlan,
    StaffPlan,
)

LISBON, KOLKATA = 0, 1
LUNCH = (780, 840)


def _days(facility: int, *weekdays: int) -> tuple[HoursPlan, ...]:
    return (HoursPlan(facility, weekdays, 9 * 60, 18 * 60, (LUNCH,)),)


MIRANTE_AND_GANGA = OrganizationPlan(
    name="Mirante & Ganga Residences",
    singular="resident",
    plural="residents",
    clock24=True,
    customers=40,
    facilities=(
        FacilityPlan(
            "Casa do Mirante",
            "Europe/Lisbon",
            "Rua das Gaivotas 12, Lisboa",
            "+14155550141",
            ("415", "510"),
            22,
            PORTUGUESE_GIVEN,
            PORTUGUESE_FAMILY,
        ),
        FacilityPlan(
            "Ganga House",
            "Asia/Kolkata",
            "8 Strand Lane, Kolkata",
            "+16285550142",
            ("628", "925"),
            18,
            BENGALI_GIVEN,
            BENGALI_FAMILY,
        ),
    ),
    programs=(
        ProgramPlan(
            "Care Review",
            "Review",
            40,
            step=20,
            after=10,
            notice=24 * 60,
            days_between=6,
            notes=("Your family is welcome to join.",),
        ),
        ProgramPlan("Physiotherapy", "Physio", 30, after=15, notice=60, days_between=2, public=True),
        ProgramPlan("Nursing Visit", "Nursing", 20, step=20, horizon=30, days_between=1),
    ),
    staff=(
        StaffPlan("Amélia Sequeira", "Care Coordinator", ("Review",), _days(LISBON, 0, 1, 2, 3, 4), 0.25),
        StaffPlan("Bernardo Vaz", "Physiotherapist", ("Physio",), _days(LISBON, 0, 2, 4), 0.3),
        StaffPlan("Cátia Lobato", "Nurse", ("Nursing",), _days(LISBON, 1, 2, 3, 4, 5), 0.3),
        StaffPlan("Debjani Roy", "Care Coordinator", ("Review", "Nursing"), _days(KOLKATA, 0, 1, 2, 3, 4), 0.25),
        StaffPlan("Hemanta Kar", "Physiotherapist", ("Physio",), _days(KOLKATA, 1, 3, 5), 0.3),
        StaffPlan("Ipsita Saha", "Nurse", ("Nursing",), _days(KOLKATA, 0, 1, 2, 3, 4), 0.3),
    ),
    sign_ins=(
        SignInPlan(
            "Another organization", "admin@mirante.example", "Leonor Abrantes", Role.ADMINISTRATOR
        ),
    ),
    away=(AwayPlan("Bernardo Vaz", 5, 9, "Vacation"),),
    street=MIRANTE_STREET,
)  # fmt: skip
