"""The rules of the house for values that hold arrays, and for what functions say of their parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SIMILARITY = Path(__file__).parents[2] / "similarity"
ROOMS = tuple(
    sorted(path.name for path in SIMILARITY.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file())
)
"""Where every public function of three parameters and more says them."""
COMMANDS = re.compile(r"(cli/(\w+_)?commands|service/web/((\w+_)?(routes|pages)|footage))\.py$")
"""Commands say their parameters in their options, which `--help` shows; routes in paths, bodies and dependencies."""
ARRAY = re.compile(r"\b(NDArray|ndarray|Floats|Bools|Mask|Matrix|Rows|Seconds|Picture|Descriptors)\b")
ARRAY_ROOMS = ("align", "geometry", "measure", "scenes", "media", "evaluate")
"""Rooms in which every value that holds an array checks and shows it by shape."""


def modules(rooms: tuple[str, ...]) -> list[Path]:
    found = [SIMILARITY / room for room in rooms if (SIMILARITY / room).exists()]
    assert len(found) == len(rooms), rooms
    return sorted(path for place in found for path in ([place] if place.is_file() else place.rglob("*.py")))


def classes(module: Path) -> Iterator[ast.ClassDef]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return (node for node in tree.body if isinstance(node, ast.ClassDef))


def public_functions(module: Path) -> Iterator[ast.FunctionDef]:
    """Functions and methods, but for methods that a protocol says for all that implement it."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    yield from functions(tree)
    for one in tree.body:
        if isinstance(one, ast.ClassDef) and not one.name.startswith("_"):
            said = frozenset() if is_protocol(one) else said_by_protocols()
            yield from (function for function in functions(one) if function.name not in said)


def functions(owner: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef]:
    return (node for node in owner.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))


def is_protocol(one: ast.ClassDef) -> bool:
    return "Protocol" in [ast.unparse(base) for base in one.bases]


@cache
def said_by_protocols() -> frozenset[str]:
    """Names of methods that some protocol of the package says."""
    return frozenset(
        function.name
        for module in SIMILARITY.rglob("*.py")
        for one in classes(module)
        if is_protocol(one)
        for function in functions(one)
    )


def parameters(function: ast.FunctionDef) -> list[str]:
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in names if name not in {"self", "cls"}]


@pytest.mark.parametrize("room", ROOMS)
def test_functions_of_three_parameters_say_each(room):
    silent = [
        f"{module.relative_to(SIMILARITY)}:{function.lineno} {function.name}: {name}"
        for module in modules((room,))
        if not COMMANDS.search(module.as_posix())
        for function in public_functions(module)
        if len(parameters(function)) > 2
        for name in parameters(function)
        if not re.search(rf"^ +{name}: ", (ast.get_docstring(function) or "").partition("Args:\n")[2], re.MULTILINE)
    ]
    assert silent == []


@pytest.mark.parametrize("room", ARRAY_ROOMS)
def test_values_that_hold_arrays_show_their_shape_and_do_not_compare(room):
    others = [
        f"{module.relative_to(SIMILARITY)}:{one.lineno} {one.name}"
        for module in modules((room,))
        for one in classes(module)
        if any(isinstance(line, ast.AnnAssign) and ARRAY.search(ast.unparse(line.annotation)) for line in one.body)
        and not (
            [ast.unparse(base) for base in one.bases] == ["ArrayValue"]
            and {"eq=False", "repr=False"} <= set(re.findall(r"\w+=\w+", ast.unparse(one.decorator_list[0])))
        )
    ]
    assert others == []


@pytest.mark.parametrize("room", ARRAY_ROOMS)
def test_values_that_hold_arrays_check_them(room):
    unchecked = [
        f"{module.relative_to(SIMILARITY)}:{one.lineno} {one.name}"
        for module in modules((room,))
        for one in classes(module)
        if [ast.unparse(base) for base in one.bases] == ["ArrayValue"]
        and not one.name.startswith("_")
        and "check" not in "".join(ast.unparse(line) for line in one.body if isinstance(line, ast.FunctionDef))
    ]
    assert unchecked == []
