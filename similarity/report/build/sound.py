"""What a report says of soundtracks, from what was compared."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.compare.session import Session
from similarity.compare.sounding import ComparedSound
from similarity.describe.video import DescribedVideo
from similarity.measure.found import is_heard
from similarity.report.schema.sound import SoundFindings, SoundStretch, SoundWork
from similarity.sound.values import SoundMatch

__all__ = ["sound_findings"]

MOST_STRETCHES = 60
"""Stretches listed: a loop that is heard a thousand times is told of by its strongest."""


def sound_findings(video: DescribedVideo, session: Session) -> SoundFindings | NotMeasured:
    """The suspect's sound against the library's; its file is decoded for it."""
    compared = session.compared_sound(video.path, session.rows.works)
    if isinstance(compared, NotMeasured):
        return compared
    works = dict.fromkeys(one.work_id for one in compared.found)
    return SoundFindings(
        facts=compared.facts,
        threshold=compared.threshold,
        num_works=compared.num_works,
        num_works_without=len(compared.without_sound),
        covered_seconds=compared.covered_seconds(),
        works=tuple(_work(work_id, compared, session) for work_id in works),
        stretches=tuple(
            _stretch(f"s{number}", one, compared.threshold)
            for number, one in enumerate(compared.matches[:MOST_STRETCHES], start=1)
        ),
    )


def _work(work_id: str, compared: ComparedSound, session: Session) -> SoundWork:
    return SoundWork(
        work_id=work_id,
        title=session.rows.entry(work_id).catalogue.get("title") or work_id,
        facts=compared.works[work_id],
        suspect_covered_seconds=compared.covered_seconds(work_id),
        work_covered_seconds=compared.work_covered_seconds(work_id),
    )


def _stretch(match_id: str, match: SoundMatch, threshold: float) -> SoundStretch:
    return SoundStretch(
        match_id=match_id,
        work_id=match.work_id,
        suspect_start_seconds=match.suspect_start_seconds,
        suspect_end_seconds=match.suspect_end_seconds,
        work_start_seconds=match.work_start_seconds,
        work_end_seconds=match.work_end_seconds,
        speed_factor=match.speed,
        pitch_semitones=match.pitch_semitones,
        score=match.score,
        num_peaks=match.num_peaks,
        num_coincident=match.num_coincident,
        expected_coincident=match.expected_coincident,
        is_found=is_heard(match.score, threshold=threshold),
    )
