"""What the demo's cases are about: forms to assess with, and stories of how help went."""

from dataclasses import dataclass

from securecare.casework.cases import Intake
from securecare.casework.definitions import Choice, Definition, Question
from securecare.casework.forms import FormForm


def _asked(words: str, *answers: str) -> Question:
    """A question whose answers count 0, 1, 2 and so on."""
    return Question(words, tuple(Choice(each, count) for count, each in enumerate(answers)))


_ROOF = (
    _asked(
        "Where did you sleep most nights of the last two weeks?",
        "Outside, in a car or in a public place",
        "In a shelter",
        "With friends or family",
        "In a place of my own",
    ),
    _asked(
        "How sure are you that you can stay there for the next three months?",
        "Not at all",
        "I hope so",
        "Quite sure",
        "Certain",
    ),
    _asked(
        "Could the rent for next month be paid?",
        "No, and I see no way",
        "Only with help",
        "Probably",
        "Yes",
    ),
    _asked(
        "Is the place safe and dry, with a door that locks?",
        "None of it",
        "Some of it",
        "Most of it",
        "All of it",
    ),
)
_LETTERS = _asked(
    "How do you get along with landlord and neighbors?",
    "There is a notice or a complaint",
    "Tense",
    "Well enough",
    "Well",
)
_FREE = Question("What would help most before we meet again?", optional=True)
ROOF = FormForm(
    "A Roof That Lasts",
    "How steady the housing is; asked every month.",
    Definition((*_ROOF, _FREE)),
)
ROOF_LATER = FormForm(ROOF.name, ROOF.description, Definition((*_ROOF, _LETTERS, _FREE)))
WEEK = FormForm(
    "How the Week Went",
    "A short look at sleep, company and spirits.",
    Definition(
        (
            _asked(
                "I slept enough to get through the day.",
                "Never",
                "Some days",
                "Most days",
                "Always",
            ),
            _asked("I had somebody to talk to.", "Never", "Some days", "Most days", "Always"),
            _asked("I ate at least two proper meals.", "Never", "Some days", "Most days", "Always"),
            _asked(
                "I did something I had planned to do.", "Never", "Some days", "Most days", "Always"
            ),
            _asked("I felt able to handle what came.", "Never", "Some days", "Most days", "Always"),
            Question("Anything that weighed on you, or lifted you up?", optional=True),
        )
    ),
)
WORRIES = FormForm(
    "What Presses Most",
    "Which worries are there and how large they are: fewer points are better.",
    Definition(
        tuple(
            _asked(words, "No worry", "A small one", "A large one", "The largest of all")
            for words in (
                "Money and debts",
                "Papers, benefits and offices",
                "Health, pain or medication",
                "Family and children",
                "Safety where I stay",
            )
        ),
        "lower",
    ),
)


@dataclass(frozen=True, slots=True)
class Story:
    """A case from intake to now. Days count from the intake."""

    title: str
    program: str
    """The name of the program it belongs to, where the organization has one of that name."""
    days_ago: int
    intake: Intake
    services: tuple[tuple[str, str, str], ...]
    """Names, notes, and what a quantity counts where it is not minutes."""
    goals: tuple[tuple[str, str, str], ...]
    """Words, measure and target."""
    forms: tuple[FormForm, ...]
    first: float
    last: float
    """How well things stood at the first and at the last assessment, from 0 to 1."""
    moves: tuple[tuple[int, str, str, str], ...] = ()
    """Day, status, reason and words."""


