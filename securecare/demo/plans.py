"""What the demo is made of, before any of it is a row: places, programs, people and their weeks.

Facilities, programs and staff members are referred to by their place in the organization's lists.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from securecare.access.roles import Role
from securecare.demo.street_plans import StreetPlan


@dataclass(frozen=True, slots=True)
class FacilityPlan:
    """`region` chooses the names and area codes of the people who go there."""

    name: str
    time_zone: str
    street: str
    phone: str
    area_codes: tuple[str, ...]
    weight: int
    given_names: tuple[str, ...]
    family_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProgramPlan:
    """A program and its rules, and what staff typically write to those who come."""

    name: str
    short_name: str
    duration: int
    step: int = 15
    before: int = 0
    after: int = 0
    notice: int = 0
    horizon: int = 90
    days_between: int = 0
    public: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoursPlan:
    """The same hours on several weekdays (0 is Monday), in minutes after local midnight."""

    facility: int
    weekdays: tuple[int, ...]
    starts: int
    ends: int
    breaks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """Somebody with a week. `busy` is the share of working time that gets booked."""

    name: str
    title: str
    programs: tuple[str, ...]
    hours: tuple[HoursPlan, ...]
    busy: float = 0.75

    @property
    def facility(self) -> int:
        return self.hours[0].facility


@dataclass(frozen=True, slots=True)
class AwayPlan:
    """Days off (no hours) or other hours, counted in days from today."""

    staff: str
    first: int
    last: int
    reason: str
    hours: HoursPlan | None = None


@dataclass(frozen=True, slots=True)
class ClosedPlan:
    """A facility is closed on the first such weekday so many days from today."""

    facility: int
    weekday: int
    from_day: int
    reason: str


@dataclass(frozen=True, slots=True)
class SignInPlan:
    """An account with a role: everywhere, at one facility, or for some programs."""

    who: str
    email: str
    name: str
    role: Role
    facility: int | None = None
    programs: tuple[str, ...] = ()
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class OrganizationPlan:
    """A whole demo organization."""

    name: str
    singular: str
    plural: str
    clock24: bool
    customers: int
    facilities: tuple[FacilityPlan, ...]
    programs: tuple[ProgramPlan, ...]
    staff: tuple[StaffPlan, ...]
    sign_ins: tuple[SignInPlan, ...]
    away: tuple[AwayPlan, ...] = ()
    called_in_sick: tuple[str, ...] = ()
    """Who will be off on a day that was booked already."""
    closed: tuple[ClosedPlan, ...] = ()
    forced: int = 0
    """How many appointments were forced over another one."""
    street: StreetPlan | None = None
    """Its storerooms and outreaches, if it has any."""

    def program(self, short_name: str) -> int:
        """The place of a program in the list."""
        return next(n for n, each in enumerate(self.programs) if each.short_name == short_name)

    def member(self, name: str) -> int:
        """The place of a staff member in the list."""
        return next(n for n, each in enumerate(self.staff) if each.name == name)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer; `facility` is where they usually go."""

    number: int
    given_name: str
    family_name: str
    born_on: date | None
    phone: str
    email: str
    facility: int
    known_since: datetime


@dataclass(frozen=True, slots=True)
class Away:
    """A staff exception as it will be written; without hours a day off."""

    staff: int
    first: date
    last: date
    reason: str
    hours: HoursPlan | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed day of a facility as it will be written."""

    facility: int
    day: date
    reason: str


@dataclass(slots=True)
class Visit:
    """An appointment as it will be written."""

    facility: int
    program: int
    staff: int
    customer: int
    starts_at: datetime
    ends_at: datetime
    occupied_from: datetime
    occupied_to: datetime
    local_day: date
    made_at: datetime
    status: str = "booked"
    former_status: str | None = None
    forced_overlap: bool = False
    forced_hours: bool = False
    override_reason: str = ""
    public_note: str = ""

    @property
    def holds_time(self) -> bool:
        return self.status not in ("cancelled", "no_show")


@dataclass(slots=True)
class Life:
    """Everything that happens in an organization, around one present instant."""

    plan: OrganizationPlan
    people: list[Person]
    away: list[Away]
    closed: list[Closed]
    visits: list[Visit] = field(default_factory=list)
