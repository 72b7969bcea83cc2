"""Aligned stretches to findings: every axis, the likelihood ratios, a reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured, not_measured
from similarity.align.normalise import Background, Backgrounds
from similarity.align.pair import FULL_QUALITY
from similarity.align.values import AlignedMatch, BiasedTrack, SuspectTrack, VisiblePair, WorkTrack
from similarity.compare.works import Works
from similarity.config import Config
from similarity.describe.video import DescribedVideo
from similarity.errors import ConfigurationError
from similarity.geometry.change import PicturePart
from similarity.geometry.features import LONG_SIDE_PIXELS
from similarity.geometry.fit import PairFit
from similarity.geometry.look import PairLook
from similarity.geometry.structure import PairStructure
from similarity.ingest.marked_parts import parts_of
from similarity.intervals import Interval, holds
from similarity.measure.axes import (
    absent_axis,
    concept_axis,
    motion_axis,
    region_axis,
    structure_axis,
    surface_axes,
    verbatim_axis,
    zscore_axis,
)
from similarity.measure.calibration import Calibration, LikelihoodRatio, likelihood_ratio_under
from similarity.measure.calibrations import Calibrations
from similarity.measure.envelope import Conditions, EnvelopeCheck, check_envelope
from similarity.measure.finding import Finding, adaptation_values, kept_share
from similarity.measure.fitting import AxisWeights
from similarity.measure.found import Proposition, found_by
from similarity.measure.reading import propose_reading
from similarity.measure.values import AxisName, AxisValue, Reading
from similarity.phrases import phrase

__all__ = ["JudgedMatch", "Measurer", "conditions_of"]

Rows = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]
Samples = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedMatch:
    """A match, what the whole of it measures, and on what it is found."""

    match: AlignedMatch
    """The match."""
    finding: Finding
    """What it measures."""
    found_by: tuple[Proposition, ...]
    """Propositions on which it counts as found; none: it is a weaker one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurer:
    """Measures matches of one suspect."""

    video: DescribedVideo
    """The suspect."""
    suspect: SuspectTrack
    """Its rows, into which matches point."""
    backgrounds: Backgrounds
    """What unrelated pictures look like."""
    rows: Works
    """The library."""
    work_track: Callable[[str], WorkTrack]
    """The rows of a work under these backgrounds."""
    config: Config
    """The published PDQ distance."""
    calibrations: Calibrations
    """What independent pairs reach, and what a score is worth."""
    concept: NotMeasured | None
    """Why the concept axis is not measured; None where it is."""
    num_comparisons: int
    """Samples of the suspect times samples of all works: out of so many its matches are chosen."""

    def finding(self, match: AlignedMatch) -> Finding:
        """The whole match: every axis, both ratios, a reading."""
        indices = np.arange(len(match.suspect_samples))
        stretch = match.suspect_start_seconds, match.suspect_end_seconds
        axes = self.axes(match, indices, stretch)
        copying, remaking = self.calibrations.copy, self.calibrations.adaptation
        conditions = conditions_of(
            self.video,
            match.suspect_samples,
            seconds=match.suspect_end_seconds - match.suspect_start_seconds,
        )
        score = float(_weights(remaking).score(adaptation_values(axes, match.score)))
        kept = kept_share(_structures(match, indices, stretch)[0])
        copied = self._ratio(copying, match, match.score, conditions)
        remade = self._ratio(remaking, match, score, conditions)
        return Finding(
            work_id=match.work_id,
            suspect_start_seconds=match.suspect_start_seconds,
            suspect_end_seconds=match.suspect_end_seconds,
            work_start_seconds=match.work_start_seconds,
            work_end_seconds=match.work_end_seconds,
            axes=axes,
            kept_share=kept,
            adaptation_score=score,
            copy_ratio=copied,
            adaptation_ratio=remade,
            conditions=conditions,
            num_comparisons=self.num_comparisons,
            envelope=_envelope(remaking, match, conditions),
            reading=self._reading(match, axes, kept, (copied, remade)),
            support=match.support,
        )

    def _ratio(
        self, calibration: Calibration, match: AlignedMatch, score: float, conditions: Conditions
    ) -> LikelihoodRatio | NotMeasured:
        """The ratio of a score; none where support lies only in what never moves: the data hold none such."""
        if _is_setting(match):
            return _OF_SETTING
        return likelihood_ratio_under(calibration, score, conditions=conditions, num_comparisons=self.num_comparisons)

    def within(self, match: AlignedMatch, span: Interval, *, whole: Finding) -> Finding | None:
        """What of a match lies within a span of the suspect's seconds; None where no sample does.

        Axes and reading are of that stretch; the ratios stay those of the whole match, from which they were read.

        Args:
            match: the match.
            span: start and end in the suspect, seconds.
            whole: the finding of the whole match.
        """
        seconds = self.suspect.seconds[match.suspect_samples]
        indices = np.flatnonzero([holds(span, moment) for moment in seconds.tolist()])
        if not len(indices):
            return None
        axes = self.axes(match, indices, span)
        kept = kept_share(_structures(match, indices, span)[0])
        start, end, there, there_end = _stretch(match, span, seconds[indices], self._work_seconds(match, indices))
        return replace(
            whole,
            suspect_start_seconds=start,
            suspect_end_seconds=end,
            work_start_seconds=there,
            work_end_seconds=there_end,
            axes=axes,
            kept_share=kept,
            reading=self._reading(match, axes, kept, (whole.copy_ratio, whole.adaptation_ratio)),
        )

    def judged(self, matches: Sequence[AlignedMatch]) -> tuple[JudgedMatch, ...]:
        """Matches with what they measure and on what they are found, in the order given."""
        threshold = self.config.align.operating_threshold
        measured = ((match, self.finding(match)) for match in matches)
        return tuple(
            JudgedMatch(
                match=match,
                finding=finding,
                found_by=found_by(match.score, finding.reading, threshold=threshold),
            )
            for match, finding in measured
        )

    def _reading(
        self,
        match: AlignedMatch,
        axes: tuple[AxisValue, ...],
        kept: float | NotMeasured,
        ratios: tuple[LikelihoodRatio | NotMeasured, LikelihoodRatio | NotMeasured],
    ) -> Reading:
        copied, remade = ratios
        return propose_reading(
            axes,
            kept_share=kept,
            copy_log10=copied if isinstance(copied, NotMeasured) else copied.log10_lr,
            adaptation_log10=remade if isinstance(remade, NotMeasured) else remade.log10_lr,
            is_still=self.video.is_still,
            support=match.support,
        )

    def axes(self, match: AlignedMatch, indices: Indices, span: Interval) -> tuple[AxisValue, ...]:
        """Every axis over some of the aligned samples of a match.

        Args:
            match: the match.
            indices: of its aligned samples.
            span: the stretch of the suspect, seconds: of a placed match, frames in it are compared through the fit.
        """
        percentile = self.calibrations.adaptation.percentile
        looks = _chosen(match.looks, match, indices)
        palette, style = surface_axes(looks, percentile)
        structures, is_through_fit = _structures(match, indices, span)
        seen, work = self.suspect.views[match.view], self.work_track(match.work_id)
        here, there = seen.rows_of(match.suspect_samples[indices]), match.work_samples[indices]
        copied = _paired_zscores(
            self.backgrounds.compact,
            BiasedTrack(rows=seen.compact[here], bias=seen.bias[here]),
            BiasedTrack(rows=work.compact[there], bias=work.bias[there]),
        )
        layout = self.backgrounds.composition
        there_as = work.composition_as(match.work_shape)
        return (
            self._verbatim(match, indices, span),
            zscore_axis("copied", copied, percentile),
            structure_axis(structures, percentile, is_through_fit=is_through_fit),
            _NO_COMPOSITION
            if layout is None or seen.composition is None or there_as is None
            else zscore_axis(
                "composition",
                _paired_zscores(layout, seen.composition[here], there_as[there]),
                percentile,
            ),
            absent_axis("motion", _TURNED)
            if match.view.turn_degrees
            else _NO_MOTION
            if seen.motion is None or work.motion is None
            else motion_axis(seen.motion[here], work.motion[there], percentile),
            region_axis(_confirmed_parts(match, indices), self._marked(match.work_id), percentile),
            palette,
            self._concept(match, indices),
            style,
        )

    def _verbatim(self, match: AlignedMatch, indices: Indices, span: Interval) -> AxisValue:
        """The pictures themselves: frames through the fit where there are any, else samples as they are shown."""
        most_bits = self.config.align.pdq_distance_bits
        laid = [pair for pair, _ in _laid(match, span)]
        bits = np.array([pair.pdq_distance_bits for pair in laid], dtype=np.int64)
        quality = np.array([pair.pdq_quality for pair in laid], dtype=np.uint8)
        if laid and quality.max() >= FULL_QUALITY:
            return verbatim_axis(bits, quality, most_bits=most_bits, is_through_fit=True)
        return verbatim_axis(match.pdq_distance_bits[indices], match.pdq_quality[indices], most_bits=most_bits)

    def _marked(self, work_id: str) -> tuple[PicturePart, ...]:
        """Parts of the work's picture that its owner marked."""
        return parts_of(self.rows.entry(work_id).catalogue.get("salient_parts", ""))

    def _concept(self, match: AlignedMatch, indices: Indices) -> AxisValue:
        if self.concept is not None:
            return absent_axis("concept", self.concept)
        seen, work = self.video.track(match.view, "clip"), self.rows.subjects(match.work_id)
        if work is None or seen is None:
            return absent_axis("concept", _NO_SUBJECT if work is None else _NOT_SEEN)
        known = indices[np.isin(match.suspect_samples[indices], seen.samples)]
        if not len(known):
            return absent_axis("concept", _NOT_SEEN)
        here = np.searchsorted(seen.samples, match.suspect_samples[known])
        itself = {match.work_id, *self.rows.ids_of(self.video.digest.sha256, "background")}
        return concept_axis(
            cast("Rows", seen.rows)[here],
            work[match.work_samples[known]],
            self._work_seconds(match, known),
            [item for entry_id, item in self.rows.unrelated_subjects.items() if entry_id not in itself],
        )

    def _work_seconds(self, match: AlignedMatch, indices: Indices) -> npt.NDArray[np.float64]:
        return self.work_track(match.work_id).seconds[match.work_samples[indices]]


