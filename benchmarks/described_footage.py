"""Footage described once for many measurements: one file per video in a cache folder, and libraries made of them.

A cached file is named after everything that decides what is in it: the bytes of the video, the describers with their
versions and weights, the sampling, the views, and the source of the code between file and describer.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

import similarity
from index import Writer, open_library
from index.records import DescriptorSet, Role
from similarity.config import AlignConfig, ClipConfig, Config
from similarity.describe.choose import AnyDescriber
from similarity.describe.descriptors.clip import load_clip
from similarity.describe.facts import video_facts
from similarity.describe.stored import pack_video, unpack_video
from similarity.describe.types import DescribedPictures
from similarity.describe.video import DescribedVideo, describe_video
from similarity.files import write_atomically
from similarity.ingest.entries import entry_of
from similarity.media.digest import digest_file
from similarity.media.types import Picture
from similarity.media.walk import find_media
from similarity.text import id_of

__all__ = ["ImageEncoder", "Timed", "described", "described_folder", "filled_library"]

DESCRIBERS_OWN = {
    "choose.py",
    "clip.py",
    "bundled.py",
    "compact.py",
    "composition.py",
    "motion.py",
    "pdq.py",
    "surface.py",
    "_network.py",
}
"""Modules of `similarity.describe` for which the describer's identity stands, or that describe nothing stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A described video, and how long it took."""

    video: DescribedVideo
    """The video."""
    seconds: float
    """Time of decoding and describing, when it was done."""


class ImageEncoder:
    """A local open_clip checkpoint whose image embeddings stand in for `compact`.

    Args:
        checkpoint: weights; the model's configuration lies beside them, under the same name as `.json`.
    """

    def __init__(self, checkpoint: Path) -> None:
        model = checkpoint.stem
        config = ClipConfig(
            model=model, pretrained=str(checkpoint), model_config=str(checkpoint.with_suffix(".json")), device="cpu"
        )
        self._encoder = load_clip(config)
        self.identity = DescriptorSet(
            name="compact",
            version=model.lower(),
            weights_sha256=self._encoder.identity.weights_sha256,
            kind="float",
            dimensions=self._encoder.identity.dimensions,
        )

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        """Embed a batch: unit rows, rounded to the fp16 in which they are stored."""
        described = self._encoder.describe(pictures)
        rows = described.descriptors.astype(np.float16).astype(np.float32)
        return DescribedPictures(descriptors=rows, quality=described.quality)


def described_folder(
    folder: Path, describers: Sequence[AnyDescriber], config: Config, cache: Path
) -> dict[str, DescribedVideo]:
    """Identifier -> every video of a folder, as works and background are described."""
    found = {}
    for path in find_media([folder]):
        found[id_of(path)] = described(path, describers, config, cache, as_suspect=False).video
    return found


def described(
    path: Path, describers: Sequence[AnyDescriber], config: Config, cache: Path, *, as_suspect: bool
) -> Timed:
    """A video from the cache, or described and put there."""
    mirror, panes = as_suspect and config.align.mirror, as_suspect and config.align.panes
    depends_on = {
        "file": digest_file(path).sha256,
        "describers": [_in_words(describer.identity) for describer in describers],
        "sample": asdict(config.sample),
        "views": [mirror, panes],
        "code": _code_sha256(),
    }
    key = hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()[:32]
    place = cache / f"{key}.npz"
    if place.exists():
        return _read(place, path)
    print(f"describing {path.name} ...", file=sys.stderr)
    before = time.perf_counter()
    video = describe_video(
        path, describers, config=config.sample, views=AlignConfig(mirror=mirror, panes=panes, turns=False)
    )
    timed = Timed(video=video, seconds=time.perf_counter() - before)
    _write(place, timed)
    return timed


def filled_library(
    path: Path,
    describers: Sequence[AnyDescriber],
    entries: Mapping[Role, Mapping[str, DescribedVideo]],
    config: Config,
) -> Writer:
    """A new library of described videos, as `similarity add` makes it."""
    library = open_library(path, create=True)
    for describer in describers:
        library.declare_set(describer.identity)
    for role, videos in entries.items():
        for entry_id, video in videos.items():
            library.add(entry_of(video, video_facts(video, entry_id, sample=config.sample), role=role))
    return library


def _in_words(identity: DescriptorSet) -> str:
    return f"{identity.name} {identity.version} {identity.weights_sha256 or ''}"


def _code_sha256() -> str:
    """Hash of the code that decides which pictures a describer is shown."""
    digest = hashlib.sha256()
    package = Path(similarity.__file__).parent
    for folder in ("describe", "media", "scenes"):
        for source in sorted((package / folder).glob("*.py")):
            if source.name not in DESCRIBERS_OWN:
                digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def _write(place: Path, timed: Timed) -> None:
    write_atomically(place.with_suffix(".seconds"), str(timed.seconds).encode())
    write_atomically(place, pack_video(timed.video, with_record=True))


def _read(place: Path, path: Path) -> Timed:
    video = unpack_video(place.read_bytes(), place.name)
    seconds = float(place.with_suffix(".seconds").read_text(encoding="utf-8"))
    return Timed(video=replace(video, path=path), seconds=seconds)
