"""YAML that people write, read as typed values: bounded, without aliases, every unknown or missing key named."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from similarity.errors import ConfigurationError

__all__ = ["MAX_YAML_BYTES", "parse_yaml", "plain_yaml", "read_yaml"]

MAX_YAML_BYTES = 4_000_000
"""Larger files are refused: facts of a case are pages, not megabytes."""
_MAX_PROBLEMS_SHOWN = 8
_MAX_DEPTH = 40

T = TypeVar("T")


class _Loader(yaml.SafeLoader):
    """Plain data only: no aliases (they multiply), no key twice, dates and times as the text that was written."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.YAMLError(f"line {mark.line + 1}: aliases (*name) are not read; write the value out")
        self._depth = getattr(self, "_depth", 0) + 1
        if self._depth > _MAX_DEPTH:
            raise yaml.YAMLError(f"nested more than {_MAX_DEPTH} deep")
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - the signature of the class it extends
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                raise yaml.YAMLError(f"line {node.start_mark.line + 1}: given twice: {key}")
        return super().construct_mapping(node, deep=deep)


def _as_written(_: _Loader, node: yaml.ScalarNode) -> str:
    """A date as the text that was written: `2024-05` and `2024-05-01` differ in precision, and that counts."""
    return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


def read_yaml(path: Path, form: type[T]) -> T:
    """The file's content as a value of `form`, a frozen dataclass or pydantic model.

    Raises:
        ConfigurationError: unreadable, too large, no YAML, or not of that form; every problem with its place.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_YAML_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read: {error}") from error
    if len(content) > MAX_YAML_BYTES:
        raise ConfigurationError(f"{path}: expected at most {MAX_YAML_BYTES} bytes of YAML, got more")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: expected UTF-8 text: {error}") from error
    return parse_yaml(text, form, name=str(path))


def parse_yaml(text: str, form: type[T], *, name: str) -> T:
    """The same of a text.

    Args:
        text: the YAML.
        form: the type that it must have.
        name: what messages call it.

    Raises:
        ConfigurationError: no YAML, or not of that form; every problem with its place.
    """
    content = plain_yaml(text, name=name)
    try:
        return TypeAdapter(form).validate_python(content)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
        shown = [
            f"{'.'.join(str(part) for part in one['loc']) or 'file'}: {one['msg']}, got {_short(one['input'])}"
            for one in details[:_MAX_PROBLEMS_SHOWN]
        ]
        more = [f"and {len(details) - len(shown)} more"] if len(details) > len(shown) else []
        raise ConfigurationError(f"{name}: {'; '.join(shown + more)}") from error


def plain_yaml(text: str, *, name: str) -> object:
    """The plain data of a YAML text, unchecked; `name` stands in messages.

    Raises:
        ConfigurationError: no YAML, or more than plain data.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a narrower loader than the safe one
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise ConfigurationError(f"{name}: can't be read as YAML: {' '.join(str(error).split())}") from error


def _short(value: object) -> str:
    return f"{value!r:.60}"
