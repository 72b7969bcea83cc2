"""What a caller did that can't be done, as RFC 9457 problems."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.errors import SimilarityError

__all__ = ["Fault", "Problem", "conflict", "gone", "not_found", "unprocessable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a request."""

    pointer: str
    """JSON pointer (RFC 6901) to it."""
    reason: str
    """What is wrong, and what was expected."""
    next: str = ""
    """What to do."""


class Problem(SimilarityError):  # noqa: N818 - the term of RFC 9457
    """A request that is answered with an error.

    Args:
        status: HTTP status.
        kind: short name of the problem, which stays the same; the last part of its `type`.
        detail: what, got, expected, next step.
        faults: what is wrong with the request, place by place.
        retry_after_seconds: when to try again.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        faults: tuple[Fault, ...] = (),
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail = status, kind, detail
        self.faults, self.retry_after_seconds = faults, retry_after_seconds


def not_found(what: str) -> Problem:
    """Nothing of this name that the caller may see; another tenant's things are answered the same way."""
    return Problem(404, "not-found", f"{what}: there is none of that name here; look at the list of yours")


def conflict(detail: str) -> Problem:
    """The thing is not in a state in which this can be done."""
    return Problem(409, "conflict", detail)


def gone(detail: str) -> Problem:
    """It is too late for this."""
    return Problem(410, "gone", detail)


def unprocessable(*faults: Fault) -> Problem:
    """The request was understood and can't be followed; each fault says where and why."""
    said = "; ".join(f"{fault.pointer}: {fault.reason}" for fault in faults)
    return Problem(422, "unprocessable", said, faults=faults)
