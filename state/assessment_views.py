"""Forms of assessments in words: their cards, their drafts, and what was published."""

from dataclasses import dataclass, field

from securecare.casework.definitions import BETTER, Definition
from securecare.casework.forms import MOST_COUNTED, FormForm, FormListed, Version
from securecare.foundation.days import short_day
from state.editing import Difference
from state.moments import ago

NAMES = {
    "name": "Name",
    "description": "What it is for",
    "better": "Which way is better",
    "questions": "Questions",
}


@dataclass(frozen=True)
class ChoiceDraft:
    """An answer of the open form."""

    key: int
    words: str = ""
    points: str = ""
    error: str = ""


@dataclass(frozen=True)
class QuestionDraft:
    """A question of the open form; without choices it is answered in words."""

    key: int
    words: str = ""
    optional: bool = False
    choices: list[ChoiceDraft] = field(default_factory=list)
    error: str = ""
    choices_error: str = ""


@dataclass(frozen=True)
class FormView:
    """A form as its card and its drawer show it."""

    id: int = 0
    name: str = ""
    description: str = ""
    better: str = "higher"
    questions: list[str] = field(default_factory=list)
    more: str = ""
    """How many questions follow those that are shown."""
    reach: str = ""
    published: str = ""
    unpublished: bool = True
    taken: str = ""
    active: bool = True
    version: int = 0


@dataclass(frozen=True)
class VersionView:
    """A version that was published, with its questions and what each answer counts."""

    number: str
    name: str
    when: str
    reach: str
    questions: list[list[str]]


def form_view(row: FormListed) -> FormView:
    definition = row.form.definition
    words = [question.words for question in definition.questions]
    latest = row.latest
    published = ""
    if latest is not None and latest.made_at is not None:
        published = f"Version {latest.number}, published {ago(latest.made_at)}"
    times = "once" if row.taken == 1 else f"{row.taken:,} times"
    if row.taken >= MOST_COUNTED:
        times += " or more"
    return FormView(
        row.id,
        row.form.name,
        row.form.description,
        definition.better,
        words[:4],
        f"and {len(words) - 4} more" if len(words) > 4 else "",
        _reach(definition),
        published,
        row.unpublished,
        f"Taken {times}" if row.taken else "Not taken yet",
        row.active,
        row.version,
    )


def _reach(definition: Definition) -> str:
    return (
        f"{definition.lowest} to {definition.highest} points, {BETTER[definition.better].lower()}"
    )


def published(version: Version) -> VersionView:
    by = f" by {version.by}" if version.by else ""
    return VersionView(
        str(version.number),
        version.name,
        f"Published {short_day(version.made_at.date())}{by}" if version.made_at else "",
        _reach(version.definition),
        [
            [
                question.words,
                " · ".join(f"{each.words} ({each.score})" for each in question.choices)
                or "Answered in words",
            ]
            for question in version.definition.questions
        ],
    )


def form_differences(mine: FormForm, theirs: FormForm) -> list[Difference]:
    def said(form: FormForm) -> dict[str, str]:
        count = len(form.definition.questions)
        return {
            "name": form.name or "–",
            "description": form.description or "–",
            "better": BETTER.get(form.definition.better, "–"),
            "questions": f"{count} questions, up to {form.definition.highest} points",
        }

    one, other = said(mine), said(theirs)
    found = [
        Difference(NAMES[name], one[name], other[name])
        for name in NAMES
        if one[name] != other[name]
    ]
    return found or [Difference("Questions", "Worded differently", "Worded differently")]
