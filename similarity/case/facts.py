"""`case.yaml`: a template for people to fill in, and what they wrote as values."""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, field, fields, make_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from similarity.absence import NotMeasured
from similarity.case.disk.layout import EXHIBIT_NUMBER, read_bounded
from similarity.case.stated import STATED_LISTS, dates_in, require_one_entry_per_work
from similarity.case.templates import template_text
from similarity.case.values import DeclaredExhibit
from similarity.errors import CaseError
from similarity.files import write_atomically
from similarity.phrases import phrase
from similarity.report.phrases.language import LanguageCode
from similarity.report.schema.case import (
    CaseFacts,
    Environment,
    ExhibitRole,
    Person,
    Profile,
    Propositions,
    StatedExhibit,
)
from similarity.report.schema.stated import HeldEvidence, PlaceOfUse, StepTaken, UseFact, WorkRights
from similarity.text import as_printable

__all__ = ["CaseFile", "check_date", "parse_case_file", "read_case_file", "write_template"]

_MAX_CASE_ID = 100
_EARLIEST_YEAR, _LATEST_YEAR = 1850, 2150
_DATE = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"([T ](?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.\d{1,9})?)?"
    r" ?(Z|[+-](?P<zone_hour>\d\d):?(?P<zone_minute>\d\d))?)?)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything that `case.yaml` states."""

    facts: CaseFacts
    """Facts of the case."""
    exhibits: tuple[DeclaredExhibit, ...]
    """Files of the case, in the order in which they stand there."""


def _form_of(value: type, **others: Any) -> Any:
    """What people may write of a value: a text or nothing for each of its fields, but for those of other kinds.

    Args:
        value: a dataclass; its form has the same fields.
        others: kinds of fields that are no texts, with their defaults where they have one; a kind that may be None may
            be left out.
    """
    stated = []
    for name, said in ({one.name: str | None for one in fields(value)} | others).items():
        kind, default = said if isinstance(said, tuple) else (said, None if type(None) in get_args(said) else MISSING)
        stated.append((name, kind, field(default=default)))
    namespace = {"__pydantic_config__": {"extra": "forbid"}}
    return make_dataclass(f"{value.__name__}Form", stated, namespace=namespace, frozen=True, kw_only=True)


_ExhibitForm = _form_of(StatedExhibit, number=str, role=ExhibitRole, file=str, copy=(bool, True))
_CaseForm = _form_of(
    CaseFacts,
    case_id=str,
    profile=Profile,
    language=LanguageCode,
    analyst=_form_of(Person) | None,
    reviewer=_form_of(Person) | None,
    environment=_form_of(Environment) | None,
    propositions=_form_of(Propositions) | None,
    notes_for_counsel=list[str] | None,
    rights=list[WorkRights] | None,
    uses=list[PlaceOfUse] | None,
    use_facts=list[UseFact] | None,
    steps=list[StepTaken] | None,
    held=list[HeldEvidence] | None,
    exhibits=list[_ExhibitForm] | None,  # type: ignore[valid-type]
)


def write_template(path: Path, *, case_id: str, profile: Profile, language: LanguageCode) -> None:
    """Write a `case.yaml` to fill in, with remarks in that language on what each field is for.

    Args:
        path: of the file to write.
        case_id: identifier of the case.
        profile: the law that the report follows.
        language: of report and remarks.

    Raises:
        CaseError: something stands there already, the identifier is none, or the disk refuses.
    """
    if path.exists() or path.is_symlink():
        raise CaseError(f"{path}: stands there already and is never written over; name another folder")
    content = template_text(case_id=_case_id(case_id), profile=profile, language=language)
    try:
        write_atomically(path, content.encode("utf-8"))
    except OSError as error:
        raise CaseError(f"{path}: can't be written: {error.strerror or error}; check its rights") from error


