"""The implicit label of GB 45438-2025: the value of a key `AIGC`, one plain JSON object.

GB 45438-2025 (in force since 1 September 2025), section on implicit labels in file metadata and its annex on their
form, with the practice guides TC260-PG-20257A (places in video and audio) and TC260-PG-20258A (pictures):
seven keys in a fixed order, values are strings, `Label` is 1 (is generated), 2 (may be), 3 (suspected), and the
object stands as it is, not encoded in Base64.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from similarity.phrases import Phrase, as_it_is, phrase
from similarity.provenance.found import Found, quoted
from similarity.provenance.values import AigcLabel, LabelField, LabelReading

__all__ = ["AIGC_KEYS", "aigc_reading", "read_label"]

AIGC_KEYS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
"""The seven keys, in the order of the standard."""

_CLAIMS: dict[str, Literal["is_generated", "may_be_generated", "suspected_generated"]] = {
    "1": "is_generated",
    "2": "may_be_generated",
    "3": "suspected_generated",
}
_MAX_EXTRA_KEYS = 64


@dataclass(frozen=True, slots=True)
class _Pairs:
    """A JSON object as it stands: in order, and with keys that stand twice."""

    items: tuple[tuple[str, object], ...]

    def first(self, key: str) -> object:
        return next((value for name, value in self.items if name == key), None)


class _Number(str):
    """A JSON number, as it is written."""

    __slots__ = ()


class _NoObjectError(ValueError):
    """The text is no JSON object."""


_TYPE_NAMES: dict[type, Phrase] = {
    _Pairs: phrase("an object"),
    list: phrase("a list"),
    bool: phrase("true or false"),
    _Number: phrase("a number"),
    str: phrase("a string"),
}


def read_label(found: Found) -> AigcLabel:
    """Judge one label; whatever it holds, the answer is a value."""
    damages: list[Phrase] = [found.cut_note] if found.is_cut else []
    departures: list[Phrase] = []
    pairs = _parse(found, damages)
    if pairs is not None:
        pairs = _unwrapped(pairs, damages)
        damages += _faults(pairs)
        departures += _departures(pairs)
    label = pairs.first("Label") if pairs is not None else None
    return AigcLabel(
        place=found.place,
        text=quoted(found.content.decode("utf-8", "replace").rstrip("\0")),
        values=_values(pairs),
        claim=_CLAIMS.get(label) if isinstance(label, str) else None,
        has_security_data_1=_holds_security_data(pairs, "ReservedCode1"),
        has_security_data_2=_holds_security_data(pairs, "ReservedCode2"),
        is_damaged=bool(damages),
        problems=(*damages, *departures),
    )


def aigc_reading(
    found: Sequence[Found], *, looked_at: str, problems: Sequence[Phrase], limits: Sequence[Phrase]
) -> LabelReading:
    """The reading of every label of a file.

    Args:
        found: the labels, in the order of the file.
        looked_at: the places that were looked at.
        problems: what kept the reader from looking further; without a label, they make it `unreadable`.
        limits: what was left out.
    """
    labels = tuple(read_label(one) for one in found)
    if not labels:
        state: Literal["absent", "unreadable"] = "unreadable" if problems else "absent"
        return LabelReading(
            kind="gb45438_aigc", state=state, place=looked_at, fields=(), problems=tuple(problems), limits=tuple(limits)
        )
    said = [_at(label, problem) for label in labels for problem in label.problems]
    unverified = [
        _at(
            label,
            phrase("{key} holds a SecurityData object: its SM2 signature is not verified by this reader", key=key),
        )
        for label in labels
        for key, holds in (("ReservedCode1", label.has_security_data_1), ("ReservedCode2", label.has_security_data_2))
        if holds
    ]
    return LabelReading(
        kind="gb45438_aigc",
        state="damaged" if any(label.is_damaged for label in labels) else "present",
        place="; ".join(label.place for label in labels),
        fields=_fields(labels),
        problems=(*_disagreement(labels), *said, *problems),
        limits=(*unverified, *limits),
        aigc_labels=labels,
    )


def _at(label: AigcLabel, said: Phrase) -> Phrase:
    return phrase("{place}: {said}", place=label.place, said=said)


def _parse(found: Found, damages: list[Phrase]) -> _Pairs | None:
    """The object, read through Base64 if need be, which is said to be a damage."""
    content = found.content.rstrip(b"\0").removeprefix(b"\xef\xbb\xbf")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        damages.append(phrase("is not UTF-8 at byte {byte}", byte=error.start))
        text = content.decode("utf-8", "replace")
    if not text.strip():
        damages.append(phrase("is empty"))
        return None
    try:
        return _object(text)
    except (ValueError, RecursionError) as error:
        decoded = _from_base64(text)
        if decoded is not None:
            damages.append(phrase("is encoded in Base64, where the standard asks for plain JSON; it is shown decoded"))
            return decoded
        nested = isinstance(error, RecursionError)
        reason = phrase("nested too deeply") if nested else _reason(error)
        damages.append(phrase("is no JSON object: {reason}", reason=reason))
        return None


def _reason(error: Exception) -> Phrase:
    """The reader's own words, or those of the JSON library."""
    own = error.args[0] if isinstance(error, _NoObjectError) else None
    return own if isinstance(own, Phrase) else as_it_is(quoted(str(error)))


