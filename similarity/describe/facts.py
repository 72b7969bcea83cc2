"""Facts of a described video: identity, header figures, counted figures, sampling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import TypeAdapter

from similarity.absence import NotMeasured, not_measured
from similarity.config import SampleConfig
from similarity.describe.picture_text import NOT_READ_WHEN_INDEXED, PictureText
from similarity.describe.video import DescribedVideo
from similarity.media.types import UNTAGGED, ColourTags
from similarity.phrases import Phrase, joined_by_commas, phrase
from similarity.text import storable

__all__ = ["SamplingFacts", "VideoFacts", "facts_json_of", "is_tone_mapped", "stored_facts", "video_facts"]


_BARS = {"black": phrase("black bars, left out"), "blurred": phrase("blurred bars, left out")}


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingFacts:
    """How a video was sampled and what became of the samples."""

    samples_per_second: float | NotMeasured
    """Grid rate; not measured where only keyframes were decoded."""
    num_samples: int
    """Samples taken."""
    num_indexed: int
    """Samples described and compared."""
    num_black: int
    """Samples kept in the record but gated: black."""
    num_flat: int
    """Gated: one flat tone."""
    num_near_empty: int
    """Gated: too little detail to tell pictures apart."""
    bars: Phrase
    """`none`, or what was found burned in and where, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """A suspect or a work: identity, header figures, counted figures."""

    video_id: str
    """Identifier."""
    title: str
    """Title from the catalogue, or the identifier."""
    owner: str
    """Rights holder from the catalogue; empty where the catalogue names none."""
    path: str
    """Path as given."""
    sha256: str
    """SHA-256 of the file."""
    size_bytes: int
    """Size of the file."""
    reader: str
    """Backend that decoded it."""
    container: str
    """Container format."""
    codec: str
    """Video codec."""
    width: int
    """Width shown, square pixels."""
    height: int
    """Height shown, square pixels."""
    is_still: bool
    """True for a picture, and for a video of a single frame."""
    duration_seconds_from_header: float | NotMeasured
    """Duration claimed by the header."""
    duration_seconds_from_content: float
    """Duration counted."""
    num_frames_from_header: int | NotMeasured
    """Frames claimed by the header."""
    num_frames_from_content: int
    """Frames decoded."""
    num_decode_failures: int
    """Packets or frames that could not be decoded."""
    is_variable_frame_rate: bool
    """Frame intervals differ."""
    is_truncated: bool
    """Content ends before the header says."""
    sampling: SamplingFacts
    """How it was sampled."""
    colour: ColourTags = UNTAGGED
    """What it says of its colours."""
    is_tone_mapped: bool = False
    """Whether its pictures were brought from HDR to SDR before they were described, compared and shown."""
    text: PictureText | NotMeasured = NOT_READ_WHEN_INDEXED
    """Text that stands in the pictures."""


def video_facts(
    video: DescribedVideo, video_id: str, *, sample: SampleConfig, catalogue: Mapping[str, str] | None = None
) -> VideoFacts:
    """Identity, header figures and counted figures of a described file.

    Args:
        video: the described file.
        video_id: identifier of the work, background item or suspect.
        sample: how it was sampled.
        catalogue: the owner's columns of it.
    """
    info, counts, columns = video.info, video.counts, catalogue or {}
    return VideoFacts(
        video_id=video_id,
        title=columns.get("title") or video_id,
        owner=columns.get("owner", ""),
        path=storable(str(video.path)),
        sha256=video.digest.sha256,
        size_bytes=video.digest.size_bytes,
        reader=video.backend,
        container=info.container,
        codec=info.codec,
        width=info.display_width,
        height=info.display_height,
        is_still=video.is_still,
        duration_seconds_from_header=info.duration_seconds_from_header,
        duration_seconds_from_content=counts.duration_seconds_from_content,
        num_frames_from_header=info.num_frames_from_header,
        num_frames_from_content=counts.num_frames_from_content,
        num_decode_failures=counts.num_decode_failures,
        is_variable_frame_rate=counts.is_variable_frame_rate,
        is_truncated=counts.is_truncated,
        sampling=_sampling_facts(video, sample),
        colour=info.colour,
        is_tone_mapped=is_tone_mapped(video),
        text=video.text,
    )


def is_tone_mapped(video: DescribedVideo) -> bool:
    """Whether its pictures were brought from HDR to SDR; decord and Pillow give them as they are."""
    return video.info.colour.is_hdr and video.backend == "pyav"


def _sampling_facts(video: DescribedVideo, sample: SampleConfig) -> SamplingFacts:
    gates: Sequence[int] = video.samples.gate.tolist()
    rate = (
        not_measured("only keyframes were decoded, at whatever times the file has them")
        if sample.keyframes_only
        else sample.samples_per_second
    )
    return SamplingFacts(
        samples_per_second=rate,
        num_samples=len(gates),
        num_indexed=gates.count(0),
        num_black=gates.count(1),
        num_flat=gates.count(2),
        num_near_empty=gates.count(3),
        bars=joined_by_commas([_BARS[kind] for kind in video.bars]) if video.bars else phrase("none"),
    )


def facts_json_of(facts: VideoFacts) -> str:
    """Facts as the library stores them, a JSON object."""
    return _facts_adapter().dump_json(facts).decode()


def stored_facts(facts_json: str) -> VideoFacts:
    """The facts of an indexed file as they were when it was described."""
    return _facts_adapter().validate_json(facts_json)


@lru_cache(maxsize=1)
def _facts_adapter() -> TypeAdapter[VideoFacts]:
    return TypeAdapter(VideoFacts)
