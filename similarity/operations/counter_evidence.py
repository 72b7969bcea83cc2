"""The unrelated footage that comes closest to a suspect: what the same axes reach without any taking."""

from __future__ import annotations

from dataclasses import replace

from similarity.absence import NotMeasured
from similarity.align.candidates import candidate_works
from similarity.align.lines import LineRules
from similarity.align.pair import align_pair
from similarity.align.values import PairAlignment, SuspectRows
from similarity.describe.video import DescribedVideo
from similarity.operations.described import stored_facts
from similarity.operations.library_rows import suspect_rows
from similarity.operations.session import Session
from similarity.report.values import UnrelatedFootage

__all__ = ["closest_unrelated"]

_NUM_ALIGNED = 3
"""Background entries that are aligned; the rest got fewer votes."""


def closest_unrelated(video: DescribedVideo, session: Session) -> UnrelatedFootage | NotMeasured:
    """Find, align and measure it, each entry without itself in the background: it must not count as usual."""
    rows = session.rows
    itself = set(rows.ids_of(video.digest.sha256, "background"))
    works = {entry.sha256 for entry in rows.works.values()}
    entries = tuple(
        entry.entry_id
        for entry in rows.background_entries
        if entry.num_indexed and entry.entry_id not in itself and entry.sha256 not in works
    )
    if not entries:
        return NotMeasured(reason="the library holds no background footage; add some: similarity add --background PATH")
    few = replace(session.config.align, max_candidate_works=_NUM_ALIGNED)
    suspect = suspect_rows(video, rows.shipped_background)
    found = candidate_works(rows.library, suspect, entries, config=few, role="background")
    aligned = [_aligned(entry_id, video, session) for entry_id in found.work_ids]
    best = max((one for one in aligned if one[1].matches), key=lambda one: one[1].score, default=None)
    if best is None:
        return NotMeasured(reason="no stretch of the library's background footage could be aligned with the suspect")
    return _measured(best[0], best[1], video, session)


def _aligned(entry_id: str, video: DescribedVideo, session: Session) -> tuple[SuspectRows, PairAlignment]:
    under = session.rows.background_without(entry_id)
    suspect = suspect_rows(video, under)
    work = session.rows.rows_under(entry_id, under)
    bin_seconds = 1 / session.config.sample.samples_per_second
    return suspect, align_pair(suspect, work, under, rules=LineRules(), bin_seconds=bin_seconds)


def _measured(
    suspect: SuspectRows, aligned: PairAlignment, video: DescribedVideo, session: Session
) -> UnrelatedFootage | NotMeasured:
    looked_at = session.verifier.verified(video, [aligned.with_matches(aligned.matches[:1])])[0]
    measurer = replace(session.measurer(video, suspect), backgrounds=session.rows.background_without(aligned.work_id))
    finding = measurer.finding(looked_at.matches[0])
    if finding is None:
        return NotMeasured(reason="the closest background footage shares no sample with the suspect")
    facts = stored_facts(session.rows.entry(aligned.work_id).facts_json)
    return UnrelatedFootage(entry_id=aligned.work_id, title=facts.title, finding=finding)
