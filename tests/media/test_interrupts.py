from __future__ import annotations

import pytest

from similarity.media.interrupts import interrupts_kept


class _RaisesWhenFreed:
    def __init__(self, error: type[BaseException]) -> None:
        self._error = error

    def __del__(self) -> None:
        raise self._error


def test_a_keyboard_interrupt_lost_in_a_destructor_is_raised_after_the_block() -> None:
    reached_the_end = False
    with pytest.raises(KeyboardInterrupt), interrupts_kept():
        dying = _RaisesWhenFreed(KeyboardInterrupt)
        del dying
        reached_the_end = True
    assert reached_the_end


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the other error is dropped as ever
def test_other_errors_in_destructors_go_the_usual_way() -> None:
    with interrupts_kept():
        dying = _RaisesWhenFreed(ValueError)
        del dying


def test_a_block_without_interrupts_ends_quietly() -> None:
    with interrupts_kept():
        pass
