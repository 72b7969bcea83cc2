"""Identifiers of files: the stem, with as much of the path before it as tells one file from another.

    >>> paths = [Path("/in/a/clip.mp4"), Path("/in/b/clip.mp4"), Path("/in/b/other.mov")]
    >>> list(ids_of(paths, {}).values())
    ['a/clip', 'b/clip', 'other']

What was named once keeps its name, however many files of that stem come later.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from similarity.text import one_line, storable

__all__ = ["ids_of", "name_key", "names_for"]


def ids_of(paths: Sequence[Path], named: Mapping[str, str], *, taken: Collection[str] = frozenset()) -> dict[Path, str]:
    """One identifier per file, all different.

    Args:
        paths: the files, each once.
        named: `name_key` of files that were named before -> identifier.  A name is free again when its file is gone.
        taken: identifiers that stand for something else.
    """
    standing = {key: name for key, name in named.items() if os.path.lexists(key)}
    used = {*standing.values(), *taken}
    new = [path for path in paths if name_key(path) not in standing]
    tails = {path: names_for(path) for path in new}
    times = Counter(tail for found in tails.values() for tail in set(found))
    ids = {path: standing[key] for path in paths if (key := name_key(path)) in standing}
    for path, found in tails.items():
        ids[path] = next(tail for tail in found if (times[tail] == 1 and tail not in used) or tail == found[-1])
        used.add(ids[path])
    return {path: ids[path] for path in paths}


def name_key(path: Path) -> str:
    """The absolute path, as it is stored."""
    return storable(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def names_for(path: Path) -> tuple[str, ...]:
    """Identifiers that a file may have, the shortest first."""
    return tuple(_tails(path))


def _tails(path: Path) -> Iterator[str]:
    """Stem, folder and stem ... up to the whole path; then the same with the suffix."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    folders = [folder.name for folder in reversed(whole.parents) if folder.name]
    for name in (whole.stem, whole.name):
        for depth in range(len(folders) + 1):
            yield one_line("/".join((*folders[len(folders) - depth :], name)))
    yield one_line(str(whole))
