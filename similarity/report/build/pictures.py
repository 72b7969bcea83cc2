"""Pictures of a report: frames side by side, corresponding points, first stable frames of scenes, matrices."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from index.records import SampleTable
from similarity.absence import NotMeasured, not_measured
from similarity.align.pair import pair_zscores
from similarity.align.values import AlignedMatch
from similarity.compare.engine import Comparison
from similarity.compare.frames import NOT_DECODED, Frames, ReportFrames
from similarity.compare.geometric import pairs_to_verify
from similarity.compare.works import Works
from similarity.config import Config
from similarity.describe.conditions import Box, cut_out
from similarity.describe.facts import is_tone_mapped, stored_facts
from similarity.describe.video import DescribedVideo
from similarity.geometry.colour import ColourChange, colour_change
from similarity.geometry.drawing import draw_correspondences
from similarity.geometry.fit import PairFit
from similarity.geometry.framing import Part, in_whole_frames
from similarity.media.jpeg import jpeg_bytes
from similarity.media.types import Picture
from similarity.report.build.findings import MatchPictures, NamedMatch
from similarity.report.build.mapped_frames import MappedFrames, mapped_frames
from similarity.report.build.maps import SeenPair, taking_of
from similarity.report.build.regions import regions_of
from similarity.report.schema.match import FramePair, MatrixPicture

__all__ = ["CasePictures", "frames_of_report", "make_pictures"]

_JPEG_QUALITY = 82
_MARGIN_SECONDS = 6.0
"""Surroundings of a match that its matrix shows."""
_BLACK, _WHITE = -1.0, 8.0
"""Similarity drawn as black and as white, standard deviations."""
_CELL_PIXELS = 6
_MAX_MATRIX_SAMPLES = 600
_PRINTED_MAX_SIDE_PIXELS = 1280
"""Longer side of frames that are printed side by side, at most: above 500 dots per inch at their size in print."""
_MOST_PRINTED_PAIRS = 60
"""Frame pairs that are kept in that size; where there are more, all of them are as large as the others of a report."""

_NOT_DRAWN = not_measured("corresponding points are drawn for confirmed frame pairs only")

_TONE_MAPPED = not_measured("one of the files is HDR, and tone-mapped: how bright its pictures are depends on how")


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownPair:
    """An aligned pair of samples whose frames are shown."""

    index: int
    """Its number among the aligned pairs of the match."""
    fit: PairFit | NotMeasured
    """What its local features say."""

    @property
    def chance_exponent(self) -> float:
        """Powers of ten against chance; below 0 where nothing could be measured."""
        return -1.0 if isinstance(self.fit, NotMeasured) else self.fit.points.chance_exponent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frames:
    """The frames of a pair, and what became of them."""

    shown: FramePair
    """As the report has it."""
    colour: ColourChange | NotMeasured | None
    """How the colours differ; None where the pair is not confirmed."""


class CasePictures:
    """Encoded pictures by name, and which name stands for what."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.files: dict[str, bytes] = {}
        self.matches: dict[str, MatchPictures] = {}
        self.scenes: dict[int, str | NotMeasured] = {}
        self.suspect_frames: dict[int, Picture] = {}
        self.printed_frames: dict[int, Picture] = {}

    def keep_drawn(self, name: str, picture: Picture) -> str:
        """Encode a picture that was drawn under a name, which is returned."""
        self.keep(name, picture, absent=NOT_DECODED)
        return name

    def keep(self, name: str, picture: Picture | None, *, absent: NotMeasured) -> str | NotMeasured:
        """Encode a frame under a name, or say why there is none.

        Args:
            name: file name of the picture.
            picture: RGB pixels; None where there are none.
            absent: why there are none.
        """
        if picture is None:
            return absent
        self.files[name] = jpeg_bytes(picture, quality=_JPEG_QUALITY)
        return name


def frames_of_report(video: DescribedVideo, config: Config) -> ReportFrames:
    """What is known of the frames that a report shows before anything is compared: one of every scene."""
    of_scenes = sorted({int(video.samples.pts[sample]) for sample in _scene_samples(video.samples).values()})
    return ReportFrames(max_side_pixels=config.report.frame_max_side_pixels, suspect_pts=tuple(of_scenes))


