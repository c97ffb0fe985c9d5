"""Harbor & Pine Community Care: three places in three time zones, twelve programs, forty staff."""

from securecare.access.roles import Role
from securecare.demo.harbor_street import HARBOR_STREET
from securecare.demo.names import FAMILY, GIVEN
from securecare.demo.plans import (
    AwayPlan,
    ClosedPlan,
    FacilityPlan,
    HoursPlan,
    OrganizationPlan,
    ProgramPlan,
    SignInPlan,
    StaffPlan,
)

HARBOR, PINE, SAGUARO = 0, 1, 2
MON_FRI, TUE_SAT, SUN_THU = (0, 1, 2, 3, 4), (1, 2, 3, 4, 5), (6, 0, 1, 2, 3)
NOON, HALF_PAST_NOON, ONE = (720, 765), (750, 780), (780, 825)


def _hours(
    facility: int, days: tuple[int, ...], first: float, last: float, *breaks: tuple[int, int]
) -> tuple[HoursPlan, ...]:
    """From and to in hours of the day: 8.5 is half past eight, 30 is six in the morning after."""
    return (HoursPlan(facility, days, int(first * 60), int(last * 60), breaks),)


def _evening(facility: int, days: tuple[int, ...]) -> tuple[HoursPlan, ...]:
    return _hours(facility, days, 13, 21, (1020, 1050))


def _overnight(days: tuple[int, ...]) -> tuple[HoursPlan, ...]:
    return _hours(HARBOR, days, 22, 30, (1560, 1590))


FACILITIES = (
    FacilityPlan(
        "Harbor House",
        "America/New_York",
        "118 Quayside Avenue, New York, NY",
        "+12125550110",
        ("212", "646", "718", "917", "347", "929", "332", "914"),
        42,
        GIVEN,
        FAMILY,
    ),
    FacilityPlan(
        "Pine Street Clinic",
        "America/Chicago",
        "2405 West Pine Street, Chicago, IL",
        "+13125550120",
        ("312", "773", "872", "708", "847", "630"),
        35,
        GIVEN,
        FAMILY,
    ),
    FacilityPlan(
        "Saguaro Center",
        "America/Phoenix",
        "77 East Mesquite Road, Phoenix, AZ",
        "+16025550130",
        ("602", "480", "623", "520", "928"),
        23,
        GIVEN,
        FAMILY,
    ),
)

PROGRAMS = (
    ProgramPlan(
        "Intake & Assessment",
        "Intake",
        60,
        step=30,
        after=15,
        notice=24 * 60,
        horizon=60,
        days_between=30,
        public=True,
        notes=(
            "Please bring any identification you have. It is fine if you have none.",
            "Plan for an hour. Coffee and tea are on us.",
        ),
    ),
    ProgramPlan(
        "Case Management",
        "Case mgmt",
        45,
        after=15,
        notice=4 * 60,
        days_between=3,
        public=True,
        notes=("Bring the letters you received since last time.", "We meet in room 4."),
    ),
    ProgramPlan(
        "Individual Counseling",
        "Counseling",
        50,
        after=10,
        notice=24 * 60,
        days_between=5,
        notes=("The side entrance is quieter if you prefer it.",),
    ),
    ProgramPlan(
        "Primary Care Visit",
        "Primary care",
        30,
        before=5,
        after=10,
        notice=2 * 60,
        horizon=120,
        days_between=1,
        public=True,
        notes=(
            "Bring a list of the medicines you take.",
            "Please do not eat for eight hours before your visit.",
        ),
    ),
    ProgramPlan(
        "Nurse Clinic",
        "Nurse clinic",
        15,
        notice=30,
        horizon=30,
        public=True,
        notes=("Wear a shirt with short sleeves if you can.",),
    ),
    ProgramPlan(
        "Dental Screening",
        "Dental",
        40,
        step=20,
        before=10,
        after=10,
        notice=24 * 60,
        horizon=120,
        days_between=14,
        public=True,
        notes=("Arrive ten minutes early to fill in a short form.",),
    ),
    ProgramPlan(
        "Benefits Navigation",
        "Benefits",
        45,
        after=15,
        notice=12 * 60,
        days_between=7,
        public=True,
        notes=("Bring proof of income and your last benefit letter.",),
    ),
    ProgramPlan(
        "Housing Navigation",
        "Housing",
        60,
        step=30,
        after=15,
        notice=24 * 60,
        days_between=7,
        notes=("We will go through the application together.",),
    ),
    ProgramPlan(
        "Employment Coaching",
        "Employment",
        45,
        notice=12 * 60,
        horizon=60,
        days_between=7,
        public=True,
        notes=("Bring your résumé, on paper or on your phone.",),
    ),
    ProgramPlan(
        "Family Support",
        "Family",
        75,
        before=15,
        after=15,
        notice=48 * 60,
        days_between=7,
        notes=("Children are welcome; there is a play corner.",),
    ),
    ProgramPlan(
        "Shelter Check-in",
        "Shelter",
        30,
        step=30,
        horizon=14,
        notes=("Doors close at 11 PM. Call if you are running late.",),
    ),
    ProgramPlan(
        "Legal Aid Hour",
        "Legal aid",
        30,
        step=30,
        after=15,
        notice=48 * 60,
        horizon=45,
        days_between=14,
        public=True,
        notes=("Bring every paper from the court, opened or not.",),
    ),
)

