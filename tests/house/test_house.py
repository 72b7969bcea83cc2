"""The rules of the house, as far as a machine can look after them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import grimp
import pytest
from click import Group
from support.long_modules import LONG_MODULES, long_first
from support.paths import ROOT, TESTS
from typer.main import get_command
from typer.testing import CliRunner

from similarity.cli.app import app
from similarity.cli.exits import Exit

MODULES = sorted(
    path
    for package in ("similarity", "index")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts  # scripts that a tool writes and reads
)
EDGES = (
    "similarity/contained/child.py",
    "similarity/service/worker.py",
    "similarity/workers/on_node.py",
    "similarity/workers/serving.py",
)
"""Where whatever was raised is told to another process, or kept with the job that raised it."""
PUBLIC = [path for path in MODULES if not path.name.startswith("_")]
HEAVY = ("torch", "open_clip", "faiss", "av", "cv2", "decord", "skimage", "scenedetect", "pydantic", "jinja2", "yoyo")
MAX_LINES_PER_FUNCTION = 60
MAX_LINES_PER_MODULE = 400


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def every(module: Path, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree_of(module)) if isinstance(node, kinds))


def offenders(wrong: Callable[[Path], object], modules: Iterable[Path]) -> dict[str, object]:
    """What is wrong in each module in which something is."""
    return {name_of(module): found for module in modules if (found := wrong(module))}


def commands() -> list[tuple[str, ...]]:
    """Every command and group of commands, the program itself among them."""

    def walk(command, names):
        yield names
        for name, inner in command.commands.items() if hasattr(command, "commands") else ():
            yield from walk(inner, (*names, name))

    return list(walk(get_command(app), ()))


@pytest.mark.parametrize(
    "what",
    [
        "import similarity",
        "import index",
        "import similarity.errors, similarity.config, similarity.intervals, similarity.files, similarity.absence",
        "import index.errors",
        "from typer.testing import CliRunner; from similarity.cli.app import app; CliRunner().invoke(app, ['--help'])",
    ],
)
def test_import_is_free(what):
    look = f"{what}\nimport sys\nprint(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_every_command_explains_itself():
    for names in commands():
        said = CliRunner().invoke(app, [*names, "--help"])
        assert (said.exit_code, said.stderr) == (0, ""), names
        assert "Usage:" in said.stdout, names


def test_every_option_of_every_command_is_explained():
    program = get_command(app)
    for names in commands():
        command = program
        for name in names:
            command = command.commands[name]
        assert command.help, names
        for parameter in command.params:
            assert getattr(parameter, "help", ""), (names, parameter.name)


def test_public_names_are_listed_completely_and_in_order():
    assert offenders(_listed_otherwise, PUBLIC) == {}


def _listed_otherwise(module: Path) -> str:
    tree = tree_of(module)
    listed: list[str] | None = None
    defined: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                listed = ast.literal_eval(node.value)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
    if listed is None:
        return "no __all__"
    if listed != sorted(set(listed), key=_as_ruff_sorts):
        return f"twice or out of order: {listed}"
    namespace = {name.id for name in ast.walk(tree) if isinstance(name, ast.Name)} | defined | _imported(tree)
    return ", ".join(set(listed) - namespace)


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    if name.isupper():
        return 0, name
    return (1 if name[:1].isupper() else 2), name


def _imported(tree: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
    }


def test_packages_assert_nothing_and_swallow_nothing():
    assert offenders(_asserted_or_swallowed, MODULES) == {}


def _asserted_or_swallowed(module: Path) -> dict[str, list[int]]:
    handlers = list(every(module, ast.ExceptHandler))
    found = {
        "asserted": [node.lineno for node in every(module, ast.Assert)],
        "bare": [node.lineno for node in handlers if node.type is None],
        "everything": [
            node.lineno for node in handlers if _catches_all(node) and not _raises(node) and not _is_edge(module)
        ],
        "silent": [node.lineno for node in handlers if isinstance(node.body[0], ast.Pass)],
    }
    return {what: lines for what, lines in found.items() if lines}


def _is_edge(module: Path) -> bool:
    return module.relative_to(ROOT).as_posix() in EDGES


def _catches_all(handler: ast.ExceptHandler) -> bool:
    caught = ast.unparse(handler.type) if handler.type is not None else "BaseException"
    return bool(re.search(r"\b(Base)?Exception\b", caught))


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def test_functions_and_modules_are_short():
    assert offenders(_long, MODULES) == {}


def _long(module: Path) -> dict[str, int]:
    lengths = {
        node.name: node.end_lineno - node.lineno + 1 for node in every(module, ast.FunctionDef, ast.AsyncFunctionDef)
    }
    num_lines = len(module.read_text(encoding="utf-8").splitlines())
    return {name: length for name, length in lengths.items() if length > MAX_LINES_PER_FUNCTION} | (
        {"module": num_lines} if num_lines > MAX_LINES_PER_MODULE else {}
    )


def test_imports_point_one_way():
    checker = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([checker, "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_no_module_imports_itself_by_any_way():
    """Imports inside functions count too: every group of modules that reach one another holds one module."""
    graph = grimp.build_graph("similarity", "index", cache_dir=None)
    waiting = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    while free := [module for module, imported in waiting.items() if not imported & waiting.keys()]:
        for module in free:
            del waiting[module]
    assert sorted(waiting) == []  # circles, and what imports them


def test_exit_codes_stand_in_the_guide():
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    for code in Exit:
        row = re.compile(rf"^\|\s*`?{int(code)}`?\s*\|.*\b{code.name}\b", re.MULTILINE | re.IGNORECASE)
        assert row.search(guide), f"{code.name} = {int(code)}"


def test_the_readme_begins_with_the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^(    |\$ )?make demo\b", readme, re.MULTILINE)
    assert re.search(r"^(    |\$ )?make test\b", readme, re.MULTILINE)


def test_the_fixed_commands_are_there():
    program = get_command(app)
    assert isinstance(program, Group) or hasattr(program, "commands")
    assert set(program.commands) >= {"add", "compare", "scan", "report", "library", "doctor", "demo"}
    assert set(program.commands["library"].commands) == {
        "list",
        "show",
        "describe",
        "relocate",
        "remove",
        "check",
        "export",
        "tune",
    }
    options = {name: {o for p in program.commands[name].params for o in p.opts} for name in program.commands}
    assert options["add"] >= {"--library", "--background", "--quiet", "--catalogue", "--json"}
    assert options["scan"] >= {"--library", "--out", "--all-pairs", "--quiet", "--json"}
    assert options["compare"] >= {"--library", "--out", "--quiet", "--json"}
    assert options["demo"] >= {"--out"}


def test_long_modules_of_tests_are_there_once():
    assert len(set(LONG_MODULES)) == len(LONG_MODULES)
    assert [name for name in LONG_MODULES if not (TESTS / name).is_file()] == []


@pytest.mark.parametrize("num_processes", [1, 2, 3, 4])
def test_every_process_begins_with_long_modules_and_none_is_lost(num_processes):
    names = [*(f"a{number}.py" for number in range(40)), *LONG_MODULES]
    num_tests = 5
    modules = [[SimpleNamespace(path=TESTS / name)] * num_tests for name in names]
    ordered = long_first(modules, num_processes, TESTS)
    assert sorted(one[0].path for one in ordered) == sorted(one[0].path for one in modules)
    share = len(ordered) // num_processes
    for number in range(num_processes):
        begin = ordered[number * share : number * share + num_tests + 1]  # a module that is cut may end there
        assert {one[0].path for one in begin} & {TESTS / name for name in LONG_MODULES}
    assert ordered[-1][0].path.name == "a39.py"
