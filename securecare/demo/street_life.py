"""A year on the street: what was planned, held and cancelled, and how the shelves kept up with it."""

import math
import uuid
from datetime import datetime, timedelta
from random import Random

from securecare.demo.plans import OrganizationPlan
from securecare.demo.street import Agenda, Line, Outing, Pieces, Shelves, Street, days_of
from securecare.demo.street_plans import LinePlan, ServicePlan, StreetPlan, counted
from securecare.demo.street_storeroom import Storerooms
from securecare.scheduling.local_time import local_day

CANCELLED = 0.06
NOTES = (
    "Rain from noon on; fewer people than usual.",
    "Two new faces asked about beds. Handed on to intake.",
    "Ran out of seats, not of food.",
    "The street was closed for a parade, so we stood at the corner.",
    "Three volunteers from the college came along.",
    "Quiet. Left the rest with the night shelter.",
)
WHY_NOT = (
    "Cancelled: thunderstorm warning.",
    "Cancelled: the van was in the workshop.",
    "Cancelled: not enough hands that day.",
)


def live(plan: OrganizationPlan, street: StreetPlan, now: datetime, seed: int = 1) -> Street:
    """What happened until `now`: the same for the same arguments."""
    now = now.replace(second=0, microsecond=0)
    zones = [each.time_zone for each in plan.facilities]
    told = Street(street, [local_day(now, zone) for zone in zones], now)
    draws = Random(f"{seed} street {plan.name}")
    agenda, shelves = Agenda(zones), Shelves(told)
    storerooms = Storerooms(told, shelves, agenda, draws)
    storerooms.foresee()
    Rounds(told, shelves, agenda, storerooms, draws).foresee()
    agenda.run(now)
    storerooms.begin_count()
    return told


