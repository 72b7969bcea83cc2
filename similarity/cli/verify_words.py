"""The verification of a case on one page, for a clerk: the word first, then what it rests on, then what is at fault."""

from __future__ import annotations

from collections.abc import Iterator

from similarity.case.audit.outcome import Outcome
from similarity.phrases import Phrase, phrase
from similarity.report.phrases.language import Language, LanguageCode

__all__ = ["verified_in_words"]

_WORDS = {
    "INTACT": phrase("INTACT: as it was sealed"),
    "CONSISTENT ONLY": phrase("CONSISTENT ONLY: author and time unproven"),
    "BROKEN": phrase("BROKEN: not as it was, or not verifiable"),
}
_MOST_LISTED = 40
_LONGEST_FILES = 5


def verified_in_words(outcome: Outcome, code: LanguageCode) -> Iterator[str]:
    """Lines of the page.

    Args:
        outcome: of the verification.
        code: language; what single checks found is quoted as it was said, in English.
    """
    say = Language(code).fill
    yield say(_WORDS[outcome.word])
    yield from (f"  {say(one)}" for one in outcome.because)
    yield from (f"  {say(one)}" for one in _vouching(outcome))
    yield say(phrase("Checks passed: {number}", number=outcome.num_passed))
    for title, checks in (
        (phrase("Failed: {number}", number=len(outcome.failed)), outcome.failed),
        (phrase("Not looked at: {number}", number=len(outcome.not_checked)), outcome.not_checked),
    ):
        if checks:
            yield say(title)
        for check in checks[:_MOST_LISTED]:
            files = ", ".join(check.files[:_LONGEST_FILES])
            yield f"  {check.name}: {check.what}" + (f" [{files}]" if files else "")
        if len(checks) > _MOST_LISTED:
            yield f"  {say(phrase('{number} more', number=len(checks) - _MOST_LISTED))}"


def _vouching(outcome: Outcome) -> Iterator[Phrase]:
    """Who sealed it, and when an authority stamped it."""
    if outcome.signed_by is not None:
        yield phrase("Sealed by: {name}", name=outcome.signed_by)
        yield (
            phrase("Time stamped: {utc}", utc=outcome.stamped_utc)
            if outcome.stamped_utc is not None
            else phrase("Time stamped: by no authority that the reader named; times rest on the machine's clock alone")
        )
