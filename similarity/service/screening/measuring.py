"""An upload against the library, as facts: decode once, align, place, and say what was found and what was not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from similarity.absence import NotMeasured
from similarity.align.candidates import candidate_works
from similarity.compare.engine import compare_described
from similarity.compare.measuring import JudgedMatch
from similarity.compare.session import Session
from similarity.compare.sounding import ComparedSound
from similarity.compare.works import suspect_track
from similarity.describe.video import DescribedVideo
from similarity.errors import MediaError
from similarity.intervals import Interval, union_seconds
from similarity.measure.calibration import LikelihoodRatio
from similarity.provenance.reading import read_labels
from similarity.provenance.values import LabelReading
from similarity.report.build.findings import limits_of
from similarity.report.phrases.words import limit_sentences
from similarity.service.screening.measured import (
    Measured,
    Ratio,
    SoundOfWork,
    SoundStretch,
    Stretch,
    WorkMeasured,
)
from similarity.texts.names import WorkName, find_names
from similarity.texts.tokens import Vocabulary

__all__ = ["measure", "unreadable"]

_MOST_STRETCHES = 200
"""Matches of one work that are kept; what was matched is counted over all."""


def measure(path: Path, session: Session, *, prompt: str | None) -> tuple[Measured, DescribedVideo]:
    """Everything that policies may speak of.

    Args:
        path: the file.
        session: the library.
        prompt: what a generator was asked, where it is known.

    Raises:
        MediaError: no pictures can be read.
    """
    video = session.describe(path)
    comparison = compare_described(
        video,
        session.rows,
        config=session.config,
        device=session.search.device,
        verifier=session.verifier,
    )
    comparison = session.placer.placed(video, comparison)
    measurer = session.measurer(video, comparison.suspect)
    judged = measurer.judged(comparison.matches)
    by_work: dict[str, list[JudgedMatch]] = {}
    for one in judged:
        by_work.setdefault(one.match.work_id, []).append(one)
    found = {work_id: ones for work_id, ones in by_work.items() if any(one.found_by for one in ones)}
    works = [_work(session, video, work_id, ones) for work_id, ones in found.items()]
    sound = session.compared_sound(path, session.rows.works)
    labels = read_labels(path)
    limits = limits_of(comparison, len(session.rows.works), measurer, num_listed=len(comparison.matches))
    measured = Measured(
        is_readable=True,
        reason="; ".join(map(str, video.reading_notes)) or None,
        duration_seconds=video.counts.duration_seconds_from_content,
        is_still=video.is_still,
        works=tuple(sorted(works, key=lambda work: (-work.score, work.work_id))),
        sound=() if isinstance(sound, NotMeasured) else _sound(session, video, sound),
        sound_not_measured=str(sound.reason) if isinstance(sound, NotMeasured) else None,
        num_weaker=len(by_work) - len(found),
        num_works=len(session.rows.works),
        num_comparisons=measurer.num_comparisons,
        indexed_as=tuple(one.entry_id for one in session.rows.indexed_as(video.digest.sha256) if one.role == "work"),
        labels={one.kind: one.state for one in labels},
        label_reading=label_reading(labels),
        prompt_names=_named_in(prompt, session) if prompt else (),
        limits=tuple(map(str, limit_sentences(limits))),
    )
    return measured, video


def found_among(video: DescribedVideo, session: Session, work_ids: Sequence[str]) -> tuple[str, ...]:
    """Those of some works that are found, by their pictures or by their sound.

    A whole comparison may let stronger works step before them.

    Args:
        video: described before; its file is decoded again for its sound.
        session: the library as it is now.
        work_ids: works to look for; of these, those that candidate search proposes among all works are aligned.
    """
    wanted = frozenset(work_ids)
    copies = (one.entry_id for one in session.rows.indexed_as(video.digest.sha256) if one.entry_id in wanted)
    sound = session.compared_sound(video.path, wanted)
    heard = () if isinstance(sound, NotMeasured) else (one.work_id for one in sound.found)
    return tuple(dict.fromkeys((*copies, *_seen_among(video, session, wanted), *heard)))


def _seen_among(video: DescribedVideo, session: Session, wanted: frozenset[str]) -> tuple[str, ...]:
    suspect = suspect_track(video, session.rows.background)
    works = [entry_id for entry_id, entry in session.rows.works.items() if entry.sha256 != video.digest.sha256]
    proposed = candidate_works(
        session.rows.library, suspect, works, config=session.config.align, device=session.search.device
    )
    named = tuple(work_id for work_id in proposed.work_ids if work_id in wanted)
    if not named:
        return ()
    comparison = compare_described(
        video,
        session.rows,
        config=session.config,
        device=session.search.device,
        verifier=session.verifier,
        candidates=replace(proposed, work_ids=named),
    )
    judged = session.measurer(video, comparison.suspect).judged(comparison.matches)
    return tuple(one.match.work_id for one in judged if one.found_by)


def unreadable(error: MediaError, path: Path) -> Measured:
    """What is known of a file that no pictures could be read from; where it lies is nobody's business outside."""
    return Measured(is_readable=False, reason=str(error).replace(str(path), "the file"))