STAFF = (
    # Harbor House, New York
    StaffPlan("Adaeze Obi", "Intake Coordinator", ("Intake", "Case mgmt"), _hours(HARBOR, MON_FRI, 8, 16, NOON)),
    StaffPlan("Bram Hollister", "Intake Specialist", ("Intake", "Benefits"), _hours(HARBOR, TUE_SAT, 9, 17, HALF_PAST_NOON)),
    StaffPlan("Camille Fontaine", "Senior Case Manager", ("Case mgmt", "Housing"), _hours(HARBOR, MON_FRI, 8.5, 17, NOON), 0.85),
    StaffPlan("Dmitri Vasiliev", "Case Manager", ("Case mgmt", "Housing"), _hours(HARBOR, MON_FRI, 9, 17.5, ONE)),
    StaffPlan("Esi Quaye", "Case Manager", ("Case mgmt", "Benefits"), _hours(HARBOR, SUN_THU, 9, 17, NOON)),
    StaffPlan("Frank Delaney", "Housing Navigator", ("Housing", "Case mgmt"), _hours(HARBOR, MON_FRI, 8.5, 16.5, NOON)),
    StaffPlan("Gwen Ishikawa", "Counselor, LCSW", ("Counseling", "Family"), _hours(HARBOR, MON_FRI, 10, 18, ONE), 0.85),
    StaffPlan("Hakim Bello", "Counselor", ("Counseling",), _evening(HARBOR, (0, 1, 2, 3)), 0.8),
    StaffPlan("Ilse Brandt", "Nurse", ("Nurse clinic",), _hours(HARBOR, MON_FRI, 8, 16, HALF_PAST_NOON), 0.6),
    StaffPlan("Jonah Whitcomb", "Nurse Practitioner", ("Primary care", "Nurse clinic"), _hours(HARBOR, (0, 2, 4), 8, 16, NOON), 0.8),
    StaffPlan("Kavita Raman", "Employment Coach", ("Employment",), _hours(HARBOR, (0, 1, 3), 9, 15, NOON)),
    StaffPlan("Luther Gaines", "Staff Attorney", ("Legal aid",), _hours(HARBOR, (1, 3), 10, 16, ONE), 0.7),
    StaffPlan("Maren Solberg", "Evening Shelter Lead", ("Shelter", "Intake"), _hours(HARBOR, (0, 1, 2, 3, 4), 14, 22, (1080, 1110)), 0.6),
    StaffPlan("Nestor Pruitt", "Overnight Shelter Worker", ("Shelter",), _overnight((6, 0, 1, 2)), 0.4),
    StaffPlan("Oksana Hrytsak", "Overnight Shelter Worker", ("Shelter",), _overnight((3, 4, 5)), 0.4),
    StaffPlan("Perpetua Lobo", "Weekend Shelter Worker", ("Shelter", "Nurse clinic"), _hours(HARBOR, (5, 6), 8, 20, NOON, (1020, 1050)), 0.5),
    # Pine Street Clinic, Chicago
    StaffPlan("Quentin Marsh", "Physician", ("Primary care",), _hours(PINE, MON_FRI, 8, 16.5, NOON), 0.85),
    StaffPlan("Rosalind Achebe", "Physician", ("Primary care",), _hours(PINE, (0, 1, 3, 4), 9, 17, HALF_PAST_NOON), 0.85),
    StaffPlan("Salman Qureshi", "Nurse Practitioner", ("Primary care", "Nurse clinic"), _hours(PINE, TUE_SAT, 9, 17.5, ONE), 0.8),
    StaffPlan("Tabitha Crane", "Nurse", ("Nurse clinic",), _hours(PINE, MON_FRI, 7.5, 15.5, NOON), 0.6),
    StaffPlan("Ulises Montoya", "Nurse", ("Nurse clinic",), _evening(PINE, (0, 1, 2, 3)), 0.5),
    StaffPlan("Verity Lam", "Dentist", ("Dental",), _hours(PINE, (0, 1, 2, 3), 8.5, 16.5, NOON), 0.85),
    StaffPlan("Wojciech Zielinski", "Dental Hygienist", ("Dental",), _hours(PINE, MON_FRI, 8.5, 16.5, ONE), 0.8),
    StaffPlan("Xenia Papadakis", "Psychologist", ("Counseling", "Family"), _hours(PINE, MON_FRI, 9, 17, HALF_PAST_NOON), 0.8),
    StaffPlan("Yvonne Castile", "Counselor", ("Counseling",), _evening(PINE, (1, 2, 3, 5)), 0.75),
    StaffPlan("Zeb Thornbury", "Case Manager", ("Case mgmt", "Benefits"), _hours(PINE, MON_FRI, 8, 16, NOON)),
    StaffPlan("Althea Moss", "Benefits Navigator", ("Benefits", "Case mgmt"), _hours(PINE, MON_FRI, 9, 17, ONE)),
    StaffPlan("Benedikt Haas", "Intake Specialist", ("Intake", "Benefits"), _hours(PINE, SUN_THU, 10, 18, ONE)),
    StaffPlan("Corazon Villanueva", "Family Specialist", ("Family", "Counseling"), _hours(PINE, (0, 2, 4), 9, 17, NOON)),
    StaffPlan("Desmond Achterberg", "Employment Coach", ("Employment",), _hours(PINE, (1, 2, 3), 9, 15, NOON)),
    # Saguaro Center, Phoenix
    StaffPlan("Eulalia Bravo", "Senior Case Manager", ("Case mgmt", "Housing"), _hours(SAGUARO, MON_FRI, 7.5, 15.5, NOON), 0.85),
    StaffPlan("Fitzgerald Yazzie", "Case Manager", ("Case mgmt", "Benefits"), _hours(SAGUARO, MON_FRI, 9, 17, HALF_PAST_NOON)),
    StaffPlan("Ghislaine Roy", "Housing Navigator", ("Housing", "Benefits"), _hours(SAGUARO, TUE_SAT, 8, 16, NOON)),
    StaffPlan("Horacio Tellez", "Nurse Practitioner", ("Primary care", "Nurse clinic"), _hours(SAGUARO, MON_FRI, 7, 15, (690, 720)), 0.8),
    StaffPlan("Ivy Chee", "Nurse", ("Nurse clinic",), _hours(SAGUARO, (0, 1, 2, 5, 6), 8, 14, (660, 690)), 0.55),
    StaffPlan("Jericho Banks", "Counselor", ("Counseling", "Family"), _evening(SAGUARO, (0, 1, 2, 3)), 0.8),
    StaffPlan("Kestrel Dunn", "Intake Coordinator", ("Intake", "Case mgmt"), _hours(SAGUARO, MON_FRI, 8, 16, NOON)),
    StaffPlan("Lourdes Quintana", "Employment Coach", ("Employment", "Benefits"), _hours(SAGUARO, (0, 2, 4), 8, 14, (660, 690))),
    # Two facilities: by video for both, or on the road between them
    StaffPlan(
        "Marguerite Osei",
        "Telehealth Counselor",
        ("Counseling",),
        _hours(HARBOR, (0, 1, 2), 9, 17, NOON) + _hours(PINE, (3, 4), 9, 17, NOON),
        0.8,
    ),
    StaffPlan(
        "Nikolai Andersson",
        "Circuit Attorney",
        ("Legal aid",),
        _hours(PINE, (0, 1), 10, 17, ONE) + _hours(SAGUARO, (3, 4), 9, 16, NOON),
        0.7,
    ),
)  # fmt: skip

