"""The one frozen `Report` value: everything a renderer shows, and nothing else.

Renderers (JSON, CSV, HTML) are pure functions of it.  Times are seconds after the first frame of their
video; ranges are half-open.  `SCHEMA_VERSION` changes with any change of shape or meaning.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.records import DescriptorSet
from similarity.absence import NotMeasured, not_measured
from similarity.access.values import AccessDossier
from similarity.align.candidates import RouteRank, Voting
from similarity.compare.values import Control, IndexedAs, LibraryFacts, UnrelatedFootage
from similarity.describe.facts import VideoFacts
from similarity.measure.calibration import CalibrationFacts
from similarity.measure.filtration import Filtration
from similarity.measure.finding import Finding
from similarity.measure.use_forms import UseForm
from similarity.measure.values import Coverage
from similarity.phrases import Phrase
from similarity.provenance.values import LabelReading
from similarity.provenance.visible import VisibleMark
from similarity.report.schema.case import CaseFacts, Exhibit
from similarity.report.schema.match import Match
from similarity.report.schema.part import PartFindings
from similarity.report.schema.sound import SoundFindings
from similarity.report.schema.stated import RequestEvent
from similarity.report.schema.taking import SceneTaking
from similarity.texts.script_values import ScriptComparison

__all__ = [
    "NOT_MAPPED",
    "NO_SCRIPTS",
    "SCHEMA_VERSION",
    "NotMeasuredItem",
    "PackageVersion",
    "Report",
    "SceneFinding",
    "SceneWork",
    "SearchLimits",
    "ToolFacts",
    "WorkFinding",
]

SCHEMA_VERSION = "4.4"
NOT_MAPPED = not_measured("no frame pair of this scene is shown")


NOT_COMPARED = not_measured("sound was not compared")
NO_SCRIPTS = not_measured("no script or subtitles of both sides were at hand")
PARTS_NOT_LOOKED_FOR = not_measured("no part was looked for")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageVersion:
    """One library that took part."""

    name: str
    """Distribution name."""
    version: str
    """Installed version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFacts:
    """What made this report, and how to make it again."""

    version: str
    """Version of this product."""
    python_version: str
    """Python version."""
    platform: str
    """Operating system and processor."""
    packages: tuple[PackageVersion, ...]
    """Libraries whose version can change a number."""
    profile: str
    """Name of the configuration profile."""
    config_json: str
    """The whole configuration as canonical JSON."""
    config_sha256: str
    """SHA-256 of `config_json`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLimits:
    """Bounds of search and listing, and how often they were met: what may have been left out for them."""

    num_works: int
    """Works indexed."""
    num_works_aligned: int
    """Works that were aligned with the suspect."""
    num_comparisons: int
    """Samples of the suspect times samples of all works: out of so many the matches were chosen."""
    voting: Voting
    """How works were chosen, and which were left out for others."""
    num_hits_per_sample: int
    """Hits per suspect sample and descriptor, at most."""
    num_weaker_matches_left_out: int
    """Matches below the threshold that are not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneWork:
    """One scene of the suspect against one work."""

    match_id: str
    """The match that was measured."""
    finding: Finding
    """Its part within the scene, on all axes, with the likelihood ratios and a reading."""
    taking: SceneTaking | NotMeasured = NOT_MAPPED
    """What was kept, moved, changed, added and gone between its frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneFinding:
    """One scene of the suspect and what it resembles."""

    scene_number: int
    """1, 2, 3 ... in order of time."""
    start_seconds: float
    """Start in the suspect."""
    end_seconds: float
    """End in the suspect (exclusive)."""
    is_gradual: bool
    """Whether the scene begins with a dissolve or fade."""
    num_samples: int
    """Samples that fall in it."""
    match_ids: tuple[str, ...]
    """Matches that were found that overlap it, strongest first."""
    work_id: str | NotMeasured
    """Work of the strongest of them."""
    covered_seconds: float
    """Length of the scene that lies in those matches, overlaps counted once."""
    score: float | NotMeasured
    """Score of the strongest match that overlaps it, whether it was found or not."""
    picture: str | NotMeasured
    """JPEG of its first stable frame, relative to the case folder."""
    works: tuple[SceneWork, ...]
    """The scene against every work of which a listed match lies in it, the strongest match of each work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFinding:
    """The suspect against one work."""

    work: VideoFacts
    """The work."""
    score: float
    """Score of the strongest match."""
    match_ids: tuple[str, ...]
    """Matches that were found, strongest first."""
    suspect_coverage: Coverage
    """How much of the suspect lies in them."""
    work_coverage: Coverage
    """How much of the work lies in them."""
    same_content_as: tuple[str, ...]
    """Other works that hold the same bytes: the same file under other identifiers."""
    routes: tuple[RouteRank, ...]
    """By which descriptors it was found, best first; empty where every work was aligned and none had to be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasuredItem:
    """Something the reader might look for and that could not be had."""

    what: Phrase
    """What is missing."""
    reason: Phrase
    """Why, and the next step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One suspect against one library."""

    schema_version: str
    """`SCHEMA_VERSION` of the writer."""
    created_utc: str
    """When, ISO 8601, UTC."""
    tool: ToolFacts
    """What made it."""
    describers: tuple[DescriptorSet, ...]
    """Descriptors that took part."""
    library: LibraryFacts
    """What it was compared with."""
    operating_threshold: float
    """Score from which a match is found as a copy."""
    suspect: VideoFacts
    """The suspect."""
    suspect_is_indexed_as: tuple[IndexedAs, ...]
    """Entries of the library that hold the suspect's very bytes, works first."""
    suspect_coverage: Coverage
    """How much of the suspect lies in matches that were found, all works together."""
    works: tuple[WorkFinding, ...]
    """Works with a match that was found, strongest first."""
    scenes: tuple[SceneFinding, ...]
    """Every scene of the suspect, in order of time."""
    matches: tuple[Match, ...]
    """Matches that were found, strongest first, with frames and matrix."""
    weaker_matches: tuple[Match, ...]
    """Matches below the threshold, strongest first, without pictures: the reader sees what was set aside."""
    use_forms: tuple[UseForm, ...]
    """Forms of use that the structure of the matches looks like, proposed for a person."""
    closest_unrelated: UnrelatedFootage | NotMeasured
    """Counter-evidence: the unrelated footage of the library that comes closest."""
    controls: tuple[Control, ...]
    """Clips made from the same idea without the works, in the order of their files; empty where none were given."""
    calibrations: tuple[CalibrationFacts, ...]
    """What the likelihood ratios were read from, with error rates."""
    not_measured: tuple[NotMeasuredItem, ...]
    """What could not be measured."""
    limits: SearchLimits
    """Bounds that were met, and what was left out for them."""
    deviations: tuple[Phrase, ...]
    """Where the run differed from what was configured (another reader took over, GPU not used ...)."""
    filtration: Filtration
    """Stretches of the works that were left out, may be left out, and the figures without them."""
    case: CaseFacts | NotMeasured
    """What people state about the case; nothing of it is measured."""
    exhibits: tuple[Exhibit, ...]
    """Every file of the case; empty outside a case."""
    requests: tuple[RequestEvent, ...]
    """What the custody log recorded of requests for evidence before the comparison; empty outside a case."""
    access: AccessDossier | NotMeasured
    """How the suspect's maker could meet the works: apart from similarity, never merged with it."""
    labels: tuple[LabelReading, ...]
    """What the suspect's file says of its own origin, one reading per kind of label."""
    visible_labels: tuple[VisibleMark, ...] | NotMeasured
    """Marks in the suspect's pictures that say they were generated."""
    sound: SoundFindings | NotMeasured = NOT_COMPARED
    """The soundtrack against the works': apart from the pictures, never merged with them."""
    scripts: tuple[ScriptComparison, ...] | NotMeasured = NO_SCRIPTS
    """Script or subtitles of the suspect against those of works with a match: apart from the pictures, never merged."""
    parts: PartFindings | NotMeasured = PARTS_NOT_LOOKED_FOR
    """Parts of works that stand out: on a route of their own, never merged with the matches."""

    @property
    def is_anything_found(self) -> bool:
        """Whether a match was found, of pictures or of sound, or a part."""
        is_heard = isinstance(self.sound, SoundFindings) and bool(self.sound.found)
        return bool(self.matches) or is_heard or (isinstance(self.parts, PartFindings) and bool(self.parts.found))
