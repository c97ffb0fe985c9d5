"""Blocks that share time stand side by side within their lane."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple, TypeVar

Id = TypeVar("Id", bound=Hashable)


class Place(NamedTuple):
    """The `column` of a block, from 0, out of the `columns` its neighbourhood needs."""

    column: int
    columns: int


def side_by_side(blocks: Iterable[tuple[int, int, Id]]) -> dict[Id, Place]:
    """Where each block of `(start, length, id)` stands; ids must be of one sortable type.

    Blocks connected by overlaps, even through others, share one number of columns; each takes
    the leftmost free one in the order of start, then id, so that the same blocks always stand the
    same way. A block is at least one minute long; those that only touch do not overlap.
    """
    places: dict[Id, Place] = {}
    cluster: list[tuple[Id, int]] = []
    ends: list[int] = []  # where each column of the cluster is free again
    for start, length, block in sorted(blocks, key=lambda each: (each[0], each[2])):  # pyright: ignore[reportArgumentType]
        if ends and start >= max(ends):
            places |= _settled(cluster, len(ends))
            cluster, ends = [], []
        column = next((n for n, end in enumerate(ends) if end <= start), len(ends))
        ends[column : column + 1] = [start + max(length, 1)]
        cluster.append((block, column))
    return places | _settled(cluster, len(ends))


def _settled(cluster: list[tuple[Id, int]], columns: int) -> dict[Id, Place]:
    return {block: Place(column, columns) for block, column in cluster}
