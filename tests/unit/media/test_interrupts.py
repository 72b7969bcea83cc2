from __future__ import annotations

import pytest

from similarity.media.readers.interrupts import interrupts_kept


class _RaisesWhenFreed:
    def __init__(self, error: type[BaseException]) -> None:
        self._error = error

    def __del__(self) -> None:
        raise self._error


def test_a_keyboard_interrupt_lost_in_a_destructor_is_raised_after_the_block() -> None:
    reached: list[str] = []

    def free_something() -> None:
        with interrupts_kept():
            dying = _RaisesWhenFreed(KeyboardInterrupt)
            del dying
            reached.append("the end of the block")

    with pytest.raises(KeyboardInterrupt):
        free_something()
    assert reached


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the other error is dropped as ever
def test_other_errors_in_destructors_go_the_usual_way() -> None:
    with interrupts_kept():
        dying = _RaisesWhenFreed(ValueError)
        del dying


def test_a_block_without_interrupts_ends_quietly() -> None:
    with interrupts_kept():
        pass
