"""Sending: take what is due, look once more whether it may go, hand it over, note what became of it.

Nothing is handed over inside a transaction. Killed at any point, the lease runs out and somebody
else tries again under the same key, by which a provider (or whoever compares message ids) knows it
for the same.
"""

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import takewhile

from securecare.foundation import clock
from securecare.foundation.sealing import SealBroken
from securecare.notices import checking, leasing, retrying, templates
from securecare.notices.channels import Channel, Letter, Opening, Refused, SendFault, Unreachable
from securecare.notices.checking import Verdict
from securecare.notices.leasing import BATCH, BEGINNING, LEASE, Lease, Leased, Outcome
from securecare.notices.mail import Mail
from securecare.notices.models import RECIPIENT, VALUES
from securecare.notices.templates import UnknownValues
from securecare.notices.texts import Texts
from securecare.settings import settings

log = logging.getLogger(__name__)

SPARE_SECONDS = 30.0
"""With less of the lease than this left, nothing more is begun: handing over may take long."""
UNNOTED_SECONDS = 0.02
"""How long something handed over may stay unnoted: at once, unless hundreds go in a second."""
CURRENT_SECONDS = 0.02
"""How long it holds that a notice may go: for what is handed over later it is asked again."""
WORKERS = 2
BUDGET_SECONDS = 10.0


@dataclass(slots=True)
class Sender:
    """One who sends over one channel."""

    channel: str
    post: Channel
    by: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    size: int = BATCH
    lasting: timedelta = LEASE
    spare_seconds: float = SPARE_SECONDS
    _alone: bool = False

    def drain(self, budget_seconds: float = BUDGET_SECONDS) -> int:
        """Send what is due until nothing is left, nobody answers or time is up; how many were dealt
        with by this sender and nobody else."""
        began, after, done = time.monotonic(), BEGINNING, 0
        self._alone = False
        while not self._alone and time.monotonic() - began < budget_seconds:
            began_lease = time.monotonic()
            lease = leasing.lease(
                self.channel, self.by, after, size=self.size, lasting=self.lasting
            )
            done += self._send(lease, began_lease + self.lasting.total_seconds())
            after = lease.position
            if len(lease.notices) < self.size:
                break
        return done

    def _send(self, lease: Lease, ends: float) -> int:
        unnoted: list[Outcome] = []
        done, since = 0, time.monotonic()
        for notice, letter in self._permitted(lease.notices):
            if self._alone or time.monotonic() > ends - self.spare_seconds:
                unnoted.append(_given_back(notice))
                continue
            ready = isinstance(letter, Letter)
            unnoted.append(self._outcome(notice, letter) if ready else letter)
            if time.monotonic() - since > UNNOTED_SECONDS:
                done += len(leasing.note(lease.token, unnoted))
                unnoted, since = [], time.monotonic()
        return done + len(leasing.note(lease.token, unnoted))

    def _permitted(self, notices: Sequence[Leased]) -> Iterator[tuple[Leased, Letter | Outcome]]:
        """Each as it may go out at this moment, or what becomes of it instead.

        It is asked for several at once, as many as are handed over while the answer holds: at first
        for one, then for twice as many each time.
        """
        at, ahead = 0, 1
        while at < len(notices):
            asked = time.monotonic()
            told = self._looked_at(_of_one_organization(notices[at : at + ahead]))
            used = 0
            for each in told:
                if used and time.monotonic() - asked > CURRENT_SECONDS:
                    break
                yield each
                used += 1
            at, ahead = at + used, 2 * used if used == len(told) else used

    def _looked_at(self, notices: Sequence[Leased]) -> list[tuple[Leased, Letter | Outcome]]:
        """The notices of one organization in their order; if asking fails, only the first of them."""
        readied = [(each, self._readied(each)) for each in notices]
        letters = [(each, ready) for each, ready in readied if isinstance(ready, Letter)]
        try:
            verdicts = self._verdicts(letters)
        except Exception as fault:  # noqa: BLE001 - one notice's fault must not stop the others
            if len(notices) > 1:
                return self._looked_at(notices[:1])
            return [(notices[0], _faulty(notices[0], fault))]
        return [
            (each, _judged(each, ready, verdicts[each.id]) if isinstance(ready, Letter) else ready)
            for each, ready in readied
        ]

    def _readied(self, notice: Leased) -> Letter | Outcome:
        """The notice opened and put into words, or why that cannot be."""
        if notice.attempts > retrying.MOST_ATTEMPTS:
            return Outcome(notice.id, "dead", "lost")
        try:
            recipient = RECIPIENT.open(notice.recipient_sealed, notice.public_id)
            values = json.loads(VALUES.open(notice.values_sealed, notice.public_id))
            words = templates.words_of(
                notice.template, self.channel, values, may_stop=notice.use is not None
            )
        except (SealBroken, UnknownValues, ValueError):
            return Outcome(notice.id, "failed", "unreadable")
        except Exception as fault:  # noqa: BLE001 - one notice's fault must not stop the others
            return _faulty(notice, fault)
        return Letter(recipient, words, notice.key, notice.reference)

    def _verdicts(self, letters: Sequence[tuple[Leased, Letter]]) -> dict[int, Verdict]:
        asked = [(notice, letter.to) for notice, letter in letters]
        told = checking.verdicts(self.channel, asked) if asked else []
        return {notice.id: verdict for (notice, _), verdict in zip(letters, told, strict=True)}

    def _outcome(self, notice: Leased, letter: Letter) -> Outcome:
        """Hand it over."""
        try:
            return Outcome(notice.id, "sent", provider_id=self.post.send(letter) or None)
        except Refused as refused:
            return Outcome(notice.id, "failed", refused.code)
        except SendFault as fault:
            self._alone = isinstance(fault, Unreachable)
            return _again(notice, fault.code)
        except ValueError:
            return Outcome(notice.id, "failed", "unreadable")
        except Exception as fault:  # noqa: BLE001 - one notice's fault must not stop the others
            return _faulty(notice, fault)


