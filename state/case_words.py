"""A case in words: its head, its goals, its scores, and each line of its timeline."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from securecare.casework import standing
from securecare.casework.cases import INTAKE, CaseListed
from securecare.casework.definitions import Answer
from securecare.casework.forms import Version
from securecare.casework.goals import RESULT_LABELS, Goal
from securecare.casework.taking import Score
from securecare.casework.timeline import Entry, Sums
from securecare.customers.absences import REASONS, AbsenceListed
from securecare.foundation.days import short_day

CORRECTABLE = ("intake", "service", "assessment", "goal", "outcome")


@dataclass(frozen=True)
class CaseHead:
    """What stands above a case."""

    id: int = 0
    number: str = ""
    title: str = ""
    program: str = ""
    facility: str = ""
    lead: str = ""
    since: str = ""
    status: str = ""
    status_label: str = ""
    status_since: str = ""
    given: str = ""
    """How many services, and how long they took."""
    href: str = ""
    """The way back to all cases."""


@dataclass(frozen=True)
class GoalView:
    """A goal, and what came of it last."""

    id: int
    entry_id: int
    words: str
    measure: str
    target: str
    due: str
    late: bool
    result: str
    result_label: str
    result_when: str


@dataclass(frozen=True)
class ScoreView:
    """One line of the table that says what the chart shows."""

    id: int
    when: str
    score: str
    change: str
    version: str


@dataclass(frozen=True)
class LineView:
    """One line of the timeline. Leaves have a key of their own and no id."""

    key: str
    id: int
    root: int
    """Of the first wording, where it was corrected."""
    kind: str
    status: str
    when: str
    title: str
    detail: str
    note: str
    by: str
    struck: bool
    why: str
    may_correct: bool
    may_strike: bool
    has_answers: bool


@dataclass(frozen=True)
class ChoiceView:
    """One answer that a question offers."""

    value: str
    words: str
    points: str
    chosen: bool


@dataclass(frozen=True)
class QuestionView:
    """A question as the form asks it."""

    number: int
    """Counted from 0; the name of its field ends with it."""
    name: str
    words: str
    optional: bool
    choices: list[ChoiceView]
    text: str
    error: str = ""


def question_views(version: Version, given: tuple[Answer, ...] = ()) -> list[QuestionView]:
    """The questions of a version, with what was answered before."""
    answers = [*given, *[None] * len(version.definition.questions)]
    return [
        QuestionView(
            number,
            f"answer-{number}",
            question.words,
            question.optional,
            [
                ChoiceView(str(place), choice.words, _points(choice.score), answer == place)
                for place, choice in enumerate(question.choices)
            ],
            answer if isinstance(answer, str) else "",
        )
        for number, (question, answer) in enumerate(
            zip(version.definition.questions, answers, strict=False)
        )
    ]


def zoned(at: datetime, zone: ZoneInfo) -> str:
    """The day of a moment there."""
    return short_day(at.astimezone(zone).date())


def head(row: CaseListed, sums: Sums, zone: ZoneInfo) -> CaseHead:
    """The head in words."""
    services = "1 service" if sums.services == 1 else f"{sums.services:,} services"
    return CaseHead(
        row.id,
        str(row.number),
        row.title,
        row.program,
        row.facility,
        row.lead or "Nobody yet",
        short_day(row.intake_on),
        row.status,
        standing.LABELS[row.status],
        zoned(row.status_at, zone),
        f"{services}, {_long(sums.minutes)}" if sums.minutes else services,
        f"/customers/{row.customer_id}/cases",
    )


def goal(each: Goal, today: date, zone: ZoneInfo) -> GoalView:
    """A goal in words."""
    label = RESULT_LABELS.get(each.result, "Nothing noted yet")
    return GoalView(
        each.id,
        each.entry_id,
        each.words,
        each.measure,
        each.target,
        short_day(each.due_on) if each.due_on else "",
        each.due_on is not None and each.due_on < today and each.result != "met",
        each.result,
        f"{label}: {each.value}" if each.value else label,
        zoned(each.result_at, zone) if each.result_at else "",
    )


def points(
    scores: list[Score], zone: ZoneInfo
) -> tuple[list[dict[str, str | float]], list[float], str]:
    """What the chart draws, from where to where it reaches, and in what unit.

    Versions with different ranges are drawn as the share of the points that could be had.
    """
    unit, ranges = "", {(each.lowest, each.highest) for each in scores}
    if len(ranges) == 1:
        lowest, highest = ranges.pop()
        drawn = [float(each.score) for each in scores]
    else:
        lowest, highest, unit = 0, 100, "%"
        drawn = [
            round(100 * (each.score - each.lowest) / (each.highest - each.lowest or 1), 1)
            for each in scores
        ]
    made: list[dict[str, str | float]] = [
        {"name": zoned(each.at, zone), "score": value}
        for each, value in zip(scores, drawn, strict=True)
    ]
    return made, [float(lowest), float(highest)], unit


def about_scores(scores: list[Score]) -> str:
    """The chart in a sentence, for those who do not see it."""
    if not scores:
        return ""
    first, last = scores[0], scores[-1]
    better = "More" if last.better == "higher" else "Fewer"
    said = f"{better} points are better."
    if len({(each.lowest, each.highest) for each in scores}) > 1:
        said += " Versions have different top scores, so the chart shows percentages."
    if len(scores) > 1:
        said += f" From {_of(first)} to {_of(last)}{_direction(first, last)}."
    return said


def score_rows(scores: list[Score], zone: ZoneInfo) -> list[ScoreView]:
    """The same as a table, the latest first."""
    rows, before = [], None
    for each in scores:
        change = "" if before is None or not _alike(before, each) else _change(before, each)
        rows.append(
            ScoreView(
                each.entry_id, zoned(each.at, zone), _of(each), change, f"Version {each.number}"
            )
        )
        before = each
    return rows[::-1]


def answers(version: Version, entry: Entry) -> list[list[str]]:
    """Each question with what was answered and what that counts."""
    given = [*entry.said["answers"], *[None] * len(version.definition.questions)]
    return [
        [
            question.words,
            question.said(answer) or "Not answered",
            _points(question.score(answer)) if question.choices and answer is not None else "",
        ]
        for question, answer in zip(version.definition.questions, given, strict=False)
    ]


def line(each: Entry | AbsenceListed, zone: ZoneInfo, may_change: bool) -> LineView:
    """A line of the timeline in words."""
    return _entry(each, zone, may_change) if isinstance(each, Entry) else _leave(each, zone)


def _entry(each: Entry, zone: ZoneInfo, may_change: bool) -> LineView:
    title, detail, note = _told(each)
    noted = zoned(each.made_at, zone)
    when = zoned(each.at, zone)
    return LineView(
        f"entry-{each.id}",
        each.id,
        each.root_id or 0,
        each.kind,
        each.status,
        when,
        title,
        detail,
        note,
        _by(each, noted if noted != when else ""),
        each.struck,
        each.said.get("why", ""),
        may_change and each.kind in CORRECTABLE,
        may_change and each.kind in CORRECTABLE and each.kind != "intake" and not each.struck,
        each.kind == "assessment",
    )


def _leave(each: AbsenceListed, zone: ZoneInfo) -> LineView:
    first, last = (at.astimezone(zone).date() for at in (each.starts_at, each.ends_at))
    until = "" if first == last else f"until {short_day(last)}"
    return LineView(
        f"leave-{each.id}",
        0,
        0,
        "absence",
        "",
        short_day(first),
        f"Authorized absence: {REASONS[each.reason]}",
        until,
        each.words,
        f"Approved by {each.approver}",
        False,
        "",
        False,
        False,
        False,
    )


def _told(each: Entry) -> tuple[str, str, str]:
    """Title, detail and note of an entry."""
    said = each.said
    if each.kind == "service":
        return each.title, _amount(each), said["note"]
    if each.kind == "assessment":
        version = f"version {each.number}"
        return f"{each.form}: {each.score} of {each.highest}", version, said["note"]
    if each.kind == "goal":
        due = f"by {short_day(each.due_on)}" if each.due_on else ""
        parts = (said["measure"], said["target"], due)
        return f"Goal: {said['words']}", " · ".join(part for part in parts if part), ""
    if each.kind == "outcome":
        detail = f"{RESULT_LABELS[each.result]}{': ' if said['value'] else ''}{said['value']}"
        return f"Outcome: {each.goal}", detail, said["note"]
    if each.kind == "status":
        return (
            _moved(each),
            standing.REASONS.get(each.status, {}).get(each.reason, ""),
            said["words"],
        )
    return "Intake", "", intake_text(each)


def intake_text(each: Entry) -> str:
    """What was said at the intake, one thing below the other."""
    return "\n".join(
        f"{label}: {each.said[name]}" for name, label in INTAKE.items() if each.said[name]
    )


def _moved(each: Entry) -> str:
    if each.reason == standing.BEGUN:
        return "Case opened"
    return {"open": "Reopened", "on_hold": "Put on hold", "closed": "Closed"}[each.status]


def _by(each: Entry, noted: str) -> str:
    """Who did it, who noted it if that was somebody else, and when if that was another day."""
    noted_by = f" by {each.by}" if each.by and each.staff and each.by != each.staff else ""
    noted_on = f" on {noted}" if noted else ""
    parts = (each.staff or each.by, f"noted{noted_by}{noted_on}" if noted_by or noted_on else "")
    return ", ".join(part for part in parts if part)


def _amount(each: Entry) -> str:
    parts = []
    if each.minutes:
        parts.append(_long(each.minutes))
    if each.quantity:
        parts.append(f"{each.quantity:,} given")
    return " · ".join(parts)


def _long(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours:,} h {rest} min" if rest else f"{hours:,} h"


def _of(each: Score) -> str:
    return f"{each.score} of {each.highest}"


def _alike(one: Score, other: Score) -> bool:
    return (one.lowest, one.highest) == (other.lowest, other.highest)


def _share(each: Score) -> float:
    return (each.score - each.lowest) / (each.highest - each.lowest or 1)


def _direction(first: Score, last: Score) -> str:
    difference = _share(last) - _share(first)
    if abs(difference) < 0.005:
        return ", no change"
    return ", better" if (difference > 0) == (last.better == "higher") else ", worse"


def _change(before: Score, each: Score) -> str:
    difference = each.score - before.score
    return f"{difference:+d}{_direction(before, each)}" if difference else "no change"


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count:,} points"
