"""Texts that the pages of the service say, found in their own source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jinja2 import Environment, nodes
from support.paths import ROOT

WEB = ROOT / "similarity" / "service" / "web"


def said_by_pages() -> set[str]:
    return {*_in_templates(), *_in_python()}


def _in_templates() -> Iterator[str]:
    environment = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
    for path in sorted((WEB / "templates").glob("*.html")):
        for call in environment.parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            first = call.args[0] if call.args else None
            if getattr(call.node, "name", "") == "say" and isinstance(first, nodes.Const):
                yield first.value


def _in_python() -> Iterator[str]:
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "sentence":
                yield ast.literal_eval(node.args[0])
