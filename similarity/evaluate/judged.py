"""What people decided about matches, as labels for `calibrate`.

A decision is about a stretch, a label about a suspect and a work.  A pair is labelled where all decisions on it agree;
what was put off says nothing, and where decisions differ the pair is left out and named.  Pairs that nobody decided
about are no labels: that one match of a suspect was rejected does not make it independent of other works.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.records import Entry
from similarity.evaluate.labels import JUDGED_COLUMNS, Tier
from similarity.report.writers.csv_form import guarded_cell
from similarity.scan.opinions import Opinion, opinion_on
from similarity.scan.results import SuspectResult
from similarity.text import id_of

__all__ = ["JudgedPair", "JudgedPairs", "judged_csv", "judged_pairs"]

_HASH_DIGITS = 12
_BY_READING: Mapping[str, Tier] = {"reproduction": "copy", "adaptation": "high"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPair:
    """A suspect and a work that somebody decided about."""

    suspect_id: str
    """Stem of the suspect's file."""
    work_id: str
    """Stem of the work's file."""
    verdict: str
    """`confirmed` or `rejected`."""
    tier: Tier
    """copy, or remade after it (high), as it was found; none: rejected."""
    group: str
    """The work's group in the catalogue; else the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPairs:
    """Labels, and what became none."""

    pairs: tuple[JudgedPair, ...]
    """The labelled pairs, in order."""
    left_out: tuple[str, ...]
    """Why decisions are no labels, pair by pair, in words."""


def judged_pairs(opinions: Iterable[Opinion], results: Iterable[SuspectResult], works: Sequence[Entry]) -> JudgedPairs:
    """Labels from decisions.

    Args:
        opinions: what people said.
        results: a run over the suspects that they said it of.
        works: the library's works.
    """
    by_content = {result.sha256: result for result in results if result.status == "compared"}
    entries = {entry.sha256: entry for entry in reversed(works)}
    said: dict[tuple[str, str], list[Opinion]] = {}
    for one in opinions:
        if one.verdict != "later":
            said.setdefault((one.suspect_sha256, one.work_sha256), []).append(one)
    pairs: dict[tuple[str, str], JudgedPair] = {}
    left_out = []
    for (suspect, work), about in sorted(said.items()):
        found = _label(about, by_content.get(suspect), entries.get(work))
        if isinstance(found, JudgedPair) and (found.suspect_id, found.work_id) in pairs:
            left_out.append(f"{found.suspect_id} / {found.work_id}: another pair of files has these names; rename one")
        elif isinstance(found, JudgedPair):
            pairs[found.suspect_id, found.work_id] = found
        else:
            left_out.append(found)
    return JudgedPairs(pairs=tuple(pairs[key] for key in sorted(pairs)), left_out=tuple(left_out))


def _label(about: Sequence[Opinion], result: SuspectResult | None, entry: Entry | None) -> JudgedPair | str:
    """The label of a pair, or why there is none."""
    first = about[0]
    suspect = result.query_id if result else first.suspect_sha256[:_HASH_DIGITS]
    named = f"{suspect} / {entry.entry_id if entry else first.work_sha256[:_HASH_DIGITS]}"
    if result is None:
        return f"{named}: the run holds no such suspect; scan it into the run"
    if entry is None:
        return f"{named}: the library holds no such work"
    verdicts = {one.verdict for one in about}
    if len(verdicts) > 1:
        who = ", ".join(f"{one.verdict} by {one.by} at {one.work_start_seconds:.1f} s" for one in about)
        return f"{named}: decisions differ ({who}); settle them in the overview"
    is_confirmed = first.verdict == "confirmed"
    tier = _tier(about, result, entry) if is_confirmed else "none"
    if tier is None:
        return f"{named}: confirmed, but this run does not tell whether it is a copy or was remade; add the row by hand"
    work_id = id_of(Path(entry.source_path))
    return JudgedPair(
        suspect_id=id_of(Path(result.path)),
        work_id=work_id,
        verdict=first.verdict,
        tier=tier,
        group=entry.catalogue.get("group") or work_id,
    )


def _tier(about: Sequence[Opinion], result: SuspectResult, entry: Entry) -> Tier | None:
    """By what the confirmed stretches were found; of weaker ones, as the pair is read."""
    confirmed = [
        row
        for row in result.matches
        if row.ref_id == entry.entry_id
        and opinion_on(row, suspect_sha256=result.sha256, work_sha256=entry.sha256, opinions=about)
    ]
    names = {name for row in confirmed for name in row.found_by}
    if names:
        return "copy" if "copy" in names else "high"
    readings = [row.finding.reading.name for row in result.pairs if row.ref_id == entry.entry_id and row.finding]
    return _BY_READING.get(readings[0]) if readings and confirmed else None


def judged_csv(pairs: Iterable[JudgedPair]) -> str:
    """The table that `calibrate` takes."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(JUDGED_COLUMNS)
    for one in pairs:
        writer.writerow(map(guarded_cell, (one.suspect_id, one.work_id, one.verdict, one.tier, one.group)))
    return buffer.getvalue()
