"""What an assessment asks and what each answer counts: plain values, nothing of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from securecare.foundation.forms import Complaints, complain_of_number, complain_of_text

MOST_QUESTIONS = 60
MOST_CHOICES = 12
LONGEST_ANSWER = 2000
HIGHEST_SCORE = 1000
BETTER = {"higher": "More points are better", "lower": "Fewer points are better"}

Answer = int | str | None
"""Which choice, counted from 0; words, where the question offers none; or left open."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a question offers, and what it counts."""

    words: str
    score: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Without choices it is answered in words, which count nothing."""

    words: str
    choices: tuple[Choice, ...] = ()
    optional: bool = False

    @property
    def lowest(self) -> int:
        """The least it can count."""
        return min(self._scores(), default=0)

    @property
    def highest(self) -> int:
        """The most it can count."""
        return max(self._scores(), default=0)

    def _scores(self) -> list[int]:
        return [choice.score for choice in self.choices] + ([0] if self.optional else [])

    def complaint(self, answer: Answer) -> str:
        """Why it cannot be answered so, or ""."""
        if answer in (None, ""):
            return "" if self.optional else "Answer this question."
        if self.choices:
            known = isinstance(answer, int) and not isinstance(answer, bool)
            return "" if known and 0 <= int(answer) < len(self.choices) else "Choose one of these."
        found: Complaints = {}
        complain_of_text(
            found, "answer", str(answer).replace("\n", " "), "an answer", LONGEST_ANSWER
        )
        return found.get("answer", "")

    def score(self, answer: Answer) -> int:
        """What the answer counts."""
        return self.choices[answer].score if self.choices and isinstance(answer, int) else 0

    def said(self, answer: Answer) -> str:
        """The answer in words, "" where it was left open."""
        if self.choices and isinstance(answer, int):
            return self.choices[answer].words
        return answer if isinstance(answer, str) else ""


@dataclass(frozen=True, slots=True)
class Definition:
    """All questions of a form, and which way is better."""

    questions: tuple[Question, ...] = ()
    better: str = "higher"

    @property
    def lowest(self) -> int:
        """The least the whole can count."""
        return sum(question.lowest for question in self.questions)

    @property
    def highest(self) -> int:
        """The most the whole can count."""
        return sum(question.highest for question in self.questions)

    def complaints(self) -> Complaints:
        """What cannot stay as it is while it is being written, by "questions.0.words" and the like."""
        found: Complaints = {}
        if self.better not in BETTER:
            found["better"] = "Choose which way is better."
        if len(self.questions) > MOST_QUESTIONS:
            found["questions"] = f"{MOST_QUESTIONS} questions at most."
        for number, question in enumerate(self.questions):
            at = f"questions.{number}"
            complain_of_text(found, f"{at}.words", question.words, "the question", 300)
            if len(question.choices) > MOST_CHOICES:
                found[f"{at}.choices"] = f"{MOST_CHOICES} choices at most."
            for place, choice in enumerate(question.choices):
                one = f"{at}.choices.{place}"
                complain_of_text(found, one, choice.words, "the answer", 200)
                complain_of_number(
                    found, f"{one}.score", choice.score, -HIGHEST_SCORE, HIGHEST_SCORE, "points"
                )
            if len({choice.words.casefold() for choice in question.choices}) < len(
                question.choices
            ):
                found.setdefault(f"{at}.choices", "Two of these answers read the same.")
        return found

    def unready(self) -> Complaints:
        """What more keeps it from being published."""
        found = self.complaints()
        if not self.questions:
            found["questions"] = "Add at least one question before you publish the form."
        elif self.highest == self.lowest:
            found.setdefault(
                "questions", "Give at least one question answers that count differently."
            )
        for number, question in enumerate(self.questions):
            if len(question.choices) == 1:
                found.setdefault(f"questions.{number}.choices", "Offer a second answer, or none.")
        return found

    def unanswered(self, answers: Sequence[Answer]) -> dict[int, str]:
        """Which answers cannot stay, by the number of their question counted from 0."""
        said = [*answers, *[None] * (len(self.questions) - len(answers))]
        complaints = (q.complaint(a) for q, a in zip(self.questions, said, strict=False))
        return {number: each for number, each in enumerate(complaints) if each}

    def score(self, answers: Sequence[Answer]) -> int:
        """What the answers count together."""
        return sum(q.score(a) for q, a in zip(self.questions, answers, strict=False))

    def stored(self) -> dict[str, Any]:
        """As it is kept in the database."""
        return {
            "better": self.better,
            "questions": [
                {
                    "words": question.words,
                    "optional": question.optional,
                    "choices": [{"words": c.words, "score": c.score} for c in question.choices],
                }
                for question in self.questions
            ],
        }


def restored(kept: Mapping[str, Any]) -> Definition:
    """What `stored` gave."""
    return Definition(
        tuple(
            Question(
                each["words"],
                tuple(Choice(choice["words"], choice["score"]) for choice in each["choices"]),
                each["optional"],
            )
            for each in kept["questions"]
        ),
        kept["better"],
    )