def make_pictures(
    video: DescribedVideo,
    comparison: Comparison,
    rows: Works,
    *,
    matches: Sequence[NamedMatch],
    config: Config,
    frames: Frames,
) -> CasePictures:
    """Frames and matrices for the matches that were found, one frame for every scene.

    Args:
        video: the suspect.
        comparison: what was found.
        rows: the library.
        matches: named matches.
        config: how many frames are shown, and how large.
        frames: where frames come from.
    """
    case = CasePictures(frames)
    shown = [named for named in matches if named.is_pictured]
    chosen = {named.match_id: _chosen(named.aligned, config) for named in shown}
    mapped = {
        named.match_id: mapped_frames(
            named.aligned,
            {pair.index: pair.fit for pair in chosen[named.match_id]},
            video,
            rows.library.samples(named.aligned.work_id),
        )
        for named in shown
    }
    _suspect_frames(case, video, shown, chosen=chosen, config=config)
    side = _printed_side(mapped, config)
    of_maps = sorted({one.frames.suspect_pts for found in mapped.values() for one in found})
    printed = frames.of_suspect(video, of_maps, max_side=side) if of_maps else {}
    case.printed_frames = {} if isinstance(printed, NotMeasured) else printed
    for named in shown:
        seen = _seen(case, rows, named, mapped[named.match_id], side)
        pairs = _frame_pairs(case, video, rows, named=named, chosen=chosen[named.match_id], config=config)
        case.matches[named.match_id] = MatchPictures(
            frames=tuple(pair.shown for pair in pairs),
            matrix=_matrix(case, comparison, rows, named=named, config=config),
            colours=tuple(pair.colour for pair in pairs if pair.colour is not None),
            taking=taking_of(named.match_id, seen, case.keep_drawn),
            regions=regions_of(named.match_id, named.aligned.support, seen, case.keep_drawn),
        )
    return case


def _printed_side(mapped: Mapping[str, Sequence[MappedFrames]], config: Config) -> int:
    """Longer side of the frames of maps, at most, pixels."""
    is_few = sum(len(found) for found in mapped.values()) <= _MOST_PRINTED_PAIRS
    return max(_PRINTED_MAX_SIDE_PIXELS if is_few else 0, config.report.frame_max_side_pixels)


def _chosen(match: AlignedMatch, config: Config) -> tuple[_ShownPair, ...]:
    """Pairs to show, in order of time: those that local features were asked about, the best confirmed first."""
    most = config.report.max_frame_pairs_per_match
    if isinstance(match.verification, NotMeasured):
        parts = np.array_split(np.arange(len(match.suspect_samples)), max(1, most))
        best = [int(part[match.zscores[part].argmax()]) for part in parts if len(part)]
        return tuple(_ShownPair(index=index, fit=match.verification) for index in best[:most])
    indices = pairs_to_verify(match, config).tolist()
    pairs = [_ShownPair(index=index, fit=fit) for index, fit in zip(indices, match.fits, strict=True)]
    pairs.sort(key=lambda pair: -pair.chance_exponent)
    return tuple(sorted(pairs[:most], key=lambda pair: pair.index))


def _indices(pairs: Sequence[_ShownPair]) -> npt.NDArray[np.intp]:
    return np.array([pair.index for pair in pairs], dtype=np.intp)


