"""The unrelated footage that comes closest to a suspect: what the same axes reach without any taking."""

from __future__ import annotations

from dataclasses import dataclass, replace

from similarity.absence import NotMeasured, not_measured
from similarity.align.candidates import candidate_works
from similarity.align.normalise import Backgrounds
from similarity.align.values import PairAlignment, SuspectTrack, WorkTrack
from similarity.compare.engine import align
from similarity.compare.session import Session
from similarity.compare.values import UnrelatedFootage
from similarity.compare.works import suspect_track
from similarity.describe.facts import stored_facts
from similarity.describe.video import DescribedVideo

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
        return not_measured("the library holds no background footage")
    few = replace(session.config.align, max_candidate_works=_NUM_ALIGNED)
    suspect = suspect_track(video, rows.shipped_background)
    found = candidate_works(rows.library, suspect, entries, config=few, role="background")
    aligned = [_aligned(entry_id, video, session) for entry_id in found.work_ids]
    best = max((one for one in aligned if one.pair.matches), key=lambda one: one.pair.score, default=None)
    if best is None:
        return not_measured("no stretch of the library's background footage could be aligned with the suspect")
    return _measured(best, video, session)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aligned:
    """A background entry against the suspect, both under a background without that entry."""

    under: Backgrounds
    suspect: SuspectTrack
    rows: WorkTrack
    pair: PairAlignment


def _aligned(entry_id: str, video: DescribedVideo, session: Session) -> _Aligned:
    under = session.rows.background_without(entry_id)
    suspect = suspect_track(video, under)
    rows = session.rows.rows_under(entry_id, under)
    pair = align(suspect, rows, under, config=session.config)
    return _Aligned(under=under, suspect=suspect, rows=rows, pair=pair)


def _measured(best: _Aligned, video: DescribedVideo, session: Session) -> UnrelatedFootage | NotMeasured:
    looked_at = session.verifier.verified(video, [best.pair.with_matches(best.pair.matches[:1])])[0]
    measurer = replace(session.measurer(video, best.suspect), backgrounds=best.under, work_track=lambda _: best.rows)
    finding = measurer.finding(looked_at.matches[0])
    facts = stored_facts(session.rows.entry(best.pair.work_id).facts_json)
    return UnrelatedFootage(entry_id=best.pair.work_id, title=facts.title, finding=finding)
