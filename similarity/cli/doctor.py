"""What works on this machine: readers, codecs, search, GPU, models, disk."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version

from index.device import search_device
from similarity._version import __version__
from similarity.config import Config
from similarity.describe.clip_weights import HOW_TO_FETCH, clip_at_hand
from similarity.media.capabilities import Capability, media_capabilities

__all__ = ["examine", "examined_in_words"]


def examine() -> tuple[Capability, ...]:
    """Try everything that a comparison may need."""
    python = Capability(name="python", status="works", detail=f"{sys.version.split()[0]}, similarity {__version__}")
    return (python, *media_capabilities(), _faiss(), _gpu(), *_bundled(), _clip())


def _faiss() -> Capability:
    import faiss
    import numpy as np

    index = faiss.IndexFlatIP(4)
    index.add(np.eye(4, dtype=np.float32))
    _, nearest = index.search(np.eye(4, dtype=np.float32), 1)
    is_right = nearest[:, 0].tolist() == [0, 1, 2, 3]
    return Capability(
        name="search (faiss)",
        status="works" if is_right else "missing",
        detail=f"faiss {version('faiss-cpu')}" if is_right else f"a search of four rows gave {nearest[:, 0].tolist()}",
    )


def _gpu() -> Capability:
    found = search_device("auto")
    return Capability(name="GPU", status="works" if found.device == "cuda" else "optional", detail=found.reason)


def _bundled() -> tuple[Capability, ...]:
    from similarity.describe.descriptors.compact import CompactDescriber
    from similarity.describe.descriptors.composition import CompositionDescriber

    return tuple(
        Capability(name=f"descriptor {one.name}", status="works", detail=f"{one.version}, ships with the package")
        for one in (CompactDescriber().identity, CompositionDescriber().identity)
    )


def _clip() -> Capability:
    config = Config().describe.clip
    absent = clip_at_hand(config)
    return Capability(
        name="descriptor clip",
        status="works" if absent is None else "optional",
        detail=f"{config.model}/{config.pretrained}" if absent is None else f"{absent.reason}; {HOW_TO_FETCH}",
    )


def examined_in_words(capabilities: Sequence[Capability]) -> str:
    """One line per capability."""
    width = max(len(one.name) for one in capabilities)
    return "\n".join(f"{one.status:<8}  {one.name:<{width}}  {one.detail}" for one in capabilities)
