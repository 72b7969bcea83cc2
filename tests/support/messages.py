"""Texts that the product says and phrases that it stores, found in its own source."""

from __future__ import annotations

import ast
import dataclasses
import types
import typing
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes
from support.paths import ROOT

from similarity.report.document.gaps import field_words
from similarity.report.schema import report as values

REPORT = ROOT / "similarity" / "report"
SAYING = {
    **dict.fromkeys(("say", "rich", "text", "msgid", "phrase", "not_measured"), (0,)),
    **dict.fromkeys(("several", "several_text"), (1, 2)),
}
"""Where the texts stand among the arguments of what says them."""

Message = str | tuple[str, str]


def said_in_python() -> Iterator[Message]:
    for path in sorted((ROOT / "similarity").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                yield from _said(name, [getattr(argument, "value", None) for argument in node.args])


def said_in_templates(folder: Path) -> Iterator[Message]:
    environment = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
    for path in sorted(folder.glob("*.j2")):
        for call in environment.parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            name = getattr(call.node, "name", "")
            yield from _said(name, [getattr(argument, "value", None) for argument in call.args])


def _said(name: str, arguments: list[object]) -> Iterator[Message]:
    texts = tuple(arguments[place] for place in SAYING.get(name, ()) if place < len(arguments))
    if len(texts) == len(SAYING.get(name, ())) > 0 and all(isinstance(text, str) for text in texts):
        yield texts[0] if len(texts) == 1 else texts


def said() -> set[Message]:
    """Every text that the product says or stores, one for singular and plural where it knows both."""
    return {*said_in_python(), *said_in_templates(REPORT / "page" / "templates"), *gap_words()}


def gap_words() -> set[str]:
    """What a reader calls the values of a report that may be missing, and what they stand in."""
    words: set[str] = set()
    seen: set[type] = set()

    def walk(kind: type) -> None:
        if kind in seen or kind is values.NotMeasuredItem:
            return
        seen.add(kind)
        hints = typing.get_type_hints(kind)
        for field in dataclasses.fields(kind):
            inside = list(_dataclasses(hints[field.name]))
            is_list = typing.get_origin(hints[field.name]) is tuple
            if not is_list and (inside or "NotMeasured" in str(hints[field.name])):
                words.add(field_words(field.name))
            for inner in inside:
                walk(inner)

    walk(values.Report)
    return words


def _dataclasses(hint: object) -> Iterator[type]:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint) and hint.__name__ not in {"NotMeasured", "Phrase"}:
        yield hint
    elif isinstance(hint, types.UnionType) or typing.get_origin(hint):
        for argument in typing.get_args(hint):
            yield from _dataclasses(argument)
