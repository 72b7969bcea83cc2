"""What works on this machine: readers, codecs, search, GPU, models, disk."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

from index.device import search_device
from similarity._version import __version__
from similarity.config import Config
from similarity.describe.choose import clip_at_hand
from similarity.media.capabilities import media_capabilities

__all__ = ["Finding", "examine", "examined_in_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that works, or does not."""

    name: str
    """What was tried."""
    status: Literal["works", "optional", "missing"]
    """`optional`: not here, and nothing but the feature named needs it."""
    detail: str
    """Version, or why not and what next."""


def examine() -> tuple[Finding, ...]:
    """Try everything that a comparison may need."""
    python = Finding(name="python", status="works", detail=f"{sys.version.split()[0]}, similarity {__version__}")
    media = [
        Finding(name=found.name, status="works" if found.works else _unless(found.name), detail=found.detail)
        for found in media_capabilities()
    ]
    return (python, *media, _faiss(), _gpu(), *_bundled(), _clip())


def _unless(name: str) -> Literal["optional", "missing"]:
    return "optional" if name == "reader decord" else "missing"


def _faiss() -> Finding:
    import faiss
    import numpy as np

    index = faiss.IndexFlatIP(4)
    index.add(np.eye(4, dtype=np.float32))
    _, nearest = index.search(np.eye(4, dtype=np.float32), 1)
    is_right = nearest[:, 0].tolist() == [0, 1, 2, 3]
    return Finding(
        name="search (faiss)",
        status="works" if is_right else "missing",
        detail=f"faiss {version('faiss-cpu')}" if is_right else f"a search of four rows gave {nearest[:, 0].tolist()}",
    )


def _gpu() -> Finding:
    found = search_device("auto")
    return Finding(name="GPU", status="works" if found.device == "cuda" else "optional", detail=found.reason)


def _bundled() -> tuple[Finding, ...]:
    from similarity.describe.descriptors.compact import CompactDescriber
    from similarity.describe.descriptors.composition import CompositionDescriber

    return tuple(
        Finding(name=f"descriptor {one.name}", status="works", detail=f"{one.version}, ships with the package")
        for one in (CompactDescriber().identity, CompositionDescriber().identity)
    )


def _clip() -> Finding:
    config = Config().describe.clip
    absent = clip_at_hand(config)
    return Finding(
        name="descriptor clip",
        status="works" if absent is None else "optional",
        detail=f"{config.model}/{config.pretrained}" if absent is None else str(absent.reason),
    )


def examined_in_words(findings: Sequence[Finding]) -> str:
    """One line per finding."""
    width = max(len(finding.name) for finding in findings)
    return "\n".join(f"{finding.status:<8}  {finding.name:<{width}}  {finding.detail}" for finding in findings)
