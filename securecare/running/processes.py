"""Children of the product: started together, watched, and stopped in good order."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from securecare.foundation.parent import end_with_parent

PATIENCE_SECONDS = 20
RESTARTS_PER_MINUTE = 3


@dataclass
class Child:
    """One long-running process in a session of its own, so that Ctrl-C does not reach it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.started.append(time.monotonic())
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - we start no threads
        )

    @property
    def exit_code(self) -> int | None:
        return self.process.poll() if self.process else None

    def may_start_again(self) -> bool:
        recent = [at for at in self.started if at > time.monotonic() - 60]
        return len(recent) <= RESTARTS_PER_MINUTE

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait_or_kill(self, patience: float = PATIENCE_SECONDS) -> None:
        """Wait for the end; then end whatever is left of its session."""
        if not self.process:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def stop_all(children: Sequence[Child]) -> None:
    """Stop the children together; returns when none of them is left."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait_or_kill()
