"""What arrived, the newest last, as long as the process lives."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime

from securecare.foundation import clock

KEPT = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail or a text as its recipient gets it."""

    number: int
    channel: str
    """"email" or "sms"."""
    recipient: str
    subject: str
    body: str
    arrived_at: datetime
    status: str = ""
    """What the text service has reported of it so far."""


@dataclass
class Box:
    """Letters by number, safe to be used from several threads."""

    letters: OrderedDict[int, Letter] = field(default_factory=OrderedDict)
    _keys: dict[str, int] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _last: int = 0

    def put(self, channel: str, recipient: str, subject: str, body: str, key: str) -> Letter:
        """Keep it. The same key again is the same letter, and is kept once."""
        with self._turn:
            known = self.letters.get(self._keys.get(key, 0))
            if known is not None:
                return known
            self._last += 1
            letter = Letter(self._last, channel, recipient, subject, body, clock.now())
            self.letters[letter.number] = letter
            self._keys[key] = letter.number
            while len(self.letters) > KEPT:
                self.letters.popitem(last=False)
            return letter

    def report(self, number: int, status: str) -> None:
        """Note how far a text has got."""
        with self._turn:
            if number in self.letters:
                self.letters[number] = replace(self.letters[number], status=status)

    def newest_first(self) -> list[Letter]:
        """Everything that is kept."""
        with self._turn:
            return list(reversed(self.letters.values()))
