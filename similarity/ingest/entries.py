"""Between a described file and the library: entries, descriptor sets, facts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from index.local.library import Library
from index.records import DescriptorSet, NewEntry, Role
from similarity.absence import NotMeasured, not_measured
from similarity.describe.choose import AnyDescriber, ChosenDescribers
from similarity.describe.facts import VideoFacts, _facts_adapter
from similarity.describe.types import DescriberIdentity
from similarity.describe.video import DescribedVideo
from similarity.describe.views import AS_IS
from similarity.errors import MissingModelError
from similarity.media.facts import ContentFacts
from similarity.text import storable

__all__ = ["counted_facts", "describers_for", "entry_of"]

_COUNTED_AT_INDEXING = not_measured("not counted when the work was indexed")


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
