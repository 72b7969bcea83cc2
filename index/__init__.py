"""The library: what was indexed, its descriptors, and exact search over them.

`open_library` gives a `Writer`, and that a `Reader` of one generation (`index.api`).  A library is a folder:
`catalogue.sqlite` (what stands in it), `segments/*.faiss` (immutable files of descriptor rows), `catalogue.seal` (the
checksum of the catalogue), `readers/` (who holds which segments).  The index knows identifiers and numbers, no video.

Importing this package loads nothing heavy: names are fetched when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.api import Reader, Writer
    from index.device import SearchDevice, search_device
    from index.memory import MemoryReader
    from index.records import (
        AddOutcome,
        Companion,
        CompanionState,
        Damage,
        DescriptorSet,
        Entry,
        FilterRange,
        Hits,
        NewEntry,
        SampleTable,
        SceneTable,
        SearchCodes,
    )

__all__ = [
    "AddOutcome",
    "Companion",
    "CompanionState",
    "Damage",
    "DescriptorSet",
    "Entry",
    "FilterRange",
    "Hits",
    "MemoryReader",
    "NewEntry",
    "Reader",
    "SampleTable",
    "SceneTable",
    "SearchCodes",
    "SearchDevice",
    "Writer",
    "open_library",
    "search_device",
]

_HOMES = {
    "MemoryReader": "index.memory",
    "Reader": "index.api",
    "SearchDevice": "index.device",
    "Writer": "index.api",
    "search_device": "index.device",
}


def open_library(path: Path, *, create: bool = False) -> Writer:
    """Open the library at `path`, bringing it up to date if an older version wrote it.

    Args:
        path: its folder.
        create: make an empty one where none stands.

    Raises:
        LibraryNotFoundError: there is none, and none is to be made.
        LibraryWriteError: it can't be made there.
    """
    from index.local.library import Library

    return Library.open_or_create(path) if create else Library.open(path)


def __getattr__(name: str) -> Any:
    """Fetch a public name from the module it lives in."""
    if name not in __all__:
        raise AttributeError(f"module 'index' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES.get(name, "index.records")), name)


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
