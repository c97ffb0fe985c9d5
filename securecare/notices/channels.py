"""What a way of sending promises, and how it says that it could not."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from securecare.notices.templates import Words


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice ready to be handed over.

    `key` is what the provider is to know it by: the same letter again has the same key.
    `reference` is what its reports are to name.
    """

    to: str
    words: Words
    key: str
    reference: str

    @property
    def digest(self) -> str:
        """The key where its letters might not be allowed."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:40]


class SendFault(Exception):
    """A letter was not handed over, or nobody can tell. `code` is short and names no person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(SendFault):
    """The provider will not have this letter, now or ever."""


class Postponed(SendFault):
    """Not this letter and not now; others may go."""


class Unreachable(SendFault):
    """Nobody there to take any letter."""


class Channel(Protocol):
    """A way of sending, used by one thread."""

    def send(self, letter: Letter) -> str:
        """Hand the letter over; gives the provider's id. Raises a `SendFault`."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


Opening = Callable[[], Channel]