def _suspect_frames(
    case: CasePictures,
    video: DescribedVideo,
    shown: Sequence[NamedMatch],
    *,
    chosen: Mapping[str, Sequence[_ShownPair]],
    config: Config,
) -> None:
    indexed = video.samples.indexed
    scene_samples = _scene_samples(video.samples)
    of_scenes = {int(video.samples.pts[sample]) for sample in scene_samples.values()}
    of_pairs: set[int] = set()
    for named in shown:
        rows = named.aligned.suspect_samples[_indices(chosen[named.match_id])]
        of_pairs |= {int(pts) for pts in video.samples.pts[indexed[rows]]}
    wanted = of_scenes | of_pairs
    taken = case.frames.of_suspect(video, sorted(wanted), max_side=config.report.frame_max_side_pixels)
    found: dict[int, Picture] = {} if isinstance(taken, NotMeasured) else taken
    case.suspect_frames = {pts: found[pts] for pts in of_pairs if pts in found}
    kept = {pts: case.keep(_suspect_name(pts), found.get(pts), absent=NOT_DECODED) for pts in wanted}
    case.scenes.update((number, kept[int(video.samples.pts[sample])]) for number, sample in scene_samples.items())


def _scene_samples(samples: SampleTable) -> dict[int, int]:
    """Scene number (from 1) -> its first stable sample, or the first on the grid."""
    chosen: dict[int, int] = {}
    for sample in np.argsort(-samples.reason.astype(int), kind="stable").tolist():
        number = int(samples.scene[sample]) + 1
        if number not in chosen or (samples.gate[chosen[number]] and not samples.gate[sample]):
            chosen[number] = sample
    return chosen


def _frame_pairs(
    case: CasePictures,
    video: DescribedVideo,
    rows: Works,
    *,
    named: NamedMatch,
    chosen: Sequence[_ShownPair],
    config: Config,
) -> tuple[_Frames, ...]:
    match, indices = named.aligned, _indices(chosen)
    work_samples = rows.library.samples(match.work_id)
    work_numbers = work_samples.indexed[match.work_samples[indices]]
    suspect_numbers = video.samples.indexed[match.suspect_samples[indices]]
    work_pts, suspect_pts = work_samples.pts[work_numbers].tolist(), video.samples.pts[suspect_numbers].tolist()
    boxes = list(zip(video.samples.box[suspect_numbers].tolist(), work_samples.box[work_numbers].tolist(), strict=True))
    found = case.frames.of_entry(
        rows.works[match.work_id], sorted(set(work_pts)), max_side=config.report.frame_max_side_pixels
    )
    is_mapped = is_tone_mapped(video) or stored_facts(rows.works[match.work_id].facts_json).is_tone_mapped
    pairs = []
    for number, (pair, at, there) in enumerate(zip(chosen, suspect_pts, work_pts, strict=True)):
        name, stem = _suspect_name(at), f"pictures/{named.match_id}-{number}"
        here = case.suspect_frames.get(at)
        over_there = None if isinstance(found, NotMeasured) else found.get(there)
        shown = FramePair(
            suspect_seconds=float((at - video.samples.start_pts) * video.samples.time_base),
            work_seconds=float((there - work_samples.start_pts) * work_samples.time_base),
            suspect_picture=name if name in case.files else NOT_DECODED,
            work_picture=found
            if isinstance(found, NotMeasured)
            else case.keep(f"{stem}-work.jpg", over_there, absent=NOT_DECODED),
            points=pair.fit if isinstance(pair.fit, NotMeasured) else pair.fit.points,
            points_picture=_points_picture(case, f"{stem}-points.jpg", pair.fit, here, over_there),
        )
        colour = _colour(pair, here, over_there, boxes[number])
        if is_mapped and isinstance(colour, ColourChange):
            colour = colour.without_levels(_TONE_MAPPED)
        pairs.append(_Frames(shown=shown, colour=colour))
    return tuple(pairs)


def _seen(
    case: CasePictures, rows: Works, named: NamedMatch, mapped: Sequence[MappedFrames], max_side: int
) -> list[SeenPair]:
    """The frames that are mapped, those that could be decoded."""
    there = case.frames.of_entry(
        rows.works[named.aligned.work_id],
        sorted({one.frames.work_pts for one in mapped}),
        max_side=max_side,
    )
    if isinstance(there, NotMeasured):
        return []
    return [
        SeenPair(
            suspect_seconds=one.frames.suspect_seconds,
            work_seconds=one.frames.work_seconds,
            suspect=case.printed_frames[one.frames.suspect_pts],
            work=there[one.frames.work_pts],
            transform=one.transform,
            laid_by=one.laid_by,
        )
        for one in mapped
        if one.frames.suspect_pts in case.printed_frames and one.frames.work_pts in there
    ]


