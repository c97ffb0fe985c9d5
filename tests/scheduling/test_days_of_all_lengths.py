"""Days of 23, 23½, 24½ and 25 hours, from the booking to the block on the screen."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from securecare.scheduling import day as days
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.day import Day
from securecare.scheduling.errors import NotWorking
from securecare.scheduling.local_time import TimeDoesNotExist, TimeIsAmbiguous, local_day
from state.schedule_view import Block, Filters, Frame, blocks_of, frame_of, lines_of
from tests.scheduling.world import World

HALF_HOUR = timedelta(minutes=30)

NIGHTS = [
    # zone, the day on which the night ends, hours of a shift from ten to six, hours of that day
    ("America/New_York", date(2027, 3, 14), 7, 23),
    ("America/New_York", date(2027, 11, 7), 9, 25),
    ("Australia/Lord_Howe", date(2027, 10, 3), 7.5, 23.5),
    ("Australia/Lord_Howe", date(2027, 4, 4), 8.5, 24.5),
    ("America/Phoenix", date(2027, 3, 14), 8, 24),
    ("Asia/Kathmandu", date(2027, 11, 7), 8, 24),
]


class Night(World):
    """A shelter with one member of staff, from ten in the evening to six in the morning."""

    def __init__(self, zone: str) -> None:
        super().__init__("Shelter", clock24=True)
        self.zone = ZoneInfo(zone)
        self.place = self.facility("Shelter", zone)
        self.nell = self.staff("Nell Night", self.place)
        self.shift(self.nell, self.place, 22 * 60, 30 * 60)
        self.talk = self.program("Talk", slot_step_minutes=30)

    def book(self, when: WallTime | datetime) -> int:
        from securecare.scheduling.appointments import Wish, book

        wish = Wish(self.customer(), self.talk, self.nell, self.place, when)
        return self.do(book, wish).appointment_id

    def fill(self, day: date) -> list[int]:
        """Book from ten in the evening before, half an hour after half an hour, to the end."""
        at = datetime.combine(day - timedelta(days=1), datetime.min.time(), self.zone)
        at = at.replace(hour=22).astimezone(UTC)
        made = []
        while True:
            try:
                made.append(self.book(at))
            except NotWorking:
                return made
            at += HALF_HOUR

    def open(self, day: date) -> tuple[Day, Frame, list[Block]]:
        """The day as the screen lays it out, whole."""
        read = self.do(days.read, day)
        frame = frame_of(read, [], True, True, Filters())
        return read, frame, blocks_of(read.entries, frame)


@pytest.fixture(params=NIGHTS, ids=lambda night: f"{night[0].split('/')[1]}-{night[1]}")
def night(request, database: str, noon: datetime) -> tuple[Night, date, float, float]:
    zone, day, worked, hours = request.param
    return Night(zone), day, worked, hours


def test_a_night_has_as_many_half_hours_as_really_go_by(night):
    world, day, worked, _ = night
    made = world.fill(day)
    assert len(made) == worked * 2
    rows = [world.row(id_) for id_ in made]
    assert rows[-1].ends_at.astimezone(world.zone).hour == 6
    for row in rows:
        assert row.local_day == row.starts_at.astimezone(world.zone).date()


def test_each_can_be_asked_for_by_what_the_clock_on_the_wall_shows(night):
    """Twice where it shows the same twice, told apart by first and second; never in the gap."""
    world, day, _, _ = night
    found: set[datetime] = set()
    gaps = folds = 0
    resumes: list[datetime | None] = []
    for minute in range(0, 6 * 60, 30):
        try:
            found.add(world.row(world.book(WallTime(day, minute))).starts_at)
        except TimeDoesNotExist as missing:
            gaps += 1
            resumes.append(missing.first_after)
        except TimeIsAmbiguous as twice:
            folds += 1
            for reading in twice.readings:
                id_ = world.book(WallTime(day, minute, reading.fold))
                assert world.row(id_).starts_at == reading.at
                found.add(reading.at)
    assert all(at and local_day(at, world.zone) == day for at in resumes)
    start = datetime.combine(day, datetime.min.time(), world.zone).astimezone(UTC)
    end = datetime.combine(day, datetime.min.time(), world.zone).replace(hour=6).astimezone(UTC)
    assert sorted(found) == [start + n * HALF_HOUR for n in range((end - start) // HALF_HOUR)]
    assert (gaps > 0, folds > 0) == (
        end - start < timedelta(hours=6),
        end - start > timedelta(hours=6),
    )


def test_every_block_stands_where_its_time_is(night):
    world, day, _, hours = night
    world.fill(day)
    read, frame, blocks = world.open(day)
    assert frame.axis.length == hours * 60
    shown = [e for e in read.entries if local_day(e.starts_at, world.zone) == day]
    assert len(blocks) == len(shown) > 0
    for entry, block in zip(shown, blocks, strict=True):
        id_, start, length, column, columns, *_, times, _, _ = block
        assert id_ == entry.id
        assert length == 30
        assert (column, columns) == (0, 1)
        assert frame.axis.instant_at(start, world.zone) == entry.starts_at
        local = entry.starts_at.astimezone(world.zone)
        assert times.startswith(f"{local:%H:%M}")
    starts = [block[1] for block in blocks]
    assert starts == [30 * n for n in range(len(starts))]


def test_the_hour_that_comes_twice_is_on_the_axis_twice(database: str, noon: datetime):
    world = Night("America/New_York")
    _, frame, _ = world.open(date(2027, 11, 7))
    ones = [line for line in lines_of(frame.axis) if line["label"].startswith("01:00")]
    assert [line["again"] for line in ones] == [False, True]
    _, frame, _ = world.open(date(2027, 3, 14))
    assert not [line for line in lines_of(frame.axis) if line["label"].startswith("02:00")]


def test_places_whose_clocks_change_and_do_not_share_one_axis(database: str, noon: datetime):
    """Half past two exists in Phoenix on the morning on which New York has none."""
    world = Night("America/New_York")
    west = world.facility("West", "America/Phoenix")
    wes = world.staff("Wes West", west)
    world.shift(wes, west, 0, 6 * 60)
    day = date(2027, 3, 14)
    made = world.fill(day)
    from securecare.scheduling.appointments import Wish, book

    wish = Wish(world.customer(), world.talk, wes, west, WallTime(day, 150))
    there = world.do(book, wish).appointment_id
    read = world.do(days.read, day)
    frame = frame_of(read, [], True, True, Filters())
    assert frame.axis.length == 24 * 60
    lanes = {
        person.id: blocks_of([e for e in read.entries if e.staff_id == person.id], frame)
        for person in read.staff
    }
    (block,) = lanes[wes]
    assert (block[0], block[1], block[2]) == (there, 150, 30)
    mine = {b[0]: b for b in lanes[world.nell]}
    for id_ in made:
        row = world.row(id_)
        local = row.starts_at.astimezone(world.zone)
        if local.date() == day:
            assert mine[id_][1] == local.hour * 60 + local.minute


def test_days_of_other_zones_begin_and_end_at_their_own_midnight(database: str, noon: datetime):
    """The same instant is the evening in New York and the next morning in Kathmandu."""
    world = Night("Asia/Kathmandu")
    day = date(2027, 1, 19)
    id_ = world.book(WallTime(day, 15))
    assert world.row(id_).starts_at == datetime(2027, 1, 18, 18, 30, tzinfo=UTC)
    assert world.row(id_).local_day == day
    assert [block[0] for block in world.open(day)[2]] == [id_]
    assert world.open(day - timedelta(days=1))[2] == []
