"""Keeping the garbage collector out of the way of people who wait."""

import gc

_YOUNG, _MIDDLE, _OLD = 5_000, 10, 10


def settle() -> None:
    """Take what is loaded by now out of the collector's rounds, and have it go round less often.

    Modules, pages and their states stay for as long as the process does. Going through all of them
    again and again, as Python would, stops every person's event for tens of milliseconds. To be
    called once, when a process has loaded what it serves with.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