class Rounds:
    """The services' sessions: planned, then completed or cancelled."""

    def __init__(
        self,
        street: Street,
        shelves: Shelves,
        agenda: Agenda,
        storerooms: Storerooms,
        draws: Random,
    ) -> None:
        self.street, self.shelves, self.agenda, self.draws = street, shelves, agenda, draws
        self.storerooms, self.plan = storerooms, street.plan
        self.templates = {each.name: n for n, each in enumerate(self.plan.templates)}

    def foresee(self) -> None:
        """Put every session's planning and ending on the agenda."""
        for place, service in enumerate(self.plan.services):
            today = self.street.today[service.facility]
            days = days_of(service, today, today + timedelta(days=service.ahead))
            for number, day in enumerate(days, 1):
                planned_on = day - timedelta(days=service.ahead)
                at = self.agenda.at(service.facility, planned_on, 555 + place)
                self._foresee(service, Outing(place, number, day, at), day < today)

    def _foresee(self, service: ServicePlan, outing: Outing, is_past: bool) -> None:
        facility, (starts, ends) = service.facility, service.hours
        self.agenda.later(outing.made_at, lambda at: self._plan(service, outing, at))
        if not is_past:
            return
        if self.draws.random() < CANCELLED:
            at = self.agenda.at(facility, outing.held_on, starts - 100)
            self.agenda.later(at, lambda at: self._cancel(outing, at))
        else:
            minute = ends + self.draws.randrange(10, 40)
            at = self.agenda.at(facility, outing.held_on, minute)
            self.agenda.later(at, lambda at: self._complete(service, outing, at))

    def _plan(self, service: ServicePlan, outing: Outing, at: datetime) -> None:
        outing.place = len(self.street.outings)
        self.street.outings.append(outing)
        outing.lines = [self._line(plan, at) for plan in service.lines]
        template = self.templates.get(service.template)
        if template is not None:
            until = self.street.now - timedelta(days=self.plan.templates[template].used_until)
            if at <= until and self.draws.random() < 0.93:
                outing.template = template
                outing.form_key = uuid.UUID(int=self.draws.getrandbits(128), version=4)
        wanted = self._pieces(outing)
        self._fetch(service.facility, wanted, at)
        for item, quantity in sorted(wanted.items()):
            self.shelves.move(
                at, service.facility, item, "reserved", reserved=quantity, session=outing.place
            )

    def _line(self, plan: LinePlan, at: datetime) -> Line:
        quantity = max(1, round(plan.quantity * self.draws.uniform(0.85, 1.12)))
        if plan.quantity == 1:
            quantity = 1
        return Line(plan, quantity, self._version(plan.what, at))

    def _version(self, what: str, at: datetime) -> int:
        bundle = self.storerooms.bundles.get(what)
        if bundle is None or not bundle.before:
            return 1
        return 1 if at < self.street.now - timedelta(days=bundle.changed) else 2

    def _fetch(self, facility: int, wanted: Pieces, at: datetime) -> None:
        """What is missing is bought on the way, in round dozens."""
        missing = {
            item: -(-(quantity - self.shelves.available(facility, item)) // 12) * 12
            for item, quantity in wanted.items()
            if quantity > self.shelves.available(facility, item)
        }
        if missing:
            self.storerooms.receive(facility, at, missing, "Corner Cash & Carry")

    def _pieces(self, outing: Outing, given: bool = False) -> Pieces:
        """Bundles taken apart."""
        pieces: Pieces = {}
        for line in outing.lines:
            times = (line.given if given else line.quantity) or 0
            for item, quantity in self._made_of(line).items():
                pieces[item] = pieces.get(item, 0) + times * quantity
        return pieces

    def _made_of(self, line: Line) -> Pieces:
        if line.plan.is_free:
            return {}
        bundle = self.storerooms.bundles.get(line.plan.what)
        if bundle is None:
            return {self.shelves.places[line.plan.what]: 1}
        names = bundle.before if bundle.before and line.version == 1 else bundle.pieces
        return {self.shelves.places[name]: times for name, times in counted(names).items()}

    def _complete(self, service: ServicePlan, outing: Outing, at: datetime) -> None:
        outing.status, outing.ended_at = "completed", at
        for line in outing.lines:
            line.given = self._given(line.quantity)
        outing.notes = self.draws.choice(NOTES) if self.draws.random() < 0.3 else ""
        first = outing.lines[0].given or 0
        outing.people_served = math.ceil(first * self.draws.uniform(0.8, 1.05))
        self._commit(service.facility, outing, at)
        starts, ends = service.hours
        for worker in service.workers:
            if self.draws.random() < 0.88:
                minutes = ends - starts + self.draws.choice((30, 45, 60, 60, 75))
                outing.work.append((worker.name, minutes, worker.rate_cents))

    def _given(self, planned: int) -> int:
        drawn = self.draws.random()
        if drawn < 0.62:
            return planned
        if drawn < 0.95:
            return math.floor(planned * self.draws.uniform(0.72, 0.98))
        return planned + max(1, planned // 20)

    def _commit(self, facility: int, outing: Outing, at: datetime) -> None:
        """More than was kept only as far as it is there; what was kept too much is set free."""
        kept, given = self._pieces(outing), self._pieces(outing, given=True)
        if any(
            pieces - kept[item] > self.shelves.available(facility, item)
            for item, pieces in given.items()
        ):
            for line in outing.lines:
                line.given = min(line.given or 0, line.quantity)
            given = self._pieces(outing, given=True)
        for item, pieces in sorted(given.items()):
            more = pieces - kept[item]
            if more:
                kind = "reserved" if more > 0 else "released"
                self.shelves.move(at, facility, item, kind, reserved=more, session=outing.place)
            if pieces:
                self.shelves.move(
                    at, facility, item, "committed", -pieces, -pieces, session=outing.place
                )

    def _cancel(self, outing: Outing, at: datetime) -> None:
        outing.status, outing.ended_at = "cancelled", at
        outing.notes = self.draws.choice(WHY_NOT)
        facility = self.plan.services[outing.service].facility
        for item, quantity in sorted(self._pieces(outing).items()):
            self.shelves.move(
                at, facility, item, "released", reserved=-quantity, session=outing.place
            )
