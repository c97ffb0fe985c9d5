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
        " appointments, documents and messages.\n\nOpen this link to claim it, by {until}:\n{link}\n\n"
        "If you did not expect this, you need not do anything.\n",
    ),
    "confirm_address": Template(
        "Confirm your e-mail address",
        "Hello,\n\nopen this link to confirm that this address is yours, by {until}:\n{link}\n\n"
        "If you did not ask for this, you need not do anything.\n",
    ),
    "address_in_use": Template(
        "You already have an account",
        "Hello,\n\nsomebody asked for an account with this address, which has one already. Sign in"
        " here:\n{link}\n\nIf it was not you, you need not do anything.\n",
    ),
    "address_changed": Template(
        "Your e-mail address was changed",
        "Hello,\n\nyour account now uses another e-mail address. If it was not you who changed it,"
        " tell {organization} at once.\n",
    ),
    "new_password": Template(
        "Choose a new password",
        "Hello,\n\nopen this link to choose a new password, by {until}:\n{link}\n\n"
        "If you did not ask for this, you need not do anything.\n",
    ),
    "message_waiting": Template(
        "A message from {organization} is waiting for you",
        "Hello,\n\n{organization} has sent you a secure message. Sign in to read it:\n{link}\n",
        "{organization}: a secure message is waiting for you. {link}",
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
