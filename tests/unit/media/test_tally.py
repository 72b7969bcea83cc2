from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from similarity.media.readers.tally import DecodeOrderStamps, Timeline

stamps = st.lists(st.none() | st.integers(-(10**6), 10**6), max_size=60)


@given(stamps, st.integers(0, 50))
def test_placed_time_stamps_strictly_increase_whatever_the_file_says(found: list[int | None], duration: int) -> None:
    timeline = Timeline()
    placed = [timeline.place(stamp, duration) for stamp in found]
    assert all(earlier < later for earlier, later in itertools.pairwise(placed))


@given(st.lists(st.integers(-(10**6), 10**6), unique=True, max_size=60).map(sorted))
def test_good_time_stamps_pass_unchanged(found: list[int]) -> None:
    timeline = Timeline()
    assert [timeline.place(stamp, 1) for stamp in found] == found
    assert timeline.num_irregular == 0


def test_a_repeated_stamp_follows_by_one_tick_and_does_not_move_the_rest() -> None:
    timeline = Timeline()
    assert [timeline.place(stamp, 10) for stamp in (0, 10, 10, 20, 30)] == [0, 10, 11, 20, 30]
    assert timeline.num_irregular == 1


def test_frames_after_a_jump_backwards_keep_their_distances() -> None:
    timeline = Timeline()
    assert [timeline.place(stamp, 10) for stamp in (100, 110, 0, 10, 25)] == [100, 110, 111, 121, 136]
    assert timeline.num_irregular == 3


def test_missing_stamps_follow_by_the_duration_of_the_frame_before() -> None:
    timeline = Timeline()
    assert [timeline.place(stamp, 40) for stamp in (None, None, None)] == [0, 40, 80]
    assert timeline.num_irregular == 3


@given(st.permutations(range(8)))
def test_frames_out_of_a_container_without_presentation_times_get_the_smallest_stamp_waiting(order: list[int]) -> None:
    stamps = DecodeOrderStamps()
    for stamp in order:
        stamps.packet(stamp)
    assert [stamps.frame() for _ in range(9)] == [*range(8), None]
