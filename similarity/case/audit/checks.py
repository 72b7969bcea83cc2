"""How a check is said, and how a check of hostile content ends: in a check, never in an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from similarity.case.values import Check
from similarity.errors import CaseError, SimilarityError
from similarity.text import as_printable

__all__ = ["failed", "guarded", "passed"]


def passed(name: str, what: str, *files: str) -> Check:
    """A check that found nothing wrong."""
    return Check(name=name, state="passed", what=what, files=files)


def failed(name: str, what: str | Exception, *files: str) -> Check:
    """A check that found something wrong, or could not be made for an error."""
    said = what if isinstance(what, str) else as_printable(str(what)) or type(what).__name__
    return Check(name=name, state="failed", what=said, files=files)


def guarded(name: str, check: Callable[[], Iterator[Check]], *files: str) -> Iterator[Check]:
    """The checks; an error, whatever library underneath raised it, becomes a failed one."""
    try:
        yield from _contained(check)
    except SimilarityError as error:
        yield failed(name, error, *files)


def _contained(check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from check()
    except SimilarityError:
        raise
    except Exception as error:
        raise CaseError(f"{type(error).__name__}: {error}") from error
