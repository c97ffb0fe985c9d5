"""The lanes of the day grid, one small state each, so that a change re-sends one lane only.

The lanes are made when the module is imported, as many as fit on one screen; a day with more staff
shows them in pages.
"""

import reflex as rx

from state.schedule_view import Block, LaneHead, ShadeStrip

LANES_ON_SCREEN = 48

NOBODY = LaneHead(staff=0, name="", initials="", note="", zone="UTC", facility=0)


class Lane(rx.State, mixin=True):
    """What one staff member's lane shows. Written by the schedule and the live hub only."""

    head: LaneHead = NOBODY
    shades: list[ShadeStrip] = []
    blocks: list[Block] = []


def _make(number: int) -> type[rx.State]:
    name = f"Lane{number:02}"
    # Under its own name in this module: a state kept in Redis is found again by it.
    made = type(name, (Lane, rx.State), {"__module__": __name__, "__qualname__": name})
    globals()[name] = made
    return made


LANES: tuple[type[rx.State], ...] = tuple(_make(number) for number in range(LANES_ON_SCREEN))
