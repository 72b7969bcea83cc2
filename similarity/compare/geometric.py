"""Looks again at the strongest matches: local features of aligned frames, decoded from both files.

What confirms a match raises its score, what contradicts it lowers it; see `similarity.align.rescoring`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from index.records import Entry, SampleTable
from similarity.absence import NotMeasured
from similarity.align.rescoring import verified_score
from similarity.align.values import AlignedMatch, PairAlignment
from similarity.compare.frames import NOT_DECODED, Frames
from similarity.compare.works import Works
from similarity.config import Config
from similarity.describe.conditions import cut_out
from similarity.describe.shapes import WorkShape, shape_box
from similarity.describe.video import DescribedVideo
from similarity.describe.views import AS_IS, View, seen_through
from similarity.geometry.features import LocalFeatures, local_features
from similarity.geometry.fit import PairFit, fit_pair
from similarity.geometry.framing import Part, in_whole_frames
from similarity.geometry.look import FrameLook, PairLook, frame_look, pair_look
from similarity.geometry.verification import verify
from similarity.media.types import Picture

__all__ = ["Verifier", "pairs_to_verify"]

_KEPT_FEATURES = 600
"""Features of work frames kept between suspects, about 0.2 MB each."""

Numbers = npt.NDArray[np.intp]
_WorkFrame = tuple[str, WorkShape, int]
"""Work, what of its picture was looked at, sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A frame looked at again, and the part of it that was looked at."""

    features: LocalFeatures
    look: FrameLook
    part: Part


class Verifier:
    """Verifies matches against the files of the works; frames of works are looked at once per session."""

    def __init__(self, rows: Works, config: Config, frames: Frames) -> None:
        self._rows = rows
        self._config = config
        self._frames = frames
        self._works: OrderedDict[_WorkFrame, _Seen] = OrderedDict()

    def verified(
        self, video: DescribedVideo, alignments: Sequence[PairAlignment], *, always: Collection[str] = ()
    ) -> tuple[PairAlignment, ...]:
        """The alignments with the strongest matches verified and their scores settled, in the order given.

        Args:
            video: the suspect, whose file is read again.
            alignments: as aligned.
            always: works whose strongest match is looked at even if it is not among the strongest of all.
        """
        chosen = self._chosen(alignments)
        strongest = (one.matches[0] for one in alignments if one.work_id in always and one.matches)
        chosen += [match for match in strongest if all(match is not one for one in chosen)]
        suspect = self._suspect_frames(video, chosen)
        found: dict[int, AlignedMatch] = {}
        for work_id, shape in dict.fromkeys((match.work_id, match.work_shape) for match in chosen):
            of_work = [match for match in chosen if (match.work_id, match.work_shape) == (work_id, shape)]
            there = self._work_frames(work_id, shape, of_work)
            for match in of_work:
                found[id(match)] = self._verified(match, suspect, there)
        return tuple(one.with_matches(found.get(id(match), match) for match in one.matches) for one in alignments)

    def _chosen(self, alignments: Sequence[PairAlignment]) -> list[AlignedMatch]:
        rules = self._config.verify
        every = [match for one in alignments for match in one.matches if match.score >= rules.from_score]
        every.sort(key=lambda match: (-match.score, match.work_id, match.suspect_start_seconds))
        return every[: rules.max_matches]

    def _suspect_frames(
        self, video: DescribedVideo, chosen: Sequence[AlignedMatch]
    ) -> Mapping[tuple[int, View], _Seen] | NotMeasured:
        indexed = video.samples.indexed
        wanted = {
            (int(sample), _upright(match.view))
            for match in chosen
            for sample in match.suspect_samples[pairs_to_verify(match, self._config)]
        }
        stamps = {sample: int(video.samples.pts[indexed[sample]]) for sample, _ in wanted}
        max_side = self._config.sample.max_side_pixels
        pictures = self._frames.of_suspect(video, sorted(set(stamps.values())), max_side=max_side)
        if isinstance(pictures, NotMeasured):
            return pictures
        return {
            (sample, view): _seen(pictures[stamps[sample]], video.samples, int(indexed[sample]), view)
            for sample, view in wanted
            if stamps[sample] in pictures
        }

    def _work_frames(
        self, work_id: str, shape: WorkShape, chosen: Sequence[AlignedMatch]
    ) -> Mapping[int, _Seen] | NotMeasured:
        wanted = {
            int(sample) for match in chosen for sample in match.work_samples[pairs_to_verify(match, self._config)]
        }
        missing = sorted(sample for sample in wanted if (work_id, shape, sample) not in self._works)
        if missing:
            failed = self._look_at_work(self._rows.entry(work_id), shape, missing)
            if failed is not None:
                return failed
        keys = {sample: (work_id, shape, sample) for sample in wanted}
        return {sample: self._works[key] for sample, key in keys.items() if key in self._works}

    def _look_at_work(self, entry: Entry, shape: WorkShape, missing: Sequence[int]) -> NotMeasured | None:
        samples = self._rows.library.samples(entry.entry_id)
        numbers = samples.indexed[list(missing)]
        stamps = samples.pts[numbers].tolist()
        pictures = self._frames.of_entry(entry, sorted(stamps), max_side=self._config.sample.max_side_pixels)
        if isinstance(pictures, NotMeasured):
            return pictures
        for sample, number, stamp in zip(missing, numbers.tolist(), stamps, strict=True):
            if stamp in pictures:
                view = _middle(pictures[stamp], samples.box[number], shape)
                self._works[entry.entry_id, shape, sample] = _seen(pictures[stamp], samples, number, view)
        while len(self._works) > _KEPT_FEATURES + len(missing):
            self._works.popitem(last=False)
        return None

    def _verified(
        self,
        match: AlignedMatch,
        suspect: Mapping[tuple[int, View], _Seen] | NotMeasured,
        work: Mapping[int, _Seen] | NotMeasured,
    ) -> AlignedMatch:
        if isinstance(suspect, NotMeasured):
            return replace(match, verification=suspect)
        if isinstance(work, NotMeasured):
            return replace(match, verification=work)
        indices = pairs_to_verify(match, self._config)
        rows = zip(match.suspect_samples[indices].tolist(), match.work_samples[indices].tolist(), strict=True)
        view = _upright(match.view)
        pairs = [(suspect.get((here, view)), work.get(there)) for here, there in rows]
        fits = tuple(_fit(here, there) for here, there in pairs)
        framed = tuple(_in_frames(fit, here, there) for fit, (here, there) in zip(fits, pairs, strict=True))
        verification = verify(framed)
        return replace(
            match,
            verification=verification,
            fits=framed,
            looks=tuple(
                _look(here, there, fit=fit, view=match.view) for fit, (here, there) in zip(fits, pairs, strict=True)
            ),
            looked_at=indices,
            score=verified_score(match.alignment_score, verification),
        )


def pairs_to_verify(match: AlignedMatch, config: Config) -> Numbers:
    """Aligned samples that are looked at again: the most similar of each equal part of the match."""
    parts = np.array_split(np.arange(len(match.suspect_samples)), config.verify.pairs_per_match)
    return np.array([part[match.zscores[part].argmax()] for part in parts if len(part)], dtype=np.intp)


def _fit(suspect: _Seen | None, work: _Seen | None) -> PairFit | NotMeasured:
    """What local features say of the parts that were looked at."""
    if suspect is None or work is None:
        return NOT_DECODED
    return fit_pair(suspect.features, work.features)


def _in_frames(fit: PairFit | NotMeasured, suspect: _Seen | None, work: _Seen | None) -> PairFit | NotMeasured:
    """The same, said of the whole frames."""
    if isinstance(fit, NotMeasured) or suspect is None or work is None:
        return fit
    return in_whole_frames(fit, suspect.part, work.part)


def _look(
    suspect: _Seen | None, work: _Seen | None, *, fit: PairFit | NotMeasured, view: View
) -> PairLook | NotMeasured:
    if suspect is None or work is None:
        return NOT_DECODED
    return pair_look(suspect.look, work.look, fit=fit, view=view)


def _seen(picture: Picture, samples: SampleTable, number: int, view: View) -> _Seen:
    left, top, right, bottom = samples.box[number].tolist()
    shown = seen_through(cut_out(picture, (left, top, right, bottom)), view)
    width, height = (right - left) / 1000, (bottom - top) / 1000
    x, y = left / 1000, top / 1000
    inner = [edge / 1000 for edge in view.box]
    part = (x + inner[0] * width, y + inner[1] * height, x + inner[2] * width, y + inner[3] * height)
    shown = np.ascontiguousarray(shown)
    return _Seen(features=local_features(shown), look=frame_look(shown), part=part)


def _middle(picture: Picture, box: npt.NDArray[np.int16], shape: WorkShape) -> View:
    """All of a work's picture inside its bars, or the middle that a screen shows."""
    left, top, right, bottom = box.tolist()
    aspect = picture.shape[1] * (right - left) / (picture.shape[0] * (bottom - top))
    return replace(AS_IS, box=shape_box(aspect, shape))


def _upright(view: View) -> View:
    """Local features find a mirrored or turned picture themselves."""
    return replace(view, is_mirrored=False, turn_degrees=0)
