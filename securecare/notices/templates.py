"""What notices say. A template names the values it takes, so nothing else can ever travel in one.

No values of anybody's record, and none of health: a text is read over a shoulder, a subject on a
locked screen. Links lead to a page that asks who one is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

STOP_HINT = "Reply STOP to end these texts."


@dataclass(frozen=True, slots=True)
class Template:
    """The words of a notice for both channels, with the names of values in braces."""

    subject: str
    body: str
    text: str = ""
    """As a text message; empty if it is for e-mail only."""

    @property
    def takes(self) -> frozenset[str]:
        """The names of the values it needs."""
        words = f"{self.subject}{self.body}{self.text}"
        return frozenset(name for _, name, _, _ in Formatter().parse(words) if name)


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as it is read; `subject` is empty for a text message."""

    subject: str
    body: str


TEMPLATES: dict[str, Template] = {
    "patron_invitation": Template(
        "{organization} invites you to your own account",
        "Hello,\n\n{organization} has set up an account for you, where you can see your"
        " appointments, documents and messages.\n\nOpen this link to accept:\n{link}\n\n"
        "It works until {until}. If you did not expect this e-mail, you can ignore it.\n",
    ),
    "confirm_address": Template(
        "Confirm your e-mail address",
        "Hello,\n\nOpen this link to confirm that this is your e-mail address:\n{link}\n\n"
        "It works once and expires {until}. If you did not ask for it, you can ignore this"
        " e-mail.\n",
    ),
    "address_in_use": Template(
        "You already have an account",
        "Hello,\n\nSomeone asked to use this e-mail address for an account. You already have one. You"
        " can sign in here, or choose a new password there if you forgot yours:\n{link}\n\n"
        "If it was not you, you can ignore this e-mail.\n",
    ),
    "address_changed": Template(
        "Your e-mail address was changed",
        "Hello,\n\nThe e-mail address of your account was changed. If you did not do this, contact"
        " {organization} right away.\n",
    ),
    "new_password": Template(
        "Choose a new password",
        "Hello,\n\nOpen this link to choose a new password:\n{link}\n\n"
        "It works once and expires {until}. If you did not ask for it, you can ignore this e-mail:"
        " your password stays as it is.\n",
    ),
    "message_waiting": Template(
        "You have a new message from {organization}",
        "Hello,\n\nYou have a new secure message from {organization}. Sign in to read it:\n{link}\n",
        "{organization}: you have a new secure message. Sign in to read it: {link}",
    ),
}
"""Every template there is, by its name. Whoever needs another adds it here."""


class UnknownValues(Exception):
    """A notice was to carry other values than its template takes, or names no template."""


def require_fitting(template: str, channel: str, values: Mapping[str, str]) -> None:
    """Raise `UnknownValues` unless the template exists for the channel and takes just these values."""
    known = TEMPLATES.get(template)
    if known is None or (channel == "sms" and not known.text):
        raise UnknownValues(f"There is no template {template!r} for {channel}.")
    if known.takes != set(values):
        raise UnknownValues(f"{template!r} takes {sorted(known.takes)}, not {sorted(values)}.")


def words_of(template: str, channel: str, values: Mapping[str, str], *, may_stop: bool) -> Words:
    """The notice as it is read; `may_stop` adds to a text how to get no more of them."""
    require_fitting(template, channel, values)
    known = TEMPLATES[template]
    if channel == "sms":
        text = _one_line(known.text.format_map(values))
        return Words("", f"{text} {STOP_HINT}" if may_stop else text)
    return Words(_one_line(known.subject.format_map(values)), known.body.format_map(values))


def _one_line(text: str) -> str:
    return " ".join(text.split())
