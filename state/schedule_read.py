"""Opening a day for one screen: what was chosen, read and laid out in one go, on one thread."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.foundation.spans import Span
from securecare.organization import words
from securecare.scheduling import day as days
from securecare.scheduling.day import Day, Entry, StaffOnDay
from securecare.scheduling.local_time import local_day
from state import schedule_view as view
from state.lanes import LANES_ON_SCREEN
from state.schedule_view import AxisLine, Block, Filters, Frame, LaneHead, ShadeStrip


@dataclass(frozen=True)
class Choice:
    """What a person wants to see. All but the day is kept for their next sign-in."""

    day: date | None = None
    facility_ids: tuple[int, ...] = ()
    staff_ids: tuple[int, ...] = ()
    """Empty means everybody."""
    across: bool = False
    """Staff as rows and time as columns; otherwise staff as columns."""
    hide_off: bool = True
    whole_day: bool = False
    filters: Filters = field(default_factory=Filters)
    page: int = 0

    def kept(self) -> dict[str, Any]:
        """What is stored of it."""
        return {
            "facilities": list(self.facility_ids),
            "staff": list(self.staff_ids),
            "across": self.across,
            "hide_off": self.hide_off,
            "whole_day": self.whole_day,
            "statuses": sorted(self.filters.statuses),
            "programs": sorted(self.filters.program_ids),
            "text": self.filters.text,
        }

    @staticmethod
    def of_kept(kept: Mapping[str, Any]) -> "Choice":
        """Read back what was stored; whatever does not fit is left at its default."""
        return Choice(
            facility_ids=_ids(kept.get("facilities")),
            staff_ids=_ids(kept.get("staff")),
            across=kept.get("across") is True,
            hide_off=kept.get("hide_off") is not False,
            whole_day=kept.get("whole_day") is True,
            filters=Filters(
                frozenset(s for s in kept.get("statuses") or () if isinstance(s, str)),
                frozenset(_ids(kept.get("programs"))),
                str(kept.get("text") or "")[:80],
            ),
        )


@dataclass(frozen=True)
class LaneView:
    """One lane as it is sent."""

    head: LaneHead
    shades: list[ShadeStrip]
    blocks: list[Block]


@dataclass
class Interest:
    """What is on one screen, so that the live hub knows what to push to it."""

    choice: Choice
    span: Span
    frame: Frame
    staff_ids: tuple[int, ...]
    tallies: dict[int, view.Tally]
    """Per lane, what this person sees of each status: a change counts one lane anew."""
    totals: Counter[str] = field(init=False)
    """The same over all lanes."""
    lanes: dict[int, int] = field(init=False)
    """The number of each one's lane."""
    untold: bool = False
    """Whether the totals have changed since the screen was told of them."""

    def __post_init__(self) -> None:
        self.lanes = {staff_id: number for number, staff_id in enumerate(self.staff_ids)}
        self.totals = Counter()
        for tally in self.tallies.values():
            self.totals.update(tally)

    def count_anew(self, staff_id: int, tally: view.Tally) -> None:
        """Take what a lane shows now instead of what it showed before."""
        before, self.tallies[staff_id] = self.tallies.get(staff_id, {}), tally
        if before != tally:
            self.totals.subtract(before)
            self.totals.update(tally)
            self.untold = True

    def counts(self) -> list[view.StatusCount]:
        """Per status, over all lanes on screen."""
        return view.counts_of(self.totals)


@dataclass(frozen=True)
class Screen:
    """Everything a day on screen consists of."""

    choice: Choice
    day: date
    today: date
    day_label: str
    places: tuple[days.Place, ...]
    programs: tuple[days.ProgramChoice, ...]
    people: tuple[StaffOnDay, ...]
    """Who could be shown, chosen or not."""
    lanes: list[LaneView]
    pages: int
    lines: list[AxisLine]
    length: int
    first_minute: int
    interest: Interest
    clock24: bool
    may_book: bool
    may_export: bool


def open_day(session: Session, actor: Actor, choice: Choice) -> Screen:
    """Read and lay out the day. Facilities and staff that are not to be had are left out."""
    places = days.readable_places(session, actor)
    clock24 = words.of(session, actor).clock24
    facility_ids = tuple(p.id for p in places if p.id in choice.facility_ids)
    today = local_day(clock.now(), (places[0].zone if places else "UTC"))
    day = choice.day or today
    read = days.read(session, actor, day, facility_ids)
    frame = view.frame_of(read, facility_ids, choice.whole_day, clock24, choice.filters)
    chosen = _chosen(read, choice)
    pages = max(1, -(-len(chosen) // LANES_ON_SCREEN))
    page = min(max(choice.page, 0), pages - 1)
    shown = chosen[page * LANES_ON_SCREEN : (page + 1) * LANES_ON_SCREEN]
    by_staff: dict[int, list[Entry]] = {person.id: [] for person in shown}
    for entry in read.entries:
        if entry.staff_id in by_staff:
            by_staff[entry.staff_id].append(entry)
    made = replace(choice, day=day, facility_ids=facility_ids, page=page)
    return Screen(
        choice=made,
        day=day,
        today=today,
        day_label=f"{day:%A}, {day:%B} {day.day}, {day.year}",
        places=read.places,
        programs=read.programs,
        people=read.staff,
        lanes=[_lane(read, person, by_staff[person.id], facility_ids, frame) for person in shown],
        pages=pages,
        lines=view.lines_of(frame.axis),
        length=frame.axis.length,
        first_minute=frame.axis.slots[0].minute if frame.axis.slots else 0,
        interest=Interest(
            made,
            read.span,
            frame,
            tuple(p.id for p in shown),
            {staff_id: view.tally_of(entries) for staff_id, entries in by_staff.items()},
        ),
        clock24=clock24,
        may_book=actor.may(Permission.BOOK),
        may_export=actor.may(Permission.EXPORT),
    )


def _chosen(day: Day, choice: Choice) -> list[StaffOnDay]:
    return [
        person
        for person in day.staff
        if (not choice.staff_ids or person.id in choice.staff_ids)
        and (person.works or not choice.hide_off)
    ]


def _lane(
    day: Day, person: StaffOnDay, entries: list[Entry], facility_ids: tuple[int, ...], frame: Frame
) -> LaneView:
    return LaneView(
        view.head_of(day, person),
        view.shades_of(day, person, facility_ids, frame),
        view.blocks_of(entries, frame),
    )


def _ids(value: Any) -> tuple[int, ...]:
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes)):
        return ()
    return tuple(v for v in value if isinstance(v, int) and not isinstance(v, bool))