def label_reading(labels: Sequence[LabelReading]) -> Literal["is", "may be", "suspected", "none"]:
    """What the labels in a file say of generation, the strongest of them (标识办法, article 6).

    An implicit label says 属于 (*is*); what only other metadata declare is at most 可能 (*may be*), and traces of a
    generator alone 疑似 (*suspected*).
    """
    claims = {label.claim for reading in labels for label in reading.aigc_labels if not label.is_damaged}
    if "is_generated" in claims:
        return "is"
    if "may_be_generated" in claims or any(_declares_generation(reading) for reading in labels):
        return "may be"
    return "suspected" if "suspected_generated" in claims else "none"


def _declares_generation(reading: LabelReading) -> bool:
    """Whether C2PA or XMP names a source type of a trained algorithm (IPTC digital source types)."""
    return reading.kind in {"c2pa", "xmp"} and any(
        "trainedAlgorithmicMedia" in one.value or "compositeWithTrainedAlgorithmicMedia" in one.value
        for one in reading.fields
    )


def _work(session: Session, video: DescribedVideo, work_id: str, judged: Sequence[JudgedMatch]) -> WorkMeasured:
    entry = session.rows.entry(work_id)
    found = [one for one in judged if one.found_by]
    strongest = sorted(judged, key=lambda one: (not one.found_by, -one.match.score))
    stretches = tuple(_stretch(one) for one in strongest[:_MOST_STRETCHES])
    here = _seconds((one.match.suspect_start_seconds, one.match.suspect_end_seconds) for one in found)
    there = _seconds((one.match.work_start_seconds, one.match.work_end_seconds) for one in found)
    return WorkMeasured(
        work_id=work_id,
        title=entry.catalogue.get("title", "") or work_id,
        owner=entry.catalogue.get("owner", ""),
        work_sha256=entry.sha256,
        score=stretches[0].score,
        found_by=tuple(dict.fromkeys(name for one in found for name in one.found_by)),
        reading=stretches[0].reading,
        matched_seconds=here,
        upload_share=_share(here, video.counts.duration_seconds_from_content),
        work_seconds=there,
        work_share=_share(there, entry.duration_seconds),
        stretches=stretches,
    )


def _sound(session: Session, video: DescribedVideo, compared: ComparedSound) -> tuple[SoundOfWork, ...]:
    """Works of whose sound a stretch was found, strongest first."""
    works = dict.fromkeys(one.work_id for one in compared.found)
    return tuple(_sound_of(session, video, compared, work_id) for work_id in works)


def _sound_of(session: Session, video: DescribedVideo, compared: ComparedSound, work_id: str) -> SoundOfWork:
    entry = session.rows.entry(work_id)
    found = [one for one in compared.found if one.work_id == work_id]
    here, there = compared.covered_seconds(work_id), compared.work_covered_seconds(work_id)
    return SoundOfWork(
        work_id=work_id,
        title=entry.catalogue.get("title", "") or work_id,
        owner=entry.catalogue.get("owner", ""),
        work_sha256=entry.sha256,
        score=found[0].score,
        matched_seconds=here,
        upload_share=_share(here, video.counts.duration_seconds_from_content),
        work_seconds=there,
        work_share=_share(there, entry.duration_seconds),
        stretches=tuple(
            SoundStretch(
                start_seconds=one.suspect_start_seconds,
                end_seconds=one.suspect_end_seconds,
                work_start_seconds=one.work_start_seconds,
                work_end_seconds=one.work_end_seconds,
                speed=one.speed,
                pitch_semitones=one.pitch_semitones,
                score=one.score,
            )
            for one in found[:_MOST_STRETCHES]
        ),
    )


def _stretch(judged: JudgedMatch) -> Stretch:
    match, finding = judged.match, judged.finding
    return Stretch(
        start_seconds=match.suspect_start_seconds,
        end_seconds=match.suspect_end_seconds,
        work_start_seconds=match.work_start_seconds,
        work_end_seconds=match.work_end_seconds,
        speed=None if isinstance(match.fit.speed_factor, NotMeasured) else match.fit.speed_factor,
        is_mirrored=match.is_mirrored,
        score=match.score,
        found_by=judged.found_by,
        reading=finding.reading.name,
        copy_ratio=_ratio(finding.copy_ratio),
        adaptation_ratio=_ratio(finding.adaptation_ratio),
        in_envelope=finding.envelope.is_inside,
    )


def _ratio(ratio: LikelihoodRatio | NotMeasured) -> Ratio:
    if isinstance(ratio, NotMeasured):
        return Ratio(not_stated=str(ratio.reason))
    return Ratio(log10=ratio.log10_lr, lower=ratio.lower, upper=ratio.upper, is_capped=ratio.is_capped)


def _seconds(intervals: Iterable[Interval]) -> float:
    return union_seconds(intervals)


def _share(seconds: float, total_seconds: float) -> float | None:
    return min(1.0, seconds / total_seconds) if total_seconds > 0 and math.isfinite(total_seconds) else None


def _named_in(prompt: str, session: Session) -> tuple[str, ...]:
    """Titles of works that stand in a prompt, as whole words."""
    titles: Mapping[str, None] = dict.fromkeys(
        title for entry in session.rows.works.values() if (title := entry.catalogue.get("title", "").strip())
    )
    vocabulary = Vocabulary()
    text = vocabulary.tokenise(prompt)
    names = [WorkName(kind="title", name=title) for title in titles]
    return tuple(found.name.name for found in find_names(text, names, vocabulary))
