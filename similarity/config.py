"""The whole configuration as one frozen value, read once at the edge.

Defaults live here and nowhere else; a profile in `configs/` holds only what it changes.  Unknown keys fail
with the nearest known name; a figure out of its range fails where the value is made.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import reprlib
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from similarity.errors import ConfigurationError

__all__ = [
    "AlignConfig",
    "ClipConfig",
    "Config",
    "DescribeConfig",
    "MeasureConfig",
    "MediaConfig",
    "PlaceConfig",
    "ReportConfig",
    "SampleConfig",
    "VerifyConfig",
    "config_from_json",
    "load_profile",
    "profile_names",
]


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleConfig:
    """How videos are read and sampled."""

    reader: Literal["auto", "pyav", "decord", "pillow"] = "auto"
    """`auto` reads with PyAV, and pictures that PyAV can't read with Pillow, anything else with decord."""
    samples_per_second: float = 2.0
    """Time grid; every scene's first stable frame comes on top."""
    keyframes_only: bool = False
    """Decode keyframes only: fast, and blind between them."""
    max_side_pixels: int = 512
    """Longer side of the pictures that are described."""
    remove_bars: bool = True
    """Find burned-in black or blurred bars and describe the picture inside."""

    def __post_init__(self) -> None:
        _require_range(self, "samples_per_second", 0.01, 60.0)
        _require_range(self, "max_side_pixels", 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipConfig:
    """The open_clip model of the concept axis."""

    model: str = "ViT-B-32"
    """open_clip model name; or `local-dir:FOLDER` or `hf-hub:OWNER/NAME`, which name model and weights."""
    pretrained: str = "laion2b_s34b_b79k"
    """open_clip pretrained tag, or the path of a local checkpoint; not read where `model` names the weights."""
    model_config: str = ""
    """Path of an open_clip model configuration (JSON) for a model that open_clip does not ship."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """Arithmetic of the image encoder."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where the model runs."""
    batch_size: int = 32
    """Pictures per forward pass."""

    def __post_init__(self) -> None:
        _require_range(self, "batch_size", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeConfig:
    """Which describers run."""

    use_clip: Literal["never", "if_available", "always"] = "if_available"
    """`always` fails without weights; `if_available` reports the concept axis as not measured."""
    sound: bool = True
    """Describe soundtracks, too, and compare them where both sides have one."""
    clip: ClipConfig = field(default_factory=ClipConfig)
    """The CLIP model."""
    read_text: Literal["never", "if_available", "always"] = "never"
    """Text in the pictures: `always` fails without the reader; `if_available` reports it as not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignConfig:
    """How hits become matches."""

    mirror: bool = True
    """Also compare the suspect mirrored left to right."""
    panes: bool = True
    """Also compare the panes of split screens and the insets that are found in the suspect."""
    turns: bool = True
    """Also compare the suspect after quarter and half turns and upside down, where a few samples say so."""
    num_hits_per_sample: int = 64
    """Nearest library samples per suspect sample that vote for candidate works."""
    max_candidate_works: int = 40
    """Candidate works aligned per suspect."""
    search_device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where nearest samples are searched; a card is used only after a trial search on it was right."""
    pdq_distance_bits: int = 31
    """Published PDQ match distance (ThreatExchange)."""
    operating_threshold: float = 5.0
    """Match score from which a match is shown as found."""
    sound_threshold: float = 35.0
    """Score from which a match of two soundtracks is shown as found."""

    def __post_init__(self) -> None:
        _require_range(self, "sound_threshold", 0.0)
        _require_range(self, "num_hits_per_sample", 1)
        _require_range(self, "max_candidate_works", 1)
        _require_range(self, "pdq_distance_bits", 0, 256)
        _require_range(self, "operating_threshold", -sys.float_info.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyConfig:
    """Which matches are looked at again, frame by frame, with local features."""

    max_matches: int = 16
    """Strongest matches of a suspect that are verified; 0 verifies none."""
    from_score: float = 1.5
    """Score of the alignment from which a match is worth it."""
    pairs_per_match: int = 5
    """Aligned frame pairs that are decoded again and compared."""

    def __post_init__(self) -> None:
        _require_range(self, "max_matches", 0)
        _require_range(self, "from_score", -sys.float_info.max)
        _require_range(self, "pairs_per_match", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceConfig:
    """Which matches are placed to the frame, from every frame of both files around them."""

    max_matches: int = 16
    """Strongest matches of a suspect that are placed; 0 places none."""

    def __post_init__(self) -> None:
        _require_range(self, "max_matches", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureConfig:
    """What likelihood ratios are read from."""

    copy_calibration: str = "shipped"
    """`shipped`, or the path of a calibration made by `similarity calibrate --proposition copy`."""
    adaptation_calibration: str = "shipped"
    """`shipped`, or the path of a calibration made by `similarity calibrate --proposition adaptation`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportConfig:
    """What a report shows."""

    max_frame_pairs_per_match: int = 4
    """Frame pairs shown side by side."""
    max_weaker_matches: int = 50
    """Matches below the threshold that are listed."""
    frame_max_side_pixels: int = 480
    """Longer side of the frames shown."""

    def __post_init__(self) -> None:
        _require_range(self, "max_frame_pairs_per_match", 0)
        _require_range(self, "max_weaker_matches", 0)
        _require_range(self, "frame_max_side_pixels", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaConfig:
    """How files are kept from doing harm; it changes no number."""

    isolate: bool = False
    """Read and compare each file in a process without network, under limits, so that a hostile one stops nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that can change a number, and `media`, which can't."""

    profile: str = "standard"
    """Name of the profile this came from."""
    sample: SampleConfig = field(default_factory=SampleConfig)
    """Reading and sampling."""
    describe: DescribeConfig = field(default_factory=DescribeConfig)
    """Describers."""
    align: AlignConfig = field(default_factory=AlignConfig)
    """Search and alignment."""
    verify: VerifyConfig = field(default_factory=VerifyConfig)
    """Verification."""
    place: PlaceConfig = field(default_factory=PlaceConfig)
    """Placing to the frame."""
    measure: MeasureConfig = field(default_factory=MeasureConfig)
    """Likelihood ratios."""
    report: ReportConfig = field(default_factory=ReportConfig)
    """Reports."""
    media: MediaConfig = field(default_factory=MediaConfig)
    """Containment."""

    def to_json(self) -> str:
        """Canonical JSON of what can change a number: sorted keys, no spaces; the text that is hashed."""
        said = dataclasses.asdict(self)
        del said["media"]
        return json.dumps(said, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """SHA-256 of `to_json`."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def _require_range(config: object, name: str, least: float, most: float = sys.float_info.max) -> None:
    value = getattr(config, name)
    if not least <= value <= most:
        upper = "" if most == sys.float_info.max else f" and at most {most:g}"
        raise ConfigurationError(f"{name}: expected a number of at least {least:g}{upper}, got {value!r}")


def profile_folder() -> Path:
    """Where the shipped profiles stand: `configs/` of a checkout, `_configs` of an installed wheel."""
    checkout = Path(__file__).resolve().parent.parent / "configs"
    return checkout if checkout.is_dir() else Path(str(files("similarity") / "_configs"))


def profile_names() -> tuple[str, ...]:
    """Names of the shipped profiles."""
    return tuple(sorted(path.stem for path in profile_folder().glob("*.yaml")))


def load_profile(name_or_path: str = "standard", changes: Mapping[str, Any] | None = None) -> Config:
    """The configuration of a shipped profile or of a YAML file, with `changes` on top.

    Args:
        name_or_path: `quick`, `standard`, `thorough`, `prescreen`, or the path of a YAML file.
        changes: nested mapping of further differences, as a profile would hold them.

    Raises:
        ConfigurationError: no such profile, unreadable YAML, an unknown key, a value of the wrong type or out of range.
    """
    path = Path(name_or_path)
    if path.suffix not in {".yaml", ".yml"}:
        if name_or_path not in profile_names():
            raise ConfigurationError(
                f"profile {name_or_path!r} is unknown: expected one of {', '.join(profile_names())}, "
                f"or the path of a .yaml file{_did_you_mean(name_or_path, profile_names())}"
            )
        path = profile_folder() / f"{name_or_path}.yaml"
    config = _apply(Config(profile=path.stem), _read_yaml(path), str(path))
    return _apply(config, changes or {}, "options")


def config_from_json(text: str) -> Config:
    """The configuration that `Config.to_json` wrote.

    Raises:
        ConfigurationError: no JSON object, or one with unknown settings or values out of range.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"stored configuration: no JSON: {error}") from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"stored configuration: expected an object, got {type(content).__name__}")
    return _apply(Config(), content, "stored configuration")


def _read_yaml(path: Path) -> Mapping[str, Any]:
    from similarity.yaml_files import plain_yaml

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:  # ValueError: no text
        raise ConfigurationError(f"{path}: can't be read as YAML: {error}") from error
    content = plain_yaml(text, name=str(path))
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path}: expected a mapping of settings, got {type(content).__name__}")
    return content


def _did_you_mean(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


def _apply(value: T, changes: Mapping[str, Any], where: str) -> T:
    """`value`, a configuration dataclass, with `changes` applied and every key and type checked."""
    hints = get_type_hints(type(value))
    new: dict[str, Any] = {}
    for key, wanted in changes.items():
        if key not in hints:
            known = tuple(hints)
            raise ConfigurationError(
                f"{where}: unknown setting {key!r}, known here: {', '.join(known)}{_did_you_mean(str(key), known)}"
            )
        new[key] = _converted(getattr(value, key), wanted, hints[key], f"{where}: {key}")
    try:
        return cast("T", dataclasses.replace(cast("Any", value), **new))
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}: {error}") from error


def _quoted(wanted: object) -> str:
    """A wrong value for a message: aliases let a small profile hold a collection too large to print."""
    if isinstance(wanted, Collection) and not isinstance(wanted, (str, bytes)):
        return f"a {type(wanted).__name__} of {len(wanted)}"
    return reprlib.repr(wanted)


def _converted(current: object, wanted: object, hint: object, where: str) -> object:
    if dataclasses.is_dataclass(current):
        if not isinstance(wanted, Mapping):
            raise ConfigurationError(f"{where}: expected a mapping of settings, got {_quoted(wanted)}")
        return _apply(current, wanted, where)
    if get_origin(hint) is Literal:
        if wanted not in get_args(hint):
            known = ", ".join(map(repr, get_args(hint)))
            raise ConfigurationError(f"{where}: expected one of {known}, got {_quoted(wanted)}")
        return wanted
    if hint is float and type(wanted) is int and abs(wanted) <= sys.float_info.max:
        return float(wanted)
    if isinstance(hint, UnionType) or type(wanted) is not hint:
        raise ConfigurationError(f"{where}: expected {getattr(hint, '__name__', hint)}, got {_quoted(wanted)}")
    return wanted
