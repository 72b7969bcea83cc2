"""Values as JSON text and back: the one way in which stored results are written and read again.

Nothing unknown is let in: no field too many or too few, no value of another type, no number that is not finite.
Whoever reads says in words of its own whose file it was and what to do; what is wrong with it, and where, stands in
`StoredJsonError`.
"""

from __future__ import annotations

import dataclasses
import math
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_type_hints

from similarity.errors import StoredJsonError

__all__ = ["json_schema", "plain", "read_stored"]

_MAX_PROBLEMS_SHOWN = 5

T = TypeVar("T")


def plain(value: object, where: str) -> object:
    """A frozen value as dictionaries, lists and scalars that JSON can say; `where` names it in messages.

    Text that UTF-8 can't hold (a file name in another encoding) has the offending bytes escaped.

    Raises:
        StoredJsonError: a number that is not finite, or a value of a type that is not stored.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: plain(getattr(value, name), f"{where}.{name}") for name in names}
    if isinstance(value, tuple):
        return [plain(item, f"{where}[{number}]") for number, item in enumerate(value)]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, float):
        return _finite(float(value), where)
    if value is None or isinstance(value, int):
        return value
    raise StoredJsonError(
        f"{where}: a stored value holds text, bool, int, float, null and tuples, got {type(value).__module__}."
        f"{type(value).__qualname__}; convert it first (float(...), int(...), bool(...))"
    )


def read_stored(content: str | bytes, form: type[T]) -> T:
    """The value of a type that a JSON text holds.

    Raises:
        StoredJsonError: no JSON, or not exactly a value of that type; with the places of the first problems.
    """
    from pydantic import ValidationError

    text = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    try:
        (value,) = _adapter(cast("Any", form)).validate_json(b"[" + text + b"]")
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        shown = [f"{_place(one['loc'])}: {one['msg']}" for one in details[:_MAX_PROBLEMS_SHOWN]]
        more = [f"and {len(details) - len(shown)} more"] if len(details) > len(shown) else []
        raise StoredJsonError("; ".join(shown + more)) from error
    except (ValueError, RecursionError) as error:
        raise StoredJsonError(str(error)) from error
    return value  # type: ignore[no-any-return]


def json_schema(form: type, *, title: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a stored value, every field with its docstring."""
    definitions = _adapter(form).json_schema()["$defs"]
    for one, base in _inheriting(form):
        described = _adapter(base).json_schema()["$defs"][base.__name__]["properties"]
        for name, field in described.items():
            definitions[one.__name__]["properties"][name].setdefault("description", field["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "$ref": f"#/$defs/{form.__name__}",
        "$defs": definitions,
    }


def _inheriting(form: type) -> list[tuple[type, type]]:
    """Dataclasses inside a form with the dataclasses whose fields they inherit: pydantic reads own docstrings only."""
    found: dict[type, None] = {}
    pending: list[Any] = [form]
    while pending:
        one = pending.pop()
        if dataclasses.is_dataclass(one) and isinstance(one, type) and one not in found:
            found[one] = None
            pending += get_type_hints(one).values()
        pending += get_args(one)
    return [(one, base) for one in found for base in one.__mro__[1:] if dataclasses.is_dataclass(base)]


@cache
def _adapter(form: Any) -> Any:
    from pydantic import ConfigDict, TypeAdapter

    # pydantic takes a configuration for a container, not for a dataclass itself; everything inside inherits it
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True)
    return TypeAdapter(tuple[form], config=config)


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location[1:]) or "file"


def _finite(value: float, where: str) -> float:
    if not math.isfinite(value):
        raise StoredJsonError(f"{where}: expected a finite number, got {value}; say NotMeasured(reason=...) instead")
    return value