SIGN_INS = (
    SignInPlan("Administrator", "admin@harborpine.example", "Morgan Ellery", Role.ADMINISTRATOR),
    SignInPlan("Manager", "manager@harborpine.example", "Priscilla Vane", Role.MANAGER),
    SignInPlan(
        "Scheduler", "scheduler@harborpine.example", "Teodoro Lind", Role.SCHEDULER, facility=HARBOR
    ),
    SignInPlan(
        "Case worker",
        "caseworker@harborpine.example",
        "Camille Fontaine",
        Role.CASE_WORKER,
        programs=("Case mgmt", "Housing"),
        is_staff=True,
    ),
    SignInPlan(
        "Outreach lead", "outreach@harborpine.example", "Rufus Calloway", Role.OUTREACH_LEAD
    ),
    SignInPlan("Billing clerk", "billing@harborpine.example", "Hedda Lyle", Role.BILLING_CLERK),
    SignInPlan("Auditor", "auditor@harborpine.example", "Ambrose Tuck", Role.AUDITOR),
    SignInPlan("Patron", "patron@harborpine.example", "Josephine Adler", Role.PATRON),
)

HARBOR_AND_PINE = OrganizationPlan(
    name="Harbor & Pine Community Care",
    singular="client",
    plural="clients",
    clock24=False,
    customers=600,
    facilities=FACILITIES,
    programs=PROGRAMS,
    staff=STAFF,
    sign_ins=SIGN_INS,
    away=(
        AwayPlan("Dmitri Vasiliev", -19, -15, "Vacation"),
        AwayPlan("Tabitha Crane", -9, -8, "Sick"),
        AwayPlan("Rosalind Achebe", 6, 12, "Vacation"),
        AwayPlan("Kestrel Dunn", 0, 1, "Conference"),
        AwayPlan("Frank Delaney", 15, 24, "Parental leave"),
        AwayPlan(
            "Gwen Ishikawa",
            3,
            4,
            "Training in the morning",
            HoursPlan(HARBOR, (), 13 * 60, 19 * 60),
        ),
        AwayPlan(
            "Ivy Chee", 8, 9, "Covering the late clinic", HoursPlan(SAGUARO, (), 12 * 60, 18 * 60)
        ),
    ),
    called_in_sick=("Zeb Thornbury", "Adaeze Obi"),
    closed=(
        ClosedPlan(SAGUARO, 2, -18, "Inventory day"),
        ClosedPlan(PINE, 4, 13, "Staff retreat"),
    ),
    forced=3,
    street=HARBOR_STREET,
)
