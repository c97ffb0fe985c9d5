"""A process that sends what is due over one channel and stops dead at its nth step, to be killed.

python -m tests.faults.handing_over CHANNEL NOW STEP
"""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from securecare import tables  # noqa: F401  every table, for the references between them
from securecare.foundation import clock
from securecare.notices import checking, leasing, sending
from securecare.notices.channels import Letter
from securecare.notices.sending import Sender
from tests.faults.completing import say_and_wait


def main(channel: str, now: str, stop_at: int) -> None:
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1
        if taken == stop_at:
            say_and_wait("inside")

    def stepping(deed: Callable[..., Any]) -> Callable[..., Any]:
        def do(*given: Any) -> Any:
            step()
            result = deed(*given)
            step()
            return result

        return do

    leasing.straight = stepping(leasing.straight)  # type: ignore[attr-defined]
    checking.straight = stepping(checking.straight)  # type: ignore[attr-defined]
    post = sending.openings()[channel]()
    hand_over = stepping(post.send)

    class Stepping:
        def send(self, letter: Letter) -> str:
            return hand_over(letter)

        def close(self) -> None: ...

    with clock.frozen(datetime.fromisoformat(now)):
        Sender(channel, Stepping()).drain()
    say_and_wait("done")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
