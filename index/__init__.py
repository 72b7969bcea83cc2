"""The library: what was indexed, its descriptors, and exact search over them.

A library is a folder: `catalogue.sqlite` (what stands in it), `segments/*.faiss` (immutable files of descriptor
rows), `catalogue.seal` (the checksum of the catalogue).  The index knows identifiers and numbers, no video.

Importing this package loads nothing heavy: names are fetched when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.device import SearchDevice, search_device
    from index.local.library import Library
    from index.records import (
        AddOutcome,
        Damage,
        DescriptorSet,
        Entry,
        FilterRange,
        Hits,
        NewEntry,
        SampleTable,
        SceneTable,
    )

__all__ = [
    "AddOutcome",
    "Damage",
    "DescriptorSet",
    "Entry",
    "FilterRange",
    "Hits",
    "Library",
    "NewEntry",
    "SampleTable",
    "SceneTable",
    "SearchDevice",
    "search_device",
]

_HOMES = {"Library": "index.local.library", "SearchDevice": "index.device", "search_device": "index.device"}


def __getattr__(name: str) -> Any:
    """Fetch a public name from the module it lives in."""
    if name not in __all__:
        raise AttributeError(f"module 'index' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES.get(name, "index.records")), name)


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
