"""Between a described file and the library: entries, descriptor sets, facts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from index.api import Reader, Writer
from index.records import NewEntry, Role
from similarity.absence import NotMeasured, not_measured
from similarity.describe.choose import OPTIONAL_SETS, AnyDescriber, ChosenDescribers
from similarity.describe.facts import VideoFacts, facts_json_of
from similarity.describe.video import DescribedVideo
from similarity.describe.views import AS_IS
from similarity.errors import MissingModelError
from similarity.media.facts import ContentFacts
from similarity.sound.heard import SOUND_NAME
from similarity.sound.stored import pack_sound, unpack_sound
from similarity.sound.values import SoundRows
from similarity.text import storable

__all__ = [
    "NOT_KEPT",
    "counted_facts",
    "describers_held",
    "describers_to_add",
    "entry_of",
    "sound_of",
    "source_path_of",
]

NOT_KEPT = not_measured("the sound was not described when the file was indexed; add it to a new library")
"""Of an entry that no sound is attached to."""
_COUNTED_AT_INDEXING = not_measured("not counted when the work was indexed")


def describers_held(library: Reader, chosen: ChosenDescribers) -> tuple[AnyDescriber, ...]:
    """The describers whose sets a library holds; a comparison can do without the optional ones.

    Raises:
        DescriptorMismatchError: the library holds a set of another version or other weights.
    """
    held = {declared.name: declared for declared in library.descriptor_sets()}
    used = tuple(describer for describer in chosen.describers if describer.identity.name in held)
    for describer in used:
        held[describer.identity.name].require_same(describer.identity)
    return used


def describers_to_add(library: Writer, chosen: ChosenDescribers) -> tuple[AnyDescriber, ...]:
    """The describers of every set that new entries get; an empty library takes all that were chosen.

    An optional set whose model was not chosen or is not at hand is left out; entries can get its rows later.

    Raises:
        MissingModelError: a set is needed whose model was not chosen or is not at hand.
        DescriptorMismatchError: the library holds a set of another version or other weights.
    """
    needed = {declared.name for declared in library.descriptor_sets()}
    if not library.entries():
        needed |= {describer.identity.name for describer in chosen.describers}
    used = tuple(describer for describer in chosen.describers if describer.identity.name in needed)
    missing = needed - OPTIONAL_SETS - {describer.identity.name for describer in used}
    if missing:
        raise MissingModelError(
            f"library {library.path} holds descriptors of {', '.join(sorted(missing))}, which every new entry needs, "
            "and this version has none; use the version that made it, or another library"
        )
    for describer in used:
        library.declare_set(describer.identity, is_optional=describer.identity.name in OPTIONAL_SETS)
    return used


def source_path_of(path: Path) -> str:
    """Where a file stands, as an entry keeps it: links followed."""
    return storable(str(path.resolve()))


def entry_of(
    video: DescribedVideo,
    facts: VideoFacts,
    *,
    role: Role,
    catalogue: Mapping[str, str] | None = None,
    sound: SoundRows | NotMeasured = NOT_KEPT,
) -> NewEntry:
    """A described file as the library takes it.

    Args:
        video: the described file.
        facts: what is stored of it.
        role: what it is here for.
        catalogue: the owner's columns of it.
        sound: its soundtrack, which is attached.
    """
    return NewEntry(
        entry_id=facts.video_id,
        role=role,
        source_path=source_path_of(Path(video.path)),
        sha256=video.digest.sha256,
        size_bytes=video.digest.size_bytes,
        duration_seconds=video.counts.duration_seconds_from_content,
        facts_json=facts_json_of(facts),
        catalogue=dict(catalogue or {}),
        samples=video.samples,
        scenes=video.scenes,
        descriptors={name: track.rows for name, track in video.views[AS_IS].tracks.items()},
        attachments={} if sound is NOT_KEPT else {SOUND_NAME: pack_sound(sound)},
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


def sound_of(library: Reader, entry_id: str) -> SoundRows | NotMeasured:
    """The soundtrack of an indexed file.

    Raises:
        StoredJsonError: what is attached is no soundtrack that this version can read.
    """
    packed = library.attachment(entry_id, SOUND_NAME)
    return NOT_KEPT if packed is None else unpack_sound(packed)