def conditions_of(video: DescribedVideo, samples: Samples, *, seconds: float) -> Conditions:
    """What a calibration's envelope asks of a comparison.

    Resolution counts only as far as any measure uses it: pictures are shrunk to `LONG_SIDE_PIXELS` or less.

    Args:
        video: the suspect.
        samples: (k,) aligned samples, among the indexed ones.
        seconds: length of the stretch.
    """
    info, counts = video.info, video.counts
    pixels = info.display_width * info.display_height * max(1, counts.num_frames_from_content)
    box = video.samples.box[video.samples.indexed[samples]].astype(np.float64) / 1000
    inside = (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])
    numbers: dict[str, float | NotMeasured] = {
        "used_side_pixels": float(min(max(info.display_width, info.display_height), LONG_SIDE_PIXELS)),
        "num_samples": float(len(samples)),
        "bars_share": float(1 - inside.mean()),
        "bits_per_pixel": 8 * video.digest.size_bytes / pixels,
    }
    if not video.is_still:
        numbers["seconds"] = seconds
    return Conditions.of("still" if video.is_still else "moving picture", numbers)


def _is_setting(match: AlignedMatch) -> bool:
    return not isinstance(match.support, NotMeasured) and match.support.kind == "standing"


def _envelope(calibration: Calibration, match: AlignedMatch, conditions: Conditions) -> EnvelopeCheck:
    """Whether a match lies within what a calibration was validated on."""
    check = check_envelope(calibration.envelope, conditions)
    if not _is_setting(match):
        return check
    return EnvelopeCheck(is_inside=False, reasons=(*check.reasons, _ONLY_STANDING))


