"""Whether a video is the one that a record speaks of, by its pictures: after a new encoding, a trim, a crop.

The record holds descriptors of the recorded video.  The video at hand is described and aligned with them as a suspect
is with a work, against the shipped background alone, and by the same rule of what is found as a copy.  It is bound
where most of it lies in such matches: a video that merely holds the recorded one somewhere is another video.
"""

from __future__ import annotations

import base64
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
from similarity.intervals import union_seconds
from similarity.measure.found import is_copied
from similarity.phrases import as_it_is

__all__ = ["BOUND_SHARE", "bound_by_pictures", "recorded_pictures"]

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


def bound_by_pictures(reading: RecordReading, video: Path, config: Config) -> RecordReading:
    """The reading with what the pictures say, where its record speaks of a file with other bytes.

    Args:
        reading: of the record, checked against the video's hash.
        video: the video at hand.
        config: sampling and alignment.

    Raises:
        MediaError: the video can't be read.
    """
    if reading.state != "video_does_not_fit" or isinstance(reading.record, NotMeasured):
        return reading
    pictures = reading.record.video.pictures
    if pictures is None:
        return replace(reading, binding=_NO_PICTURES)
    describers = _describers(config)
    found = describe_video(video, describers, config=config.sample, views=config.align)
    try:
        binding = _binding(pictures, found, describers, config)
    except (SimilarityError, ValueError) as error:
        reason = not_measured("the record's descriptors can't be used: {reason}", reason=as_it_is(str(error)))
        return replace(reading, binding=reason)
    is_bound = isinstance(binding, PictureBinding) and binding.share_of_video >= BOUND_SHARE
    return replace(reading, binding=binding, state="pictures_fit" if is_bound else reading.state)


def _binding(
    pictures: RecordedPictures, video: DescribedVideo, describers: tuple[AnyDescriber, ...], config: Config
) -> PictureBinding | NotMeasured:
    if pictures.sets != tuple(_recorded_set(one.identity) for one in describers):
        return not_measured("the record's descriptors are of another version; use the version that made it")
    length = video.counts.duration_seconds_from_content
    if length <= 0 or pictures.duration_seconds <= 0:
        return _STILL
    rows = Works(MemoryReader([one.identity for one in describers], [_entry(pictures)], {}))
    compared = compare_described(video, rows, config=config, candidates=Candidates(work_ids=(_RECORDED,)))
    threshold = config.align.operating_threshold
    found = [one for one in compared.matches if is_copied(one.score, threshold=threshold)]
    return PictureBinding(
        share_of_video=_share([(one.suspect_start_seconds, one.suspect_end_seconds) for one in found], length),
        share_of_recorded=_share(
            [(one.work_start_seconds, one.work_end_seconds) for one in found], pictures.duration_seconds
        ),
        score=max((one.score for one in found), default=0.0),
    )


def _share(spans: list[tuple[float, float]], length: float) -> float:
    return min(1.0, union_seconds(spans) / length)


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
