"""What a filled-in form may be answered with: complaints beside its fields, or that somebody was first."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import Any
from unicodedata import category

from sqlalchemy.exc import IntegrityError

from securecare.foundation.errors import DomainError

Complaints = dict[str, str]
"""A whole sentence for each field that cannot stay as it is."""
_INVISIBLE = {"Cc", "Cs", "Zl", "Zp"}
"""Control characters, halves of characters, and separators of lines and paragraphs."""


class NotAccepted(DomainError):
    """The form cannot be taken as it is; `complaints` says why, field by field."""

    def __init__(self, complaints: Mapping[str, str]) -> None:
        field, message = next(iter(complaints.items()))
        super().__init__(message, field=field)
        self.complaints = dict(complaints)


class Overtaken(DomainError):
    """Somebody else saved the same thing first; nothing was overwritten."""

    def __init__(self, changed_by: str = "") -> None:
        super().__init__(
            f"{changed_by or 'Somebody else'} changed this while you had it open. Nothing of yours"
            " was saved yet: compare, then choose."
        )
        self.changed_by = changed_by


def require_none(complaints: Mapping[str, str]) -> None:
    """Let a form without complaints pass, or raise `NotAccepted` with all of them."""
    if complaints:
        raise NotAccepted(complaints)


def complain_of_text(
    complaints: Complaints, field: str, text: str, what: str, longest: int, *, needed: bool = True
) -> None:
    """Note it if a text is missing, too long, or holds what cannot be shown on one line."""
    if needed and not text.strip():
        complaints[field] = f"Enter {what}."
    elif len(text) > longest:
        complaints[field] = f"Keep this to {longest} characters; it has {len(text)}."
    elif any(category(each) in _INVISIBLE for each in text):
        complaints[field] = "Remove line breaks and other invisible characters."


def complain_of_number(
    complaints: Complaints, field: str, number: int, lowest: int, highest: int, unit: str = ""
) -> None:
    """Note it if a number is out of bounds."""
    if not lowest <= number <= highest:
        unit = f" {unit}" if unit else ""
        complaints[field] = f"Choose between {lowest:,} and {highest:,}{unit}."


def changed_fields(before: Any, after: Any) -> tuple[str, ...]:
    """The names of the fields in which two forms of one kind differ, for the audit trail."""
    return tuple(
        each.name
        for each in fields(after)
        if getattr(before, each.name) != getattr(after, each.name)
    )


def merged_choice(
    current: Collection[int], seen: Collection[int], wanted: Collection[int]
) -> frozenset[int]:
    """What is chosen once somebody who saw `seen` wants `wanted` while it has become `current`.

    Only what the person added or took out is done: nobody else's change is undone by it.
    """
    taken_out = frozenset(seen) - frozenset(wanted)
    added = frozenset(wanted) - frozenset(seen)
    return (frozenset(current) - taken_out) | added


@contextmanager
def refused_by(constraint: str, refusal: DomainError) -> Iterator[None]:
    """Raise `refusal` where PostgreSQL refuses a row because of the named constraint or index."""
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.orig, "diag", None)
        if getattr(diagnosis, "constraint_name", None) != constraint:
            raise
        raise refusal from None
