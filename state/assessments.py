"""Forms of assessments: the list, the draft of one, and what was published."""

from dataclasses import replace
from typing import Any

import reflex as rx

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.casework import forms
from securecare.casework.definitions import (
    HIGHEST_SCORE,
    MOST_CHOICES,
    MOST_QUESTIONS,
    Choice,
    Definition,
    Question,
)
from securecare.casework.forms import FormForm
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import Complaints, NotAccepted, Overtaken
from state.assessment_views import (
    NAMES,
    ChoiceDraft,
    FormView,
    QuestionDraft,
    VersionView,
    form_differences,
    form_view,
    published,
)
from state.editing import NEW, Editing
from state.filled_in import FilledIn
from state.gate import needs
from state.live import hub
from state.live_pages import live_page
from state.read import whole_number
from state.work import acting, work, work_as

TOPIC = "assessments"
CONFIGURES = Permission.CONFIGURE_PROGRAMS
NO_POINTS = "Enter whole points, such as 0 or 3."


class AssessmentsState(Editing, rx.State):
    """The forms on screen, and the one that is open."""

    loaded: bool = False
    rows: list[FormView] = []
    may_change: bool = False
    draft: FormView = FormView()
    draft_questions: list[QuestionDraft] = []
    versions: list[VersionView] = []
    versions_open: bool = False
    versions_of: str = ""

    _editing: int = 0
    _version: int = 0
    _next_key: int = 0
    _wish: FormForm | None = None

    @rx.event
    @needs(CONFIGURES)
    async def open_page(self):
        """Show the list, and keep it current."""
        hub.watch(TOPIC, self, None)
        self._saved()
        self.versions_open = False
        await self._read_again(acting())

    @rx.event
    @needs(CONFIGURES)
    async def start_new(self):
        """Open an empty form."""
        self._open_draft(NEW, FormView(), Definition(), 0)
        self._add(QuestionDraft(self._key(), choices=self._empty_choices()))

    @rx.event
    @needs(CONFIGURES)
    async def edit(self, form_id: Any):
        """Open the draft of a form."""
        row = await work(forms.one, whole_number(form_id) or 0)
        self._open_draft(row.id, form_view(row), row.form.definition, row.version)

    @rx.event
    @needs(CONFIGURES)
    async def add_question(self, in_words: Any):
        """Put an empty question below the others."""
        if len(self.draft_questions) < MOST_QUESTIONS and self.drawer_open:
            choices = [] if in_words is True else self._empty_choices()
            self._add(QuestionDraft(self._key(), choices=choices, optional=in_words is True))

    @rx.event
    @needs(CONFIGURES)
    async def drop_question(self, key: Any):
        """Take a question out."""
        self.draft_questions = [each for each in self.draft_questions if each.key != key]

    @rx.event
    @needs(CONFIGURES)
    async def move_up(self, key: Any):
        """Ask a question earlier."""
        order = list(self.draft_questions)
        at = next((n for n, each in enumerate(order) if each.key == key), 0)
        if at > 0:
            order[at - 1], order[at] = order[at], order[at - 1]
            self.draft_questions = order

    @rx.event
    @needs(CONFIGURES)
    async def add_choice(self, key: Any):
        """Offer one more answer."""
        self.draft_questions = [
            replace(each, choices=[*each.choices, ChoiceDraft(self._key())])
            if each.key == key and len(each.choices) < MOST_CHOICES
            else each
            for each in self.draft_questions
        ]

    @rx.event
    @needs(CONFIGURES)
    async def drop_choice(self, key: Any, choice_key: Any):
        """Offer an answer no more."""
        self.draft_questions = [
            replace(each, choices=[one for one in each.choices if one.key != choice_key])
            if each.key == key
            else each
            for each in self.draft_questions
        ]

    @rx.event
    @needs(CONFIGURES)
    async def save(self, form: dict[str, Any]):
        """Save the draft, or say beside each field why not."""
        read = FilledIn(form)
        self._wish = FormForm(
            read.text("name"),
            read.text("description"),
            Definition(
                tuple(_question(read, each) for each in self.draft_questions), read.text("better")
            ),
        )
        if read.complaints:
            self._complain(NotAccepted(self._placed(self._wish.complaints()) | read.complaints))
            return None
        return await self._store()

    @rx.event
    @needs(CONFIGURES)
    async def keep_mine(self):
        """Save what was typed over what somebody else saved."""
        if not self.differences:
            return None
        self._version = (await work(forms.one, self._editing)).version
        return await self._store()

    @rx.event
    @needs(CONFIGURES)
    async def take_theirs(self):
        """Leave what was typed, and show what is saved."""
        row = await work(forms.one, self._editing)
        self._open_draft(row.id, form_view(row), row.form.definition, row.version)

    @rx.event
    @needs(CONFIGURES)
    async def publish(self, form_id: Any, version: Any):
        """Ask with the draft from now on."""
        wanted = whole_number(form_id) or 0
        try:
            number = await work(forms.publish, wanted, whole_number(version) or 0)
        except DomainError as refusal:
            await self._read_again(acting())
            if isinstance(refusal, Overtaken):
                who = refusal.changed_by or "Somebody else"
                return rx.toast.error(
                    f"{who} changed this form meanwhile. Nothing is published: look at it again."
                )
            return rx.toast.error(refusal.message)
        await self._read_again(acting())
        return rx.toast.success(f"Version {number} is what is asked with from now on.")

    @rx.event
    @needs(CONFIGURES)
    async def set_active(self, form_id: Any, active: Any):
        """Ask with a form again, or no more."""
        row = await work(forms.one, whole_number(form_id) or 0)
        await work(forms.set_active, row.id, active is True)
        await self._read_again(acting())
        said = "is offered again" if active is True else "is no longer offered"
        return rx.toast.success(f"{row.form.name} {said}.")

    @rx.event
    @needs(CONFIGURES)
    async def show_versions(self, form_id: Any):
        """Show everything that was published of a form."""
        row = await work(forms.one, whole_number(form_id) or 0)
        found = await work(forms.versions, row.id)
        self.versions, self.versions_of = [published(each) for each in found], row.form.name
        self.versions_open = True

    @rx.event
    @needs(CONFIGURES)
    async def open_versions(self, opened: Any):
        """Close them; only the button opens them."""
        if opened is not True:
            self.versions_open, self.versions = False, []

    def _open_draft(self, id_: int, view: FormView, definition: Definition, version: int) -> None:
        self._start(NAMES)
        self._editing, self._version, self.draft = id_, version, view
        self.draft_questions = [self._drafted(each) for each in definition.questions]

    def _drafted(self, question: Question) -> QuestionDraft:
        choices = [
            ChoiceDraft(self._key(), each.words, str(each.score)) for each in question.choices
        ]
        return QuestionDraft(self._key(), question.words, question.optional, choices)

    def _empty_choices(self) -> list[ChoiceDraft]:
        return [ChoiceDraft(self._key(), points=str(points)) for points in (0, 1)]

    def _add(self, question: QuestionDraft) -> None:
        self.draft_questions = [*self.draft_questions, question]

    def _key(self) -> int:
        self._next_key += 1
        return self._next_key

    def _complain(self, refusal: NotAccepted) -> None:
        """Put what is wrong with a question beside it."""
        super()._complain(refusal)
        said = refusal.complaints
        self.draft_questions = [
            replace(
                each,
                error=said.get(f"words-{each.key}", ""),
                choices_error=said.get(f"choices-{each.key}", ""),
                choices=[
                    replace(one, error=said.get(f"choice-{one.key}", "")) for one in each.choices
                ],
            )
            for each in self.draft_questions
        ]

    def _placed(self, complaints: Complaints) -> Complaints:
        """Complaints by place, as the domain tells them, by the keys of what is on screen."""
        placed: Complaints = {}
        for name, said in complaints.items():
            parts = name.split(".")
            if len(parts) < 3:
                placed[name] = said
                continue
            question = self.draft_questions[int(parts[1])]
            if parts[2] == "words":
                placed[f"words-{question.key}"] = said
            elif len(parts) == 3:
                placed[f"choices-{question.key}"] = said
            else:
                placed[f"choice-{question.choices[int(parts[3])].key}"] = said
        return placed

    async def _store(self) -> Any:
        wish = self._wish
        if wish is None or not self.drawer_open:
            return None
        try:
            if self._editing == NEW:
                await work(forms.add, wish)
            else:
                await work(forms.change, self._editing, self._version, wish)
        except NotAccepted as refusal:
            self._complain(NotAccepted(self._placed(refusal.complaints)))
            return None
        except Overtaken as refusal:
            theirs = await work(forms.one, self._editing)
            self._overtaken(refusal, form_differences(wish, theirs.form))
            return None
        self._saved()
        await self._read_again(acting())
        return rx.toast.success("The draft is saved. Publish it when it is to be asked with.")

    async def _read_again(self, actor: Actor) -> None:
        self.rows = [form_view(row) for row in await work_as(actor, forms.listed)]
        self.may_change = forms.may_configure(actor)
        self.loaded = True


def _question(read: FilledIn, draft: QuestionDraft) -> Question:
    choices = []
    for each in draft.choices:
        points = whole_number(read.text(f"points-{each.key}"), -HIGHEST_SCORE, HIGHEST_SCORE)
        if points is None:
            read.complaints[f"choice-{each.key}"] = NO_POINTS
        choices.append(Choice(read.text(f"choice-{each.key}"), points or 0))
    return Question(
        read.text(f"words-{draft.key}"), tuple(choices), read.flag(f"optional-{draft.key}")
    )


live_page(TOPIC, ("assessment_form", "assessment_version"), AssessmentsState)