def _points_picture(
    case: CasePictures, name: str, fit: PairFit | NotMeasured, here: Picture | None, there: Picture | None
) -> str | NotMeasured:
    if isinstance(fit, NotMeasured):
        return fit
    if not fit.points.is_confirmed:
        return _NOT_DRAWN
    sheet = None if here is None or there is None else draw_correspondences(here, there, fit)
    return case.keep(name, sheet, absent=NOT_DECODED)


def _colour(
    pair: _ShownPair, here: Picture | None, there: Picture | None, boxes: tuple[Box, Box]
) -> ColourChange | NotMeasured | None:
    """Colours inside the bars: bars are no change of brightness."""
    fit = pair.fit
    if isinstance(fit, NotMeasured) or not fit.points.is_confirmed:
        return None
    if here is None or there is None:
        return NOT_DECODED
    fit = in_whole_frames(fit, _frame_around(boxes[0]), _frame_around(boxes[1]))
    return colour_change(cut_out(here, boxes[0]), cut_out(there, boxes[1]), fit)


def _frame_around(box: Box) -> Part:
    """The whole frame, in fractions of the picture inside the bars."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    return (-left / width, -top / height, (1000 - left) / width, (1000 - top) / height)


def _suspect_name(pts: int) -> str:
    return f"pictures/suspect-{pts}.jpg"


def _matrix(
    case: CasePictures, comparison: Comparison, rows: Works, *, named: NamedMatch, config: Config
) -> MatrixPicture | NotMeasured:
    """The matrix around a match, resampled to a regular grid of one cell per sample interval."""
    match, suspect, work = named.aligned, comparison.suspect, rows.work(named.aligned.work_id)
    step = 1 / config.sample.samples_per_second
    across = _grid(match.suspect_start_seconds, match.suspect_end_seconds, suspect.duration_seconds, step)
    down = _grid(match.work_start_seconds, match.work_end_seconds, work.duration_seconds, step)
    if max(len(across), len(down)) > _MAX_MATRIX_SAMPLES:
        return not_measured("the match is too long to draw its matrix in one picture")
    seen = suspect.views[match.view]
    indices = _nearest(suspect.seconds[seen.samples], across)
    values = pair_zscores(match.view, seen, work, rows.background, rows=indices)
    grey = np.clip((values[:, _nearest(work.seconds, down)].T - _BLACK) / (_WHITE - _BLACK), 0, 1) * 255
    cells = np.kron(grey.astype(np.uint8), np.ones((_CELL_PIXELS, _CELL_PIXELS), dtype=np.uint8))
    buffer = io.BytesIO()
    Image.fromarray(cells).save(buffer, format="PNG", optimize=True)
    name = f"pictures/{named.match_id}-matrix.png"
    case.files[name] = buffer.getvalue()
    return MatrixPicture(
        picture=name,
        suspect_start_seconds=float(across[0] - step / 2),
        suspect_end_seconds=float(across[-1] + step / 2),
        work_start_seconds=float(down[0] - step / 2),
        work_end_seconds=float(down[-1] + step / 2),
        similarity_at_black=_BLACK,
        similarity_at_white=_WHITE,
    )


def _grid(start: float, end: float, duration: float, step: float) -> npt.NDArray[np.float64]:
    first = max(0.0, start - _MARGIN_SECONDS)
    last = min(max(duration, first), end + _MARGIN_SECONDS)
    return np.arange(np.floor(first / step), max(np.floor(first / step) + 1, np.ceil(last / step))) * step


def _nearest(seconds: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Number of the sample nearest to each wanted time."""
    right = np.searchsorted(seconds, wanted).clip(1, max(1, len(seconds) - 1))
    if len(seconds) == 1:
        return np.zeros(len(wanted), dtype=np.int64)
    is_left = wanted - seconds[right - 1] <= seconds[right] - wanted
    return np.asarray(right - is_left, dtype=np.int64)
