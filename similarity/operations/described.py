"""Between a described file and the library: entries, descriptor sets, facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from index.library import Library
from index.records import DescriptorSet, NewEntry, Role
from similarity.absence import NotMeasured
from similarity.case.values import ContentFacts
from similarity.config import SampleConfig
from similarity.describe.choose import AnyDescriber, ChosenDescribers
from similarity.describe.types import DescriberIdentity
from similarity.describe.video import DescribedVideo
from similarity.describe.views import AS_IS
from similarity.errors import MissingModelError
from similarity.operations.names import storable
from similarity.report.values import SamplingFacts, VideoFacts

__all__ = ["counted_facts", "describers_for", "entry_of", "stored_facts", "video_facts"]

_COUNTED_AT_INDEXING = NotMeasured(reason="not counted when the work was indexed")


def describers_for(library: Library, chosen: ChosenDescribers, *, to_add: bool) -> tuple[AnyDescriber, ...]:
    """The describers whose sets the library holds; an empty library takes all that were chosen.

    Args:
        library: the library.
        chosen: what the configuration asks for and what is at hand.
        to_add: entries need every set of the library; a comparison can do without the optional ones.

    Raises:
        MissingModelError: a set is needed whose model was not chosen or is not at hand.
        DescriptorMismatchError: the library holds a set of another version or other weights.
    """
    held = {declared.name for declared in library.descriptor_sets()}
    if not library.entries():
        held |= {describer.identity.name for describer in chosen.describers}
    used = tuple(describer for describer in chosen.describers if describer.identity.name in held)
    missing = held - {describer.identity.name for describer in used}
    if to_add and missing:
        reason = "" if chosen.concept is None else f": {chosen.concept.reason}"
        raise MissingModelError(
            f"library {library.path} holds descriptors of {', '.join(sorted(missing))}, which every new entry needs, "
            f"and this run has none{reason}; fetch the model, choose a profile that uses it, or use another library"
        )
    for describer in used:
        library.declare_set(descriptor_set_of(describer.identity))
    return used


def descriptor_set_of(identity: DescriberIdentity) -> DescriptorSet:
    """A describer's identity in the words of the index."""
    weights = identity.weights_sha256
    return DescriptorSet(
        name=identity.name,
        version=identity.version,
        weights_sha256=None if isinstance(weights, NotMeasured) else weights,
        kind=identity.kind,
        dimensions=identity.dimensions,
    )


def video_facts(
    video: DescribedVideo, video_id: str, *, sample: SampleConfig, catalogue: Mapping[str, str] | None = None
) -> VideoFacts:
    """Identity, header figures and counted figures of a described file."""
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
        is_still=info.is_still,
        duration_seconds_from_header=info.duration_seconds_from_header,
        duration_seconds_from_content=counts.duration_seconds_from_content,
        num_frames_from_header=info.num_frames_from_header,
        num_frames_from_content=counts.num_frames_from_content,
        num_decode_failures=counts.num_decode_failures,
        is_variable_frame_rate=counts.is_variable_frame_rate,
        is_truncated=counts.is_truncated,
        sampling=_sampling_facts(video, sample),
    )


def _sampling_facts(video: DescribedVideo, sample: SampleConfig) -> SamplingFacts:
    gates: Sequence[int] = video.samples.gate.tolist()
    rate = (
        NotMeasured(reason="only keyframes were decoded, at whatever times the file has them")
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
        bars=", ".join(f"{kind} bars, left out" for kind in video.bars) or "none",
    )


def entry_of(
    video: DescribedVideo, facts: VideoFacts, *, role: Role, catalogue: Mapping[str, str] | None = None
) -> NewEntry:
    """A described file as the library takes it."""
    return NewEntry(
        entry_id=facts.video_id,
        role=role,
        source_path=storable(str(Path(video.path).resolve())),
        sha256=video.digest.sha256,
        size_bytes=video.digest.size_bytes,
        duration_seconds=video.counts.duration_seconds_from_content,
        facts_json=_facts_adapter().dump_json(facts).decode(),
        catalogue=dict(catalogue or {}),
        samples=video.samples,
        scenes=video.scenes,
        descriptors=video.views[AS_IS].descriptors,
    )


def counted_facts(facts: VideoFacts) -> ContentFacts:
    """What decoding counted of an indexed work, as an exhibit states it."""
    return ContentFacts(
        reader=facts.reader,
        duration_seconds=facts.duration_seconds_from_content,
        num_frames=facts.num_frames_from_content,
        num_decode_failures=facts.num_decode_failures,
        num_irregular_timestamps=_COUNTED_AT_INDEXING,
        is_variable_frame_rate=facts.is_variable_frame_rate,
        is_truncated=facts.is_truncated,
    )


def stored_facts(facts_json: str) -> VideoFacts:
    """The facts of an indexed file as they were when it was described."""
    return _facts_adapter().validate_json(facts_json)


@lru_cache(maxsize=1)
def _facts_adapter() -> TypeAdapter[VideoFacts]:
    return TypeAdapter(VideoFacts)
