"""What the forms of a session say, and what is wrong with it."""

from typing import Any

from securecare.foundation.errors import DomainError
from securecare.foundation.forms import Overtaken
from securecare.foundation.money import NotMoney, parse_cents
from securecare.outreach import sessions
from securecare.outreach.line_changes import Count
from securecare.outreach.models import MOST_PIECES
from securecare.outreach.session_lines import LineWish
from securecare.outreach.sessions import SessionWish
from state.filled_in import FilledIn
from state.read import whole_number
from state.session_view import LineView

A_DAY = 1440


def occasion(filled: FilledIn, service_id: int, grant_id: int | None) -> SessionWish:
    """What a form says of a session besides its lines; an end before the start is on the next day."""
    day = filled.day("held_on")
    if day is None:
        filled.complaints["held_on"] = "Choose a day."
    starts, ends = filled.minute("starts"), filled.minute("ends")
    if (starts is None) != (ends is None):
        filled.complaints["ends"] = "Enter both times, or neither."
    if starts is not None and ends is not None and ends <= starts:
        ends += A_DAY
    notes = filled.prose("notes", sessions.NOTES_LENGTH)
    return SessionWish(
        service_id,
        day,  # type: ignore[arg-type]
        starts_minute=starts,
        ends_minute=ends,
        notes=notes,
        grant_id=grant_id,
    )


def counts_of(filled: FilledIn, lines: list[LineView]) -> tuple[dict[str, Count], dict[str, str]]:
    """What the sheet says of each line, and what is wrong with it."""
    counts: dict[str, Count] = {}
    short: dict[str, str] = {}
    for each in lines:
        wanted = whole_number(filled.text(f"count-{each.key}"), 0, MOST_PIECES)
        seen = whole_number(filled.text(f"seen-{each.key}"), 0, MOST_PIECES)
        if wanted is None or seen is None:
            short[each.key] = f"Enter a whole number, 0 to {MOST_PIECES:,}."
        else:
            counts[each.key] = Count(seen, wanted)
    return counts, short


def wish_for(kind: Any, thing_id: int) -> LineWish | None:
    """One of an item or a bundle, or None if it is neither."""
    if kind == "item":
        return LineWish("item", 1, item_id=thing_id)
    return LineWish("bundle", 1, bundle_id=thing_id) if kind == "bundle" else None


def cents_of(filled: FilledIn, name: str) -> int:
    """An amount in cents; one that cannot be read is complained of and counts as 0."""
    try:
        return parse_cents(filled.text(name) or "0")
    except NotMoney as refusal:
        filled.complaints[name] = refusal.message
        return 0


def again(refusal: DomainError) -> str:
    """What to say to the second of two people, who may look and press again."""
    if not isinstance(refusal, Overtaken):
        return refusal.message
    who = refusal.changed_by or "Somebody else"
    return (
        f"{who} changed this session a moment ago. Nothing of yours was saved: look at how it"
        " stands now, then press again."
    )