STORIES = (
    Story(
        "From the couch to a lease",
        "Housing Navigation",
        170,
        Intake(
            "Front desk of the library",
            "Has slept on a friend's couch since the building was sold; must leave by the end of"
            " the month.",
            "Works evenings in a kitchen, no debts, one eviction six years ago.",
            "A place for the weeks until a lease begins.",
            "Prefers calls after two in the afternoon.",
        ),
        (
            ("Housing search", "Went through the listings and wrote to three landlords.", ""),
            (
                "Viewing accompanied",
                "The second room on Mill Road would do; waiting for an answer.",
                "",
            ),
            ("Help with papers", "Pay slips copied, reference letter asked for.", ""),
            ("Transit passes", "For viewings this week.", "passes"),
        ),
        (
            ("A lease in their own name", "Signed lease", "within six months"),
            ("Three months of rent set aside", "Balance of the savings account", "$2,400"),
        ),
        (ROOF, WEEK),
        0.25,
        0.9,
        (
            (95, "on_hold", "list", "Second on the list of the house on Mill Road."),
            (118, "open", "settled", ""),
        ),
    ),
    Story(
        "Sleep, company and getting out again",
        "Individual Counseling",
        140,
        Intake(
            "Nurse clinic",
            "Has hardly left the room since the funeral in spring and sleeps three hours a night.",
            "Lives alone; a sister calls on Sundays.",
            "Somebody to talk to every week.",
            "",
        ),
        (
            (
                "Counseling",
                "Talked about the mornings, which are worst. Agreed on one walk a day.",
                "",
            ),
            ("Counseling", "The walk was done on five of seven days.", ""),
            ("Call in between", "Short call; the night was better.", ""),
        ),
        (
            ("Sleep through most nights", "Nights with six hours or more, in a week", "5 of 7"),
            ("See somebody twice a week", "Visits noted in the calendar", "2 a week"),
        ),
        (WEEK,),
        0.15,
        0.75,
    ),
    Story(
        "Papers, benefits and a steady income",
        "Benefits Navigation",
        120,
        Intake(
            "Shelter next door",
            "All papers were stolen together with the bag; no income since.",
            "Stays in the shelter, is owed two months of unemployment benefit.",
            "Identity card, then everything else.",
            "Speaks Spanish and some English.",
        ),
        (
            ("Help with papers", "Birth certificate ordered, form for the card filled in.", ""),
            ("Office accompanied", "Two hours of waiting; the application is in.", ""),
            ("Help with papers", "Answered the letter about missing documents.", ""),
            ("Food parcels", "Until the first payment.", "parcels"),
        ),
        (
            ("A valid identity card", "Card in hand", "within eight weeks"),
            ("Benefit is paid", "First payment received", "this quarter"),
        ),
        (WORRIES,),
        0.2,
        0.8,
        (
            (
                104,
                "closed",
                "reached",
                "The card is there and the benefit is paid, back pay included.",
            ),
        ),
    ),
    Story(
        "Back to work after the injury",
        "Employment Coaching",
        200,
        Intake(
            "Primary care",
            "Cannot lift since the accident and lost the job in the warehouse.",
            "Rent is paid until the end of the year from savings.",
            "Work that can be done sitting.",
            "",
        ),
        (
            (
                "Coaching",
                "Wrote down what went well in earlier jobs; dispatcher came up twice.",
                "",
            ),
            ("Training", "Second evening of the dispatch course, passed the exercise.", ""),
            ("Application", "Sent two, and practiced the interview.", ""),
        ),
        (
            ("Thirty hours of paid work a week", "Hours on the pay slip", "30"),
            ("Finish the dispatch course", "Certificate", "by the end of the course"),
        ),
        (WEEK, WORRIES),
        0.3,
        0.7,
        (
            (130, "closed", "lost", "Three letters and five calls without an answer."),
            (158, "open", "returned", "Was in hospital; wants to go on where we stopped."),
        ),
    ),
    Story(
        "Calm at home for the children",
        "Family Support",
        100,
        Intake(
            "School",
            "The older boy misses school once a week; evenings at home are loud.",
            "Mother with two boys of seven and eleven, night shifts every second week.",
            "Care for the younger one on night shifts.",
            "School agreed to be called by us.",
        ),
        (
            (
                "Family visit",
                "Made a plan for mornings with both boys; it hangs on the fridge.",
                "",
            ),
            ("Family visit", "The plan held on four days.", ""),
            ("Talk with the school", "He came every day this week.", ""),
        ),
        (
            ("The older boy is in school every day", "Days missed in a month", "0 or 1"),
            ("Evenings without shouting", "Evenings marked in the calendar", "5 of 7"),
        ),
        (WEEK, WORRIES),
        0.35,
        0.65,
    ),
    Story(
        "Care that stays the same",
        "Case Management",
        90,
        Intake(
            "Hospital social service",
            "Discharged with four prescriptions and nobody who keeps track of them.",
            "Lives on the third floor without an elevator; a neighbor shops for her.",
            "One list of medicines that everybody uses.",
            "",
        ),
        (
            ("Case conference", "Clinic and pharmacy now use one list.", ""),
            ("Home visit", "Pill boxes filled together; two were still full from last week.", ""),
            ("Rides", "To the clinic and back.", "rides"),
        ),
        (("Every dose taken at its time", "Boxes left full at the end of a week", "none"),),
        (WORRIES,),
        0.3,
        0.6,
        ((60, "on_hold", "away", "With her daughter for three weeks."),),
    ),
)
