"""Blocks that share time stand side by side."""

from hypothesis import given
from hypothesis import strategies as st

from securecare.scheduling.columns import Place, side_by_side

blocks = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 90), st.integers()),
    max_size=25,
    unique_by=lambda block: block[2],
)


def overlap(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return one[0] < other[0] + max(other[1], 1) and other[0] < one[0] + max(one[1], 1)


def test_a_block_alone_has_the_lane_to_itself():
    assert side_by_side([(540, 30, 1)]) == {1: Place(0, 1)}


def test_blocks_that_only_touch_do_not_share_the_lane():
    assert side_by_side([(540, 30, 1), (570, 30, 2)]) == {1: Place(0, 1), 2: Place(0, 1)}


def test_blocks_connected_through_a_third_share_one_number_of_columns():
    assert side_by_side([(0, 60, 1), (30, 60, 2), (60, 60, 3), (120, 10, 4)]) == {
        1: Place(0, 2),
        2: Place(1, 2),
        3: Place(0, 2),
        4: Place(0, 1),
    }


def test_of_blocks_that_start_together_the_lower_id_stands_first():
    assert side_by_side([(0, 10, 9), (0, 60, 3)]) == {3: Place(0, 2), 9: Place(1, 2)}


@given(blocks)
def test_blocks_that_share_time_never_share_a_column(each: list[tuple[int, int, int]]):
    places = side_by_side(each)
    assert set(places) == {block[2] for block in each}
    for one in each:
        assert 0 <= places[one[2]].column < places[one[2]].columns
        for other in each:
            if one[2] != other[2] and overlap(one, other):
                assert places[one[2]].column != places[other[2]].column
                assert places[one[2]].columns == places[other[2]].columns


@given(blocks)
def test_no_more_columns_are_made_than_blocks_share_a_minute(each: list[tuple[int, int, int]]):
    places = side_by_side(each)
    most = max((p.columns for p in places.values()), default=0)
    at_once = max((sum(overlap((b[0], 1, 0), o) for o in each) for b in each), default=0)
    assert most == at_once


@given(blocks, st.randoms())
def test_the_order_they_come_in_does_not_matter(each, chance):
    shuffled = chance.sample(each, len(each))
    assert side_by_side(shuffled) == side_by_side(each)
