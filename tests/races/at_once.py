"""Several people at the very same moment: real threads, real transactions, real commits."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from securecare.foundation.errors import DomainError


def at_once(deeds: Iterable[Callable[[], Any]]) -> list[Any]:
    """What each deed gave, or which refusal it met; anything but a refusal is raised here.

    A deadlock is no refusal: it comes out of here and fails the test.
    """
    todo = list(deeds)
    start = threading.Barrier(len(todo))
    results: list[Any] = [None] * len(todo)

    def run(index: int) -> None:
        start.wait(60)
        try:
            results[index] = todo[index]()
        except DomainError as refusal:
            results[index] = refusal
        except BaseException as failure:  # noqa: BLE001
            results[index] = _Failed(failure)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(todo))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "Somebody is still waiting"
    for result in results:
        if isinstance(result, _Failed):
            raise result.failure
    return results


def kinds(results: Iterable[Any]) -> Counter[str]:
    """How many results of each kind there were."""
    return Counter(type(result).__name__ for result in results)


class _Failed:
    def __init__(self, failure: BaseException) -> None:
        self.failure = failure
