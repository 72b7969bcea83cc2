"""The guide names every command and option, and every command line in the documentation parses."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from similarity.cli.app import app
from similarity.cli.exits import Exit

ROOT_COMMAND = typer.main.get_command(app)


def leaves(command: Any, path: tuple[str, ...] = ("similarity",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words that call it."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, child in command.commands.items():
        yield from leaves(child, (*path, name))


COMMANDS = {" ".join(path): command for path, command in leaves(ROOT_COMMAND)}


def options(command: Any) -> set[str]:
    return {name for param in command.params for name in param.opts if name.startswith("--")} - {"--help"}


def test_the_command_line_is_walked():
    assert {"similarity add", "similarity library check", "similarity models fetch"} <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_guide_has_a_section_with_every_option_of_a_command(name, guide):
    section = guide.section(name)
    documented = set(re.findall(r"^\| `(--[a-z0-9-]+)", section, flags=re.MULTILINE))
    assert documented == options(COMMANDS[name])
    assert f"`{name}" in section


def test_the_guide_documents_no_command_that_does_not_exist(guide):
    assert set(re.findall(r"^### (similarity .+)$", guide.text, flags=re.MULTILINE)) == set(COMMANDS)


def test_the_guide_names_the_options_of_the_program_itself(guide):
    assert all(f"similarity {option}" in guide.text for option in options(ROOT_COMMAND))


def test_a_required_option_is_called_required(guide):
    for name, command in COMMANDS.items():
        required = {param.opts[0] for param in command.params if param.required and param.opts[0].startswith("--")}
        said = set(re.findall(r"^\| `(--[a-z-]+)[^|]*\| required", guide.section(name), flags=re.MULTILINE))
        assert said == required, name


def parse(line: str) -> None:
    """Parse a command line without running it."""
    words = shlex.split(line, comments=True)
    command, path = ROOT_COMMAND, words[:1]
    rest = words[1:]
    while hasattr(command, "commands"):
        assert rest, f"{line}: a command is missing"
        assert rest[0] in command.commands, f"{line}: no command {rest[0]!r}"
        path.append(rest[0])
        command, rest = command.commands[rest[0]], rest[1:]
    command.make_context(" ".join(path), list(rest))


@pytest.mark.parametrize("name", ["README.md", "docs/guide.md"])
def test_every_command_line_of_a_page_parses(name, pages):
    lines = pages[name].commands()
    assert len(lines) >= 5
    for line in lines:
        parse(line)


def test_a_line_that_is_wrong_is_found_out():
    with pytest.raises(AssertionError, match="no command 'ad'"):
        parse("similarity ad films/")
    with pytest.raises(Exception, match="--al-pairs"):
        parse("similarity scan suspects/ --out run/ --al-pairs")


def test_commands_in_running_text_exist(pages):
    for page in pages.values():
        for words in re.findall(r"`similarity ([a-z]+(?: [a-z]+(?:-[a-z]+)*)?)", page.text):
            first, *second = words.split()
            assert first in ROOT_COMMAND.commands, f"{page.path.name}: similarity {words}"
            group = ROOT_COMMAND.commands[first]
            assert not second or not hasattr(group, "commands") or second[0] in group.commands, words


def test_the_exit_code_table_agrees_with_the_code(guide):
    rows = guide.table("code")
    assert [(int(number), name.strip("`")) for number, name, _ in rows] == [(code.value, code.name) for code in Exit]
    assert all(meaning for _, _, meaning in rows)


def test_the_guide_names_the_variable_of_the_library(guide):
    names = {param.envvar for command in COMMANDS.values() for param in command.params if param.envvar}
    assert names == {"SIMILARITY_LIBRARY", "HF_ENDPOINT"}
    assert "export SIMILARITY_LIBRARY=" in guide.text