def _of_one_organization(notices: Sequence[Leased]) -> Sequence[Leased]:
    """As many from the first on as belong to where the first belongs."""
    first = notices[0].organization_id
    return list(takewhile(lambda each: each.organization_id == first, notices))


def _judged(notice: Leased, letter: Letter, verdict: Verdict) -> Letter | Outcome:
    """The letter if it may go, or what becomes of the notice instead."""
    if verdict.until is not None:
        return Outcome(notice.id, "queued", verdict.reason, due_at=verdict.until, counted=False)
    if verdict.reason:
        return Outcome(notice.id, "withheld", verdict.reason)
    return letter


def _faulty(notice: Leased, fault: Exception) -> Outcome:
    log.error("Notice %s: %s", notice.id, type(fault).__name__)
    return _again(notice, "fault")


def _again(notice: Leased, code: str) -> Outcome:
    delay = retrying.delay_after(notice.attempts)
    if delay is None:
        return Outcome(notice.id, "dead", code)
    return Outcome(notice.id, "queued", code, due_at=clock.now() + delay)


def _given_back(notice: Leased) -> Outcome:
    return Outcome(notice.id, "queued", due_at=clock.now(), counted=False)


def openings() -> dict[str, Opening]:
    """The channels this installation has been told of; notices for others wait."""
    told = settings()
    found: dict[str, Opening] = {}
    if (mail := told.mail) is not None:
        found["email"] = lambda: Mail(mail)
    if (texts := told.texts) is not None:
        found["sms"] = lambda: Texts(texts)
    return found


def send_due(workers: int = WORKERS, budget_seconds: float = BUDGET_SECONDS) -> int:
    """Send everything that is due, over all channels at once; how many notices were dealt with."""
    done: list[int] = []

    def work(channel: str, opening: Opening) -> None:
        post = opening()
        try:
            done.append(Sender(channel, post).drain(budget_seconds))
        except Exception as fault:  # noqa: BLE001 - told below, for all of them
            log.error("A sender over %s: %s", channel, type(fault).__name__)
        finally:
            post.close()

    threads = [
        threading.Thread(target=work, args=each, name=f"sending {each[0]}", daemon=True)
        for each in openings().items()
        for _ in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(done) < len(threads):
        raise SendingBroken
    return sum(done)


class SendingBroken(Exception):
    """A sender ended before its time, as when the database went away."""
