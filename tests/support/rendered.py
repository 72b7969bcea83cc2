"""The tiny demo's footage where the demo is to be rendered: rendered once, then copied."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from similarity.demo.footage import DemoFootage


def copied_demo(demo: DemoFootage, folder: Path) -> DemoFootage:
    """The same footage in another folder, as if it had been rendered there."""
    shutil.copytree(demo.folder, folder, dirs_exist_ok=True)
    films = [replace(film, path=folder / film.path.relative_to(demo.folder)) for film in demo.films]
    return replace(demo, folder=folder, films=tuple(films))