def read_case_file(path: Path) -> CaseFile:
    """What a `case.yaml` states; what was left blank is not measured and says so.

    Raises:
        CaseError: unreadable, or a date, number or identifier that can't be.
        ConfigurationError: no YAML, or with unknown or missing keys; every problem with its place.
    """
    from similarity.yaml_files import MAX_YAML_BYTES

    content = read_bounded(path, MAX_YAML_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError(f"{path}: expected UTF-8 text: {error}; save it as UTF-8") from error
    return parse_case_file(text, name=str(path))


def parse_case_file(text: str, *, name: str) -> CaseFile:
    """The same of a text; `name` stands in messages.

    Raises:
        CaseError: a date, number or identifier that can't be.
        ConfigurationError: no YAML, or with unknown or missing keys.
    """
    from similarity.yaml_files import parse_yaml

    form = parse_yaml(text, _CaseForm, name=name)
    try:
        return CaseFile(facts=_facts(form), exhibits=_exhibits(form.exhibits or []))
    except CaseError as error:
        raise CaseError(f"{name}: {error}") from error


def check_date(text: str, *, field_name: str) -> str:
    """A date or an instant as precise as it was written (ISO 8601): `2024`, `2024-05`, `2024-05-01T08:30+08:00`.

    Raises:
        CaseError: not of that form, no day of the calendar, or in no year that a case can speak of.
    """
    found = _DATE.fullmatch(text)
    expected = (
        f"{field_name}: expected a date such as 2024-05-01 or 2024-05-01T08:30+08:00 "
        f"between {_EARLIEST_YEAR} and {_LATEST_YEAR}, got {as_printable(text)!r}"
    )
    if found is None:
        raise CaseError(expected)
    part = {name: int(value) for name, value in found.groupdict(default="1").items()}
    hour, minute, second = (part[name] if found[name] else 0 for name in ("hour", "minute", "second"))
    try:
        datetime(part["year"], part["month"], part["day"], hour, minute, second)  # noqa: DTZ001 - only if it exists
    except ValueError as error:
        raise CaseError(f"{expected} ({error})") from error
    is_zone = not found["zone_hour"] or (part["zone_hour"] <= 14 and part["zone_minute"] < 60)
    if not _EARLIEST_YEAR <= part["year"] <= _LATEST_YEAR or not is_zone:
        raise CaseError(expected)
    return text


def _facts(form: Any) -> CaseFacts:
    lists: dict[str, tuple[Any, ...]] = {name: tuple(getattr(form, name) or ()) for name in STATED_LISTS}
    for name, entries in lists.items():
        for place, text in dates_in(name, entries):
            check_date(text, field_name=place)
    facts = CaseFacts(
        case_id=_case_id(form.case_id),
        profile=form.profile,
        language=form.language,
        date=_date(form.date, "date"),
        analyst=_person(form.analyst, "analyst"),
        reviewer=_person(form.reviewer, "reviewer"),
        environment=Environment(**_texts(form.environment, Environment, "environment.")),
        propositions=_propositions(form.propositions),
        notes_for_counsel=tuple(note.strip() for note in form.notes_for_counsel or [] if note.strip()),
        **{name: _stated(getattr(form, name), name) for name in ("requester", "purpose", "question", "jurisdiction")},
        rights=lists["rights"],
        uses=lists["uses"],
        use_facts=lists["use_facts"],
        steps=lists["steps"],
        held=lists["held"],
    )
    require_one_entry_per_work(facts)
    return facts


def _exhibits(forms: list[Any]) -> tuple[DeclaredExhibit, ...]:
    declared = tuple(_exhibit(form) for form in forms)
    numbers = [one.number for one in declared]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        raise CaseError(f"exhibits: expected every number once, got {', '.join(twice)} again")
    return declared


def _exhibit(form: Any) -> DeclaredExhibit:
    if not EXHIBIT_NUMBER.fullmatch(form.number):
        raise CaseError(f"exhibits: expected a number such as E1, got {as_printable(form.number)!r}")
    if not form.file.strip() or "\0" in form.file:
        raise CaseError(f"exhibit {form.number}: expected the path of a file, got {as_printable(form.file)!r}")
    at = f"exhibit {form.number}"
    texts = _texts(form, StatedExhibit, f"{at}: ") | {"number": form.number, "role": form.role}
    texts["obtained_when"] = _date(form.obtained_when, f"{at}: obtained_when")
    return DeclaredExhibit(file=form.file, is_copied_in=form.copy, **texts)


def _case_id(text: str) -> str:
    if not text.strip() or len(text) > _MAX_CASE_ID or not text.isprintable():
        raise CaseError(
            f"case_id: expected one printable line of 1 to {_MAX_CASE_ID} characters, got {as_printable(text)!r}"
        )
    return text.strip()


def _left_empty(field_name: str) -> NotMeasured:
    return NotMeasured(reason=phrase("not stated ({name})", name=field_name), is_left_empty=True)


def _stated(text: str | None, field_name: str) -> str | NotMeasured:
    return (text or "").strip() or _left_empty(field_name)


def _date(text: str | None, field_name: str) -> str | NotMeasured:
    stated = _stated(text, field_name)
    return stated if isinstance(stated, NotMeasured) else check_date(stated, field_name=field_name)


def _texts(form: Any, value: type, at: str) -> dict[str, Any]:
    """Every field of a value, as its form states it; nothing is stated where there is no form."""
    return {one.name: _stated(getattr(form, one.name, None), f"{at}{one.name}") for one in fields(value)}


def _person(form: Any, field_name: str) -> Person | NotMeasured:
    texts = _texts(form, Person, f"{field_name}.")
    if isinstance(texts["name"], NotMeasured):
        if not isinstance(texts["qualifications"], NotMeasured):
            raise CaseError(f"{field_name}: has qualifications and no name; state the name")
        return texts["name"]
    return Person(**texts)


def _propositions(form: Any) -> Propositions | NotMeasured:
    texts = _texts(form, Propositions, "propositions.")
    unstated = [name for name, text in texts.items() if isinstance(text, NotMeasured)]
    if len(unstated) == len(texts):
        return _left_empty("propositions")
    if unstated:
        raise CaseError("propositions: expected both accounts or neither; findings are weighed between the two")
    return Propositions(**texts)
