"""A room's face is the list of its modules that other rooms may use: `__all__` of its `__init__`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from support.paths import ROOT

PACKAGE = ROOT / "similarity"
FLOORS = ("report", "service")
"""Rooms whose inner rooms are rooms of their own."""


def test_faces_list_modules_that_are_there():
    wrong = {
        room: missing
        for room, listed in faces().items()
        if (missing := [name for name in listed if not _is_module(folder_of(room), name)])
    }
    assert faces()
    assert wrong == {}


def test_other_rooms_use_what_a_face_lists_and_nothing_else():
    known = faces()
    hidden = [
        f"{name_of(path)} uses {used}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for used in modules_used(path)
        if room_of(used) not in {room_of(name_of(path)), "similarity"}
        and used.rpartition(".")[0] in known
        and used.rpartition(".")[2] not in known[used.rpartition(".")[0]]
    ]
    assert hidden == []


def test_faces_list_nothing_that_no_other_room_uses():
    used = {
        one for path in PACKAGE.rglob("*.py") for one in modules_used(path) if room_of(one) != room_of(name_of(path))
    }
    unused = [f"{room}.{name}" for room, listed in faces().items() for name in listed if f"{room}.{name}" not in used]
    assert unused == []


def faces() -> dict[str, list[str]]:
    """Room -> modules that its face lists."""
    return {
        name_of(path).removesuffix(".__init__"): _listed(path)
        for path in sorted(PACKAGE.rglob("__init__.py"))
        if path.parent != PACKAGE
    }


def modules_used(path: Path) -> Iterator[str]:
    """Modules of the package that a module imports from, at its head or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("similarity."):
            inner = [f"{node.module}.{one.name}" for one in node.names if _is_module(folder_of(node.module), one.name)]
            yield from inner or [node.module]


def room_of(module: str) -> str:
    parts = module.split(".")
    depth = 3 if parts[1:2] and parts[1] in FLOORS else 2
    inside = parts[:depth]
    return ".".join(inside) if folder_of(".".join(inside)).is_dir() else ".".join(inside[:-1])


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def folder_of(module: str) -> Path:
    return ROOT.joinpath(*module.split("."))


def _is_module(folder: Path, name: str) -> bool:
    return (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()


def _listed(path: Path) -> list[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == "__all__":
            return ast.literal_eval(node.value)
    return []
