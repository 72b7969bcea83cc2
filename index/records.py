"""The values a library holds: entries, descriptor sets, sample and scene tables, hits, damage.

The index knows identifiers and numbers, no video.  Times are integer ticks with a rational time base, so
that nothing is rounded on the way in or out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from index.arrays import ArrayValue, check_arrays
from index.errors import DescriptorMismatchError

__all__ = [
    "ALL_ROWS",
    "EXCLUSION_KINDS",
    "AddOutcome",
    "Companion",
    "CompanionState",
    "Damage",
    "DescriptorSet",
    "Descriptors",
    "Entry",
    "ExclusionKind",
    "FilterRange",
    "Hits",
    "NewEntry",
    "Role",
    "SampleTable",
    "SceneTable",
    "SearchCodes",
    "Track",
]

ALL_ROWS = slice(None)
"""Every row of an entry."""

Role = Literal["work", "background"]
"""A protected work, or unrelated footage for normalisation and counter-evidence."""

ExclusionKind = Literal[
    "public_domain", "licensed", "third_party", "credits", "black", "commonplace", "logo", "fact", "other"
]
EXCLUSION_KINDS: tuple[ExclusionKind, ...] = get_args(ExclusionKind)
"""public_domain; licensed: stock or other footage under licence; third_party: another's work inside this one; credits:
titles and credits; black: black, flat or near-empty pictures; commonplace: what the genre dictates (scenes a faire),
standard framing; logo: logos and cards; fact: plain facts, forms, the only way to express a thought; other."""

Descriptors = npt.NDArray[np.float32] | npt.NDArray[np.uint8]
"""(n, dimensions) float32 unit rows, or (n, bits / 8) uint8 packed bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptorSet:
    """A kind of descriptor, and everything that decides what its rows are: they are comparable within one set only."""

    name: str
    """`pdq`, `compact`, `composition`, `composition-wide`, `-square`, `-tall`, `motion` or `clip`."""
    version: str
    """Algorithm, model and preprocessing version; a library refuses rows of another version under the same name."""
    weights_sha256: str | None
    """SHA-256 of the weights; None for an algorithm without weights."""
    kind: Literal["float", "binary"]
    """Unit vectors (or zeros) compared by inner product, or bit strings compared by Hamming distance."""
    dimensions: int
    """Components (float) or bits (binary)."""

    def require_same(self, other: DescriptorSet) -> None:
        """Raise DescriptorMismatchError if rows of the other set, of the same name, cannot be compared with these."""
        if other != self:
            raise DescriptorMismatchError(
                f"this library holds {self}, got {other}; rows of the two cannot be compared - "
                "use the version that made the library, or index into a new one"
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SampleTable(ArrayValue):
    """The samples of one entry in order of time, gated ones included."""

    time_base: Fraction
    """Seconds per tick."""
    start_pts: int
    """Time stamp of the first frame: a sample's seconds are (pts - start_pts) * time_base."""
    pts: npt.NDArray[np.int64]
    """(n,) presentation time stamps in ticks, strictly increasing."""
    scene: npt.NDArray[np.int32]
    """(n,) number of the scene each sample falls in."""
    reason: npt.NDArray[np.uint8]
    """(n,) why it was taken: 0 = time grid, 1 = first stable frame of its scene."""
    gate: npt.NDArray[np.uint8]
    """(n,) 0 = indexed; otherwise why not: 1 black, 2 flat, 3 near-empty."""
    quality: npt.NDArray[np.uint8]
    """(n,) PDQ quality, 0 to 100."""
    box: npt.NDArray[np.int16]
    """(n, 4) the picture inside burned-in bars as left, top, right, bottom in thousandths of the frame."""

    def __post_init__(self) -> None:
        check_arrays(
            self,
            pts="int64(n)",
            scene="int32(n)",
            reason="uint8(n)",
            gate="uint8(n)",
            quality="uint8(n)",
            box="int16(n, 4)",
        )

    def __len__(self) -> int:
        """Number of samples, gated ones included."""
        return len(self.pts)

    @property
    def seconds(self) -> npt.NDArray[np.float64]:
        """(n,) seconds after the first frame, rounded from the exact ticks."""
        ticks = (self.pts - self.start_pts).astype(np.float64)
        return ticks * self.time_base.numerator / self.time_base.denominator

    @property
    def indexed(self) -> npt.NDArray[np.intp]:
        """Ordinals of the samples that have a row in every descriptor set, in order."""
        return np.flatnonzero(self.gate == 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SceneTable(ArrayValue):
    """Scenes (shots) as half-open tick ranges that tile the entry."""

    start_pts: npt.NDArray[np.int64]
    """(n,) first tick of each scene, in the sample table's time base."""
    end_pts: npt.NDArray[np.int64]
    """(n,) first tick after each scene."""
    is_gradual: npt.NDArray[np.bool_]
    """(n,) whether the scene begins with a dissolve or fade instead of a cut."""

    def __post_init__(self) -> None:
        check_arrays(self, start_pts="int64(n)", end_pts="int64(n)", is_gradual="bool(n)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Track(ArrayValue):
    """One descriptor's rows of a video, and the samples that they stand for."""

    samples: npt.NDArray[np.int64]
    """(n,) their numbers among the indexed samples, ascending: with the sample table, their times."""
    rows: Descriptors
    """(n, dimensions) float32 unit rows, or (n, bits / 8) uint8 packed bits."""

    def __post_init__(self) -> None:
        check_arrays(self, samples="int64(n)", rows="float32|uint8(n, *)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Companion(ArrayValue):
    """Numbers that stand beside an entry's rows of one set: what can be computed of them, and is kept."""

    under: str
    """What they were computed under, as whoever computed them writes it: under another they don't hold."""
    values: npt.NDArray[np.float64]
    """(n, width) numbers beside each row."""

    def __post_init__(self) -> None:
        check_arrays(self, values="float64(n, width)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionState:
    """Whether numbers stand beside an entry's rows of one set."""

    entry_id: str
    """The entry."""
    set_name: str
    """The descriptor set."""
    rows_sha256: str
    """SHA-256 of its rows as stored: numbers are of these and no others."""
    under: str | None
    """What the numbers were computed under; None where there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRange:
    """A stretch of a work that its owner does not own, or that nobody owns: somebody decided to leave it out."""

    work_id: str
    """Identifier of its entry."""
    start_seconds: float
    """Start, seconds after the first frame."""
    end_seconds: float
    """End (exclusive), seconds after the first frame."""
    reason: str
    """Why it is left out of the figures 'with filtration'."""
    decided_by: str
    """Who decided so."""
    kind: ExclusionKind = "other"
    """What it is."""
    decided_on: str = ""
    """When it was decided, as written: ISO 8601 date."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class NewEntry(ArrayValue):
    """One described file, ready to be added whole or not at all."""

    entry_id: str
    """Identifier of the work or background item, unique in the library."""
    role: Role
    """What it is here for."""
    source_path: str
    """Where the file stood when it was described, as given."""
    sha256: str
    """SHA-256 of the file's bytes."""
    size_bytes: int
    """Size of the file."""
    duration_seconds: float
    """Counted duration; 0 for a still."""
    facts_json: str
    """What the media room said of the file, as a JSON object; the index stores it and looks not inside."""
    catalogue: Mapping[str, str]
    """Columns of the owner's catalogue (title, owner, registration ...)."""
    samples: SampleTable
    """Every sample taken."""
    scenes: SceneTable
    """Every scene found."""
    descriptors: Mapping[str, Descriptors]
    """Descriptor set name -> one row per *indexed* sample, in order of time."""
    companions: Mapping[str, Companion] = field(default_factory=dict)
    """Descriptor set name -> numbers beside its rows, where they were computed."""
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    """Name -> what else is known of the file; the index stores it and looks not inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the catalogue says of one indexed file."""

    entry_id: str
    """Identifier, unique in the library."""
    role: Role
    """What it is here for."""
    source_path: str
    """Where the file stood when it was described."""
    sha256: str
    """SHA-256 of the file's bytes."""
    size_bytes: int
    """Size of the file."""
    duration_seconds: float
    """Counted duration; 0 for a still."""
    num_samples: int
    """Samples taken, gated ones included."""
    num_indexed: int
    """Samples with descriptors."""
    num_scenes: int
    """Scenes found."""
    added_utc: str
    """When it was added, ISO 8601, UTC."""
    facts_json: str
    """What the media room said of the file."""
    catalogue: Mapping[str, str]
    """Columns of the owner's catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOutcome:
    """What became of one `add`."""

    entry_id: str
    """Identifier that was added, or stood there before."""
    was_added: bool
    """False where the same content stood under this identifier before: nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Hits(ArrayValue):
    """The nearest indexed samples of each query row, nearest first; absent hits have entry -1."""

    entry_ids: tuple[str, ...]
    """Identifiers that `entry` points into."""
    entry: npt.NDArray[np.int32]
    """(queries, k) position in `entry_ids`, or -1 where the library holds fewer than k rows."""
    row: npt.NDArray[np.int32]
    """(queries, k) row among the entry's *indexed* samples."""
    value: npt.NDArray[np.float32]
    """(queries, k) inner product (float sets; -inf if absent) or distance in bits (binary; +inf if absent)."""

    def __post_init__(self) -> None:
        check_arrays(self, entry="int32(queries, k)", row="int32(queries, k)", value="float32(queries, k)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCodes:
    """The index that answers searches of one descriptor set and role, where rows themselves are not searched."""

    set_name: str
    """The descriptor set."""
    role: Role
    """Works or background."""
    factory: str
    """Kind of index, as FAISS writes it: `IVF4096,PQ16`."""
    num_rows: int
    """Rows of the set and role."""
    num_rows_coded: int
    """Of these, rows that codes tell of; the others are compared exactly, all of them."""
    num_codes: int
    """Codes: consecutive rows that are nearly the same have one."""
    size_bytes: int
    """Size of the files of codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One thing that `check` found wrong."""

    where: str
    """File (relative to the library) or catalogue record."""
    what: str
    """What was expected and what was found."""
    affected: tuple[str, ...]
    """Identifiers of the entries that can't be trusted until it is mended."""