def _object(text: str) -> _Pairs:
    parsed = json.loads(
        text,
        object_pairs_hook=lambda pairs: _Pairs(tuple(pairs)),
        parse_int=_Number,
        parse_float=_Number,
        parse_constant=_Number,
    )
    if not isinstance(parsed, _Pairs):
        raise _NoObjectError(phrase("expected an object, got {kind}", kind=_type_name(parsed)))
    return parsed


def _from_base64(text: str) -> _Pairs | None:
    try:
        return _object(base64.b64decode("".join(text.split()), validate=True).decode("utf-8"))
    except (ValueError, RecursionError, binascii.Error):
        return None


def _unwrapped(pairs: _Pairs, damages: list[Phrase]) -> _Pairs:
    """Some writers put the key into the value once more: `{"AIGC": {...}}`."""
    inner = pairs.first("AIGC")
    if len(pairs.items) == 1 and isinstance(inner, _Pairs):
        damages.append(phrase("wraps the label in a further object with the key AIGC; what is inside is shown"))
        return inner
    return pairs


def _faults(pairs: _Pairs) -> list[Phrase]:
    names = [name for name, _ in pairs.items]
    faults = [phrase("the key {key} is missing", key=key) for key in AIGC_KEYS if key not in names]
    counts = {key: names.count(key) for key in AIGC_KEYS}
    faults += [
        phrase("the key {key} stands {number} times", key=key, number=number)
        for key, number in counts.items()
        if number > 1
    ]
    for key in AIGC_KEYS:
        value = pairs.first(key)
        is_reserved_object = key.startswith("ReservedCode") and isinstance(value, _Pairs)
        if key in names and not _is_string(value) and not is_reserved_object:
            kind = _type_name(value)
            faults.append(phrase("{key} is {kind}, where the standard asks for a string", key=key, kind=kind))
    label = pairs.first("Label")
    if isinstance(label, str) and label not in _CLAIMS:
        faults.append(phrase('Label says "{value}", where the standard knows 1, 2 and 3', value=quoted(label[:40])))
    return faults


def _departures(pairs: _Pairs) -> list[Phrase]:
    """What departs from the standard and still lets the label be read."""
    names = [name for name, _ in pairs.items]
    known = list(dict.fromkeys(name for name in names if name in AIGC_KEYS))
    extra = list(dict.fromkeys(name for name in names if name not in AIGC_KEYS))
    said = []
    if known != [key for key in AIGC_KEYS if key in known]:
        order = ", ".join(known)
        said.append(phrase("the keys stand in the order {order}, which is not that of the standard", order=order))
    if extra:
        listed = ", ".join(quoted(name[:80]) for name in extra[:8])
        said.append(
            phrase("holds {number} key(s) that the standard does not know: {keys}", number=len(extra), keys=listed)
        )
    return said


def _values(pairs: _Pairs | None) -> tuple[LabelField, ...]:
    items = pairs.items[: len(AIGC_KEYS) + _MAX_EXTRA_KEYS] if pairs is not None else ()
    return tuple(LabelField(name=quoted(name[:200]), value=quoted(_as_text(value))) for name, value in items)


def _as_text(value: object) -> str:
    try:
        return value if isinstance(value, str) else json.dumps(_plain(value), ensure_ascii=False)
    except RecursionError:
        return "[nested too deeply to be shown]"


def _plain(value: object) -> object:
    """Objects for printing; a key that stands twice is shown once, with its last value."""
    if isinstance(value, _Pairs):
        return {name: _plain(inner) for name, inner in value.items}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _holds_security_data(pairs: _Pairs | None, key: str) -> bool:
    """Whether a reserved code holds an object `SecurityData` (TC260-PG-202511A), as an object or as text of one."""
    value = pairs.first(key) if pairs is not None else None
    if isinstance(value, str):
        try:
            value = _object(value)
        except (ValueError, RecursionError):
            return False
    return isinstance(value, _Pairs) and isinstance(value.first("SecurityData"), _Pairs | str)


def _type_name(value: object) -> Phrase:
    if value is None:
        return phrase("null")
    return _TYPE_NAMES[type(value)]


def _is_string(value: object) -> bool:
    return isinstance(value, str) and not isinstance(value, _Number)


def _disagreement(labels: Sequence[AigcLabel]) -> list[Phrase]:
    """Which keys differ between labels of one file."""
    if len(labels) < 2:
        return []
    differing = [
        key
        for key in AIGC_KEYS
        if len({tuple(field.value for field in label.values if field.name == key) for label in labels}) > 1
    ]
    agree = not differing and len({label.text for label in labels if label.is_damaged}) <= 1
    if agree:
        return []
    places = ", ".join(label.place for label in labels)
    what = as_it_is(", ".join(differing)) if differing else phrase("their text")
    return [
        phrase("{number} labels that disagree about {what}: {places}", number=len(labels), what=what, places=places)
    ]


def _fields(labels: Sequence[AigcLabel]) -> tuple[LabelField, ...]:
    """Flat fields; with several labels each name says at which place it stood."""
    return tuple(
        LabelField(name=field.name if len(labels) == 1 else f"{label.place}: {field.name}", value=field.value)
        for label in labels
        for field in label.values
    )
