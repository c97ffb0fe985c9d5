"""Passwords: what makes a good one, and how it is kept (argon2id)."""

import itertools
import os
import threading
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from securecare.foundation.errors import DomainError

MIN_LENGTH = 12
MAX_LENGTH = 200
PATIENCE_SECONDS = 15.0

# One lane: a hash takes one core, and as many run at once as leave the other cores to the pages.
_hasher = PasswordHasher(time_cost=2, memory_cost=64 * 1024, parallelism=1)
_turns = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))


class WeakPassword(DomainError):
    """The chosen password is too short, too common, or too near to the person's own data."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="password")


class TooBusy(DomainError):
    """More people are signing in at once than the machine can serve."""

    def __init__(self) -> None:
        super().__init__("Many people are signing in right now. Try again in a moment.")


class _Turn:
    def __enter__(self) -> None:
        if not _turns.acquire(timeout=PATIENCE_SECONDS):
            raise TooBusy

    def __exit__(self, *exc: object) -> None:
        _turns.release()


def hashed(password: str) -> str:
    """The argon2id hash to keep. Slow on purpose: never inside a transaction, never on a loop."""
    with _Turn():
        return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one; as slow for an account that does not exist."""
    with _Turn():
        try:
            _hasher.verify(kept or _nobodys(), password[: MAX_LENGTH + 1])
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


def require_good(password: str, *personal: str) -> None:
    """Raise `WeakPassword` unless it may be used. `personal` are the person's name and e-mail.

    Length, common passwords and context, and no rules of composition: NIST SP 800-63B, 3.1.1.2.
    """
    if len(password) < MIN_LENGTH:
        raise WeakPassword(f"Use at least {MIN_LENGTH} characters; a short sentence works well.")
    if len(password) > MAX_LENGTH:
        raise WeakPassword(f"Use at most {MAX_LENGTH} characters.")
    plain = password.casefold().strip()
    if plain in _common() or _is_monotonous(plain):
        raise WeakPassword("This password is easy to guess. Choose another one.")
    if _leftover(plain, personal) < MIN_LENGTH // 2:
        raise WeakPassword("Do not build the password from your name or e-mail address.")


def _is_monotonous(plain: str) -> bool:
    """Few different characters, one short piece again and again, or a run such as 123456789."""
    if len(set(plain)) < 5:
        return True
    if any(plain == (plain[:n] * len(plain))[: len(plain)] for n in range(1, len(plain) // 2 + 1)):
        return True
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(plain)}
    return steps <= {1, -9} or steps <= {-1, 9}  # after the 9 comes the 0


def _leftover(plain: str, personal: tuple[str, ...]) -> int:
    """How many characters are left without the words that are known of the person or product."""
    words = {"securecare", "password"}
    for value in personal:
        words.update(word for word in value.casefold().replace("@", " ").split() if len(word) > 3)
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, "")
    return len(plain)


@cache
def _common() -> frozenset[str]:
    listed = files("securecare.access").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line.strip().casefold() for line in listed.splitlines())