def _not_in_older(axis: AxisName) -> AxisValue:
    reason = not_measured(
        "the library was indexed without {name} descriptors, by an older version; index the works again into a new one",
        name=axis,
    )
    return absent_axis(axis, reason)


_ONLY_STANDING = phrase("support lies only in what never moves in either")
_OF_SETTING = not_measured(
    "the likelihood ratio is withheld: support lies only in what never moves in either, of which the calibration holds "
    "no pairs"
)
_NO_SUBJECT = not_measured("the library holds no CLIP descriptors of this work")
_NOT_SEEN = not_measured("what the suspect shows there was described without CLIP")
_TURNED = not_measured("how a turned picture moves is not described")
_NO_COMPOSITION, _NO_MOTION = _not_in_older("composition"), _not_in_older("motion")


def _paired_zscores(background: Background, suspect: BiasedTrack, work: BiasedTrack) -> Rows:
    """(k,) normalised similarity of each suspect sample to its own partner."""
    return background.paired_zscores(suspect.rows, work.rows, suspect_bias=suspect.bias, work_bias=work.bias)


def _weights(calibration: Calibration) -> AxisWeights:
    if calibration.axis_weights is None:
        raise ConfigurationError(f"the calibration {calibration.name!r} weighs no axes: expected one of adaptations")
    return calibration.axis_weights


