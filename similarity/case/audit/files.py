"""Verification of a case folder's files: nothing is believed, everything is hashed, every file at fault is named.

What only decoding can show (that the figures of a report follow from the exhibits) is checked elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from similarity.absence import NotMeasured
from similarity.case.audit.checks import guarded
from similarity.case.audit.seals import Trust, covered_files_checks, seal_checks
from similarity.case.audit.trust import Signer
from similarity.case.custody.chain import CustodyBreak
from similarity.case.custody.log import RECOVERED, CustodyLog, read_log
from similarity.case.disk.hashing import FileHashes, hash_file, sha256_of_file
from similarity.case.disk.layout import CASE_FILE, CUSTODY_FILE, EXHIBITS_FILE, SEAL_FOLDER, STILLS_FILE
from similarity.case.disk.stills import read_stills, still_problem
from similarity.case.disk.walk import walk_case
from similarity.case.exhibits import exhibit_path, hashes_match, read_exhibits
from similarity.case.facts import read_case_file
from similarity.case.seal.manifest import read_manifest
from similarity.case.seal.sealing import MANIFEST_FILE, seal_folder, seal_numbers, sealed_in_log
from similarity.case.values import Check
from similarity.errors import CaseError, SimilarityError
from similarity.report.schema.case import Exhibit
from similarity.text import as_printable

__all__ = ["verify_files"]

_LONGEST_SENTENCE = 4000  # what stands in a hostile folder is shown, not trusted


def verify_files(folder: Path, *, signers: Sequence[Signer] = (), roots: Sequence[bytes] = ()) -> tuple[Check, ...]:
    """Check everything about the files of a case folder; a folder in any state gives checks, never an error.

    Args:
        folder: the case folder.
        signers: whose seals are expected, known from elsewhere.  Without any, anybody may have sealed the folder
            anew, and a check says so.
        roots: root certificates of time stamping authorities, PEM or DER.
    """
    run = _Verification(folder, Trust(signers=tuple(signers), roots=tuple(roots)))
    checks = guarded("folder", run.checks, as_printable(folder))
    return tuple(replace(check, what=as_printable(check.what, longest=_LONGEST_SENTENCE)) for check in checks)


class _Verification:
    """One pass over a case folder; what was hashed is remembered."""

    def __init__(self, folder: Path, trust: Trust) -> None:
        self._folder = folder
        self._trust = trust
        self._hashes: dict[Path, FileHashes] = {}

    def checks(self) -> Iterator[Check]:
        """All checks, in an order that a reader can follow."""
        if not self._folder.is_dir():
            raise CaseError("expected the folder of a case, got none; check the spelling")
        yield from guarded("folder", self._folder_checks)
        yield from guarded("case", self._facts_checks, CASE_FILE)
        yield from guarded("custody.chain", self._custody_checks, CUSTODY_FILE)
        yield from guarded("exhibits", self._exhibit_checks, EXHIBITS_FILE)
        yield from guarded("stills", self._still_checks, STILLS_FILE)
        yield from guarded("seal", self._seal_checks, SEAL_FOLDER)

    def _folder_checks(self) -> Iterator[Check]:
        walked = walk_case(self._folder)
        if walked.problems:
            what = "; ".join(f"{problem.path}: {problem.reason}" for problem in walked.problems[:20])
            files = tuple(problem.path for problem in walked.problems)
            yield Check(name="folder", state="failed", what=what, files=files)
        else:
            what = f"plain files: {len(walked.files)}, no links, no names that collide"
            yield Check(name="folder", state="passed", what=what, files=())

    def _facts_checks(self) -> Iterator[Check]:
        facts = read_case_file(self._folder / CASE_FILE).facts
        yield Check(name="case", state="passed", what=f"facts of the case {facts.case_id}", files=(CASE_FILE,))

    def _custody_checks(self) -> Iterator[Check]:
        log = read_log(self._folder)
        if log.broken is not None:
            yield _custody_break(log.broken)
        elif not log.entries:
            what = "there is no custody log; put back an unchanged copy"
            yield Check(name="custody.chain", state="failed", what=what, files=(CUSTODY_FILE,))
        else:
            yield Check(name="custody.chain", state="passed", what=_about(log), files=(CUSTODY_FILE,))
            yield _clock_check(log)

    def _exhibit_checks(self) -> Iterator[Check]:
        exhibits = read_exhibits(self._folder)
        what = f"exhibits listed: {len(exhibits)}"
        yield Check(name="exhibits", state="passed", what=what, files=(EXHIBITS_FILE,) if exhibits else ())
        for exhibit in exhibits:
            yield from guarded(
                f"exhibits.{as_printable(exhibit.number)}",
                partial(self._exhibit_check, exhibit),
                as_printable(exhibit.path),
            )

    def _exhibit_check(self, exhibit: Exhibit) -> Iterator[Check]:
        name, files = f"exhibits.{as_printable(exhibit.number)}", (as_printable(exhibit.path),)
        path = exhibit_path(exhibit, self._folder)
        if not exhibit.is_copied_in and not path.exists():
            what = "the file is not in the case folder and can't be reached where it was; bring it there to check it"
            yield Check(name=name, state="not_checked", what=what, files=files)
            return
        hashes = self._hashed(path)
        if hashes_match(exhibit, hashes):
            kinds = "SHA-256 and SHA-512" if isinstance(exhibit.sm3, NotMeasured) else "SHA-256, SHA-512 and SM3"
            yield Check(name=name, state="passed", what=f"size, {kinds} are those recorded", files=files)
        else:
            what = f"expected SHA-256 {exhibit.sha256} and {exhibit.size_bytes} bytes as they were recorded, got "
            what += f"{hashes.sha256} and {hashes.size_bytes} bytes: the file or its record was changed"
            yield Check(name=name, state="failed", what=what, files=(*files, EXHIBITS_FILE))

    def _still_checks(self) -> Iterator[Check]:
        stills = read_stills(self._folder)
        wrong = {still.path: problem for still in stills if (problem := still_problem(still, self._folder))}
        what = f"stills: {len(stills)}, each with the bytes and the pixels that were recorded"
        if wrong:
            what = "; ".join(f"{as_printable(path)}: {problem}" for path, problem in list(wrong.items())[:20])
        files = tuple(map(as_printable, wrong))
        yield Check(name="stills", state="failed" if wrong else "passed", what=what, files=files)

    def _seal_checks(self) -> Iterator[Check]:
        log = _log_of(self._folder)
        numbers = seal_numbers(self._folder)
        wanted = {*range(1, len(numbers) + 1), *sealed_in_log(log)}
        gone = tuple(f"{SEAL_FOLDER}/{number}" for number in sorted(wanted - set(numbers)))
        if gone:
            what = f"the custody log or a later seal speaks of seals that are not there: {', '.join(gone[:20])}"
            yield Check(name="seal", state="failed", what=what, files=gone[:1000])
        elif not numbers:
            what = "the case is not sealed: whatever was changed together with its record stays unseen"
            yield Check(name="seal", state="not_checked", what=what, files=())
        for number in numbers:
            yield from guarded(
                f"seal.{number}",
                partial(seal_checks, self._folder, number, log, self._trust),
                f"{SEAL_FOLDER}/{number}",
            )
        if numbers:
            yield from guarded(f"seal.{numbers[-1]}.files", partial(self._covered, numbers[-1]), SEAL_FOLDER)
            yield from self._after_seal(log, numbers[-1])

    def _covered(self, number: int) -> Iterator[Check]:
        manifest = read_manifest(seal_folder(self._folder, number) / MANIFEST_FILE)
        yield from covered_files_checks(manifest, walk_case(self._folder).files, self._sha256)

    def _after_seal(self, log: CustodyLog, number: int) -> Iterator[Check]:
        try:
            manifest = read_manifest(seal_folder(self._folder, number) / MANIFEST_FILE)
        except SimilarityError:
            return  # said by the checks of that seal
        later = log.entries[max(0, manifest.custody_num_entries) :]
        if later:
            actions = ", ".join(dict.fromkeys(as_printable(entry.action) for entry in later[:20]))
            what = f"entries after seal {number}: {len(later)} ({actions}); only the chain vouches for them, seal again"
            yield Check(name="custody.after_seal", state="not_checked", what=what, files=(CUSTODY_FILE,))

    def _hashed(self, path: Path) -> FileHashes:
        if path not in self._hashes:
            self._hashes[path] = hash_file(path)
        return self._hashes[path]

    def _sha256(self, path: Path) -> tuple[str, int]:
        known = self._hashes.get(path)
        return (known.sha256, known.size_bytes) if known is not None else sha256_of_file(path)


def _log_of(folder: Path) -> CustodyLog:
    try:
        return read_log(folder)
    except (CaseError, ValueError, RecursionError, MemoryError):
        return CustodyLog(entries=(), broken=None, size_bytes=0)  # said by the check of the chain


def _custody_break(broken: CustodyBreak) -> Check:
    what = f"{broken.kind}: {broken.reason}"
    return Check(name="custody.chain", state="failed", what=what, files=(CUSTODY_FILE,))


def _clock_check(log: CustodyLog) -> Check:
    """That no entry is older than the one before it: who writes a log by hand, or another one's, gets this wrong."""
    back = [later.sequence for earlier, later in pairwise(log.entries) if later.utc < earlier.utc]
    if back:
        what = f"entry {', '.join(map(str, back[:20]))}: its time lies before that of the entry before it"
        return Check(name="custody.clock", state="failed", what=what, files=(CUSTODY_FILE,))
    return Check(name="custody.clock", state="passed", what="times only go forward", files=(CUSTODY_FILE,))


def _about(log: CustodyLog) -> str:
    what = f"entries: {len(log.entries)}, each chained to the one before"
    recovered = [entry.sequence for entry in log.entries if entry.action == RECOVERED]
    if recovered:
        what += f"; entry {', '.join(map(str, recovered[:20]))} keeps a line that was not written to its end"
    return what
