"""Whether a video is the one that a record speaks of, by its pictures: after a new encoding, a trim, a crop.

The record holds descriptors of the recorded video.  The video at hand is described and aligned with them as a suspect
is with a work, against the shipped background alone.  It is bound where most of it lies in strong matches: a video that
merely holds the recorded one somewhere is another video.  The score asked for is higher than that of a copy, since what
a model makes twice of one source is a copy of it too, and is not the recorded video.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from index.memory import MemoryReader
from index.records import DescriptorSet, NewEntry
from similarity.absence import NotMeasured, not_measured
from similarity.access.records.values import PictureBinding, RecordedPictures, RecordedSet, RecordReading
from similarity.align.candidates import Candidates
from similarity.compare.engine import compare_described
from similarity.compare.works import Works
from similarity.config import Config
from similarity.describe.choose import AnyDescriber, choose_describers
from similarity.describe.stored import pack_rows, read_rows, time_base_of
from similarity.describe.video import DescribedVideo, describe_video
from similarity.describe.views import AS_IS
from similarity.errors import SimilarityError
from similarity.intervals import Interval, clipped, union_seconds
from similarity.phrases import as_it_is

__all__ = ["BOUND_SCORE", "BOUND_SHARE", "binding_of", "bound_by_pictures", "recorded_pictures"]

BOUND_SCORE = 4.7
"""Score from which a match counts.  Of five generated clips, encoded anew and cut to their middle, matches scored 5.4
to 6.3; cropped to nine tenths of width and height 4.8 to 5.4, to eight tenths 3.8 to 4.6; eight clips of the same
prompt, or made of the same source, 4.4 at most."""
BOUND_SHARE = 0.8
"""Share of the video at hand that must lie in matches with the recorded one."""
_SETS = ("pdq", "compact")
_RECORDED = "recorded"
_NO_PICTURES = not_measured("the record holds no descriptors of its pictures; it binds the file's bytes alone")
_STILL = not_measured("a still picture has no duration to cover")


def recorded_pictures(video: Path, config: Config) -> RecordedPictures:
    """Descriptors of a video, for a record that is to be found again by its pictures.

    Raises:
        MediaError: the file can't be read, or holds no picture.
    """
    describers = _describers(config)
    found = describe_video(video, describers, config=config.sample)
    seen = found.views[AS_IS]
    rows = pack_rows(found.samples, found.scenes, {name: seen.tracks[name].rows for name in _SETS})
    return RecordedPictures(
        sets=tuple(_recorded_set(one.identity) for one in describers),
        samples_per_second=config.sample.samples_per_second,
        duration_seconds=found.counts.duration_seconds_from_content,
        time_base=str(found.samples.time_base),
        start_pts=found.samples.start_pts,
        rows_npz_base64=base64.b64encode(rows).decode("ascii"),
    )


def bound_by_pictures(reading: RecordReading, video: Callable[[], DescribedVideo], config: Config) -> RecordReading:
    """The reading with what the pictures say, where its record speaks of a file with other bytes.

    Args:
        reading: of the record, checked against the video's hash.
        video: gives the video at hand as a suspect is described; asked only where it is needed.
        config: sampling and alignment.

    Raises:
        MediaError: the video can't be read.
    """
    if reading.state != "video_does_not_fit" or isinstance(reading.record, NotMeasured):
        return reading
    pictures = reading.record.video.pictures
    if pictures is None:
        return replace(reading, binding=_NO_PICTURES)
    described = _with_sets(video())
    try:
        binding = _binding(pictures, described, config)
    except (SimilarityError, ValueError) as error:
        reason = not_measured("the record's descriptors can't be used: {reason}", reason=as_it_is(str(error)))
        return replace(reading, binding=reason)
    is_bound = isinstance(binding, PictureBinding) and binding.share_of_video >= BOUND_SHARE
    return replace(reading, binding=binding, state="pictures_fit" if is_bound else reading.state)


def binding_of(video: Path, config: Config) -> Callable[[RecordReading], RecordReading]:
    """`bound_by_pictures` for one file."""

    def described() -> DescribedVideo:
        return describe_video(video, _describers(config), config=config.sample, views=config.align)

    return lambda reading: bound_by_pictures(reading, described, config)


def _with_sets(video: DescribedVideo) -> DescribedVideo:
    """The video with the descriptors alone that records hold."""
    views = {
        view: replace(seen, tracks={name: seen.tracks[name] for name in _SETS}) for view, seen in video.views.items()
    }
    return replace(video, views=views)


def _binding(pictures: RecordedPictures, video: DescribedVideo, config: Config) -> PictureBinding | NotMeasured:
    describers = _describers(config)
    if pictures.sets != tuple(_recorded_set(one.identity) for one in describers):
        return not_measured("the record's descriptors are of another version; use the version that made it")
    length = video.counts.duration_seconds_from_content
    if length <= 0 or pictures.duration_seconds <= 0:
        return _STILL
    rows = Works(MemoryReader([one.identity for one in describers], [_entry(pictures)], {}))
    compared = compare_described(video, rows, config=config, candidates=Candidates(work_ids=(_RECORDED,)))
    found = [one for one in compared.matches if one.score >= BOUND_SCORE]
    edge = 0.5 / config.sample.samples_per_second
    here = [(one.suspect_start_seconds, one.suspect_end_seconds) for one in found]
    there = [(one.work_start_seconds, one.work_end_seconds) for one in found]
    return PictureBinding(
        share_of_video=round(_share(here, length, edge), 3),  # another machine's arithmetic gives the same
        share_of_recorded=round(_share(there, pictures.duration_seconds, edge), 3),
        score=round(max((one.score for one in compared.matches), default=0.0), 2),
    )


def _share(spans: list[Interval], length: float, edge: float) -> float:
    """Share of a video that spans cover, whose ends are uncertain by half a sample interval."""
    return union_seconds(clipped((start - edge, end + edge), (0.0, length)) for start, end in spans) / length


def _entry(pictures: RecordedPictures) -> NewEntry:
    """The recorded video as the one work of a library in memory."""
    samples, scenes, descriptors = read_rows(
        base64.b64decode(pictures.rows_npz_base64, validate=True),
        "record",
        time_base=time_base_of(pictures.time_base),
        start_pts=pictures.start_pts,
    )
    return NewEntry(
        entry_id=_RECORDED,
        role="work",
        source_path="",
        sha256="0" * 64,
        size_bytes=1,
        duration_seconds=pictures.duration_seconds,
        facts_json="{}",
        catalogue={},
        samples=samples,
        scenes=scenes,
        descriptors=descriptors,
    )


def _describers(config: Config) -> tuple[AnyDescriber, ...]:
    chosen = choose_describers(replace(config.describe, use_clip="never")).describers
    return tuple(one for one in chosen if one.identity.name in _SETS)


def _recorded_set(one: DescriptorSet) -> RecordedSet:
    return RecordedSet(
        name=one.name,
        version=one.version,
        weights_sha256=one.weights_sha256,
        kind=one.kind,
        dimensions=one.dimensions,
    )