def _chosen(looks: tuple[PairLook | NotMeasured, ...], match: AlignedMatch, indices: Indices) -> list[PairLook]:
    """The frame pairs looked at among some of the aligned samples."""
    wanted = set(indices.tolist())
    return [
        look
        for look, index in zip(looks, match.looked_at.tolist(), strict=True)
        if isinstance(look, PairLook) and index in wanted
    ]


def _laid(match: AlignedMatch, span: Interval) -> list[tuple[VisiblePair, PairStructure]]:
    """Frames of a placed match in a stretch of the suspect, compared on what both show."""
    if isinstance(match.placement, NotMeasured) or isinstance(match.placement.pairs, NotMeasured):
        return []
    pairs = zip(match.placement.pairs, match.visible, strict=True)
    return [(pair, structure) for pair, structure in pairs if holds(span, pair.suspect_seconds)]


def _structures(match: AlignedMatch, indices: Indices, span: Interval) -> tuple[list[PairStructure], bool]:
    """Whether edges stand in the same places, and whether through the fit of a placed match."""
    laid = [structure for _, structure in _laid(match, span)]
    return laid or [look.structure for look in _chosen(match.looks, match, indices)], bool(laid)


def _confirmed_parts(match: AlignedMatch, indices: Indices) -> list[PicturePart]:
    """Parts of the work's picture that reappear, of the confirmed frame pairs among some samples."""
    wanted = set(indices.tolist())
    return [
        _part_of_work(fit)
        for fit, index in zip(match.fits, match.looked_at.tolist(), strict=True)
        if index in wanted and isinstance(fit, PairFit) and fit.points.is_confirmed
    ]


def _part_of_work(fit: PairFit) -> PicturePart:
    """The box of the work's picture in which nine tenths of the points in place stand, either way."""
    (left, top), (right, bottom) = np.percentile(fit.work_points, (5, 95), axis=0).tolist()
    return PicturePart(left=left, top=top, right=right, bottom=bottom, area_share=(right - left) * (bottom - top))


def _stretch(
    match: AlignedMatch,
    span: Interval,
    here: npt.NDArray[np.float64],
    there: npt.NDArray[np.float64],
) -> tuple[float, float, float, float]:
    """Start and end in the suspect and in the work; a still picture has all of its match."""
    start, end = max(span[0], match.suspect_start_seconds), min(span[1], match.suspect_end_seconds)
    if start == end:
        return start, end, match.work_start_seconds, match.work_end_seconds
    speed = match.fit.speed_factor
    scale = 1.0 if isinstance(speed, NotMeasured) else abs(speed)
    half = 0.5 * scale * max(0.0, (end - start) - float(here.max() - here.min()))
    return (
        start,
        end,
        max(match.work_start_seconds, float(there.min()) - half),
        min(match.work_end_seconds, float(there.max()) + half),
    )
