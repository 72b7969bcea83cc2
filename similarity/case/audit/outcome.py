"""What a verification comes to: one of three words, what it rests on, and what was not looked at.

INTACT            every check passed, and the newest seal is by a key that the reader named and covers the whole log
CONSISTENT ONLY   every check passed, but nobody vouches for author and time: whoever has the folder could have made
                  all of it anew
BROKEN            something is not what it was, or can't be verified by this program
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from similarity.case.audit.seals import SIGNED_BY
from similarity.case.values import Check
from similarity.phrases import Phrase, phrase

__all__ = ["Outcome", "Word", "outcome_of"]

Word = Literal["INTACT", "CONSISTENT ONLY", "BROKEN"]
_SEAL_CHECK = re.compile(r"seal\.([1-9][0-9]*)\.signer")
_STAMPED = re.compile(r"stamped (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a verification comes to."""

    word: Word
    """One of three."""
    because: tuple[Phrase, ...]
    """Why it is that word, sentence by sentence."""
    signed_by: str | None
    """Whose key sealed the case, as the reader's own trust says; None where nobody's."""
    stamped_utc: str | None
    """When an authority that the reader trusts stamped the newest seal; None where none did."""
    num_passed: int
    """Checks that found nothing wrong."""
    failed: tuple[Check, ...]
    """Checks that found something wrong."""
    not_checked: tuple[Check, ...]
    """What could not be looked at."""


def outcome_of(checks: Sequence[Check]) -> Outcome:
    """One word out of the checks of one case folder."""
    failed = tuple(check for check in checks if check.state == "failed")
    missing = tuple(check for check in checks if check.state == "not_checked")
    newest = max((int(found[1]) for check in checks if (found := _SEAL_CHECK.fullmatch(check.name))), default=0)
    by_name = {check.name: check for check in checks}
    signer = _named(by_name.get(f"seal.{newest}.signer"))
    stamp = by_name.get(f"seal.{newest}.time_stamp")
    stamped = _STAMPED.search(stamp.what) if stamp is not None and stamp.state == "passed" else None
    word, because = _word(failed, by_name, signer, newest)
    return Outcome(
        word=word,
        because=because,
        signed_by=signer,
        stamped_utc=None if stamped is None else stamped[1],
        num_passed=sum(check.state == "passed" for check in checks),
        failed=failed,
        not_checked=missing,
    )


def _word(
    failed: Sequence[Check], by_name: dict[str, Check], signer: str | None, newest: int
) -> tuple[Word, tuple[Phrase, ...]]:
    if failed:
        said = phrase("{number} checks found that something is not what it was.", number=len(failed))
        return "BROKEN", (said,)
    if not newest:
        return "CONSISTENT ONLY", (_NOT_SEALED, _ANYBODY)
    if signer is None:
        return "CONSISTENT ONLY", (_NO_SIGNER, _ANYBODY)
    if "custody.after_seal" in by_name:
        return "CONSISTENT ONLY", (_AFTER_SEAL,)
    if "report" in by_name and by_name["report"].state == "not_checked":
        return "INTACT", (phrase("Everything is as it was when {name} sealed it.", name=signer), _NO_COMPARISON)
    return "INTACT", (phrase("Everything is as it was when {name} sealed it.", name=signer), _FOLLOWS)


_NOT_SEALED = phrase("Author and time are unproven: the case is not sealed.")
_NO_SIGNER = phrase(
    "Author and time are unproven: the case is sealed, but nobody named the key that it should be sealed with."
)
_ANYBODY = phrase("Whoever has the folder could have made all of it anew.")
_AFTER_SEAL = phrase("Author and time of what came after the newest seal are unproven: seal the case again.")
_FOLLOWS = phrase("Every number of the report follows from the evidence in the folder.")
_NO_COMPARISON = phrase("No comparison was made in this case.")


def _named(check: Check | None) -> str | None:
    """Whose key the newest seal is by, in the reader's own words; None where nobody's that the reader named."""
    return check.what.removeprefix(SIGNED_BY) if check is not None and check.state == "passed" else None
