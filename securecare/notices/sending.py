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
from dataclasses import dataclass, field
from datetime import timedelta

from securecare.foundation import clock
from securecare.foundation.sealing import SealBroken
from securecare.notices import checking, leasing, retrying, templates
from securecare.notices.channels import Channel, Letter, Opening, Refused, SendFault, Unreachable
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
        for notice in lease.notices:
            if self._alone or time.monotonic() > ends - self.spare_seconds:
                unnoted.append(_given_back(notice))
                continue
            unnoted.append(self._outcome(notice))
            if time.monotonic() - since > UNNOTED_SECONDS:
                done += len(leasing.note(lease.token, unnoted))
                unnoted, since = [], time.monotonic()
        return done + len(leasing.note(lease.token, unnoted))

    def _outcome(self, notice: Leased) -> Outcome:
        """Hand one over, or find out why not."""
        if notice.attempts > retrying.MOST_ATTEMPTS:
            return Outcome(notice.id, "dead", "lost")
        try:
            return self._handed_over(notice)
        except Refused as refused:
            return Outcome(notice.id, "failed", refused.code)
        except SendFault as fault:
            self._alone = isinstance(fault, Unreachable)
            return _again(notice, fault.code)
        except (SealBroken, UnknownValues, ValueError):
            return Outcome(notice.id, "failed", "unreadable")
        except Exception as fault:  # noqa: BLE001 - one notice's fault must not stop the others
            log.error("Notice %s: %s", notice.id, type(fault).__name__)
            return _again(notice, "fault")

    def _handed_over(self, notice: Leased) -> Outcome:
        recipient = RECIPIENT.open(notice.recipient_sealed, notice.public_id)
        values = json.loads(VALUES.open(notice.values_sealed, notice.public_id))
        words = templates.words_of(
            notice.template, self.channel, values, may_stop=notice.use is not None
        )
        letter = Letter(recipient, words, notice.key, notice.reference)
        verdict = checking.verdict(notice, self.channel, recipient)
        if verdict.until is not None:
            return Outcome(notice.id, "queued", verdict.reason, due_at=verdict.until, counted=False)
        if verdict.reason:
            return Outcome(notice.id, "withheld", verdict.reason)
        return Outcome(notice.id, "sent", provider_id=self.post.send(letter) or None)


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
