"""`case.yaml`: a template for people to fill in, and what they wrote as values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from similarity.absence import NotMeasured
from similarity.case.layout import EXHIBIT_NUMBER, read_bounded
from similarity.case.templates import template_text
from similarity.case.values import DeclaredExhibit
from similarity.errors import CaseError
from similarity.files import write_atomically
from similarity.phrases import phrase
from similarity.report.schema.case import CaseFacts, Environment, ExhibitRole, Language, Person, Profile, Propositions
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
_FORBID: dict[str, Any] = {"extra": "forbid"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything that `case.yaml` states."""

    facts: CaseFacts
    """Facts of the case."""
    exhibits: tuple[DeclaredExhibit, ...]
    """Files of the case, in the order in which they stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _PersonForm:
    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID
    name: str | None = None
    qualifications: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _EnvironmentForm:
    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID
    machine: str | None = None
    cleanliness: str | None = None
    network: str | None = None
    clock: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _PropositionsForm:
    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID
    claimant: str | None = None
    respondent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _ExhibitForm:
    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID
    number: str
    role: ExhibitRole
    file: str
    copy: bool = True
    title: str | None = None
    owner: str | None = None
    author: str | None = None
    registration: str | None = None
    source: str | None = None
    obtained_how: str | None = None
    obtained_when: str | None = None
    obtained_by: str | None = None
    obtained_with: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _CaseForm:
    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID
    case_id: str
    profile: Literal["us", "eu", "cn"]
    language: Literal["en", "zh"]
    requester: str | None = None
    purpose: str | None = None
    question: str | None = None
    jurisdiction: str | None = None
    date: str | None = None
    analyst: _PersonForm | None = None
    reviewer: _PersonForm | None = None
    environment: _EnvironmentForm | None = None
    propositions: _PropositionsForm | None = None
    notes_for_counsel: list[str] | None = None
    exhibits: list[_ExhibitForm] | None = field(default=None)


def write_template(path: Path, *, case_id: str, profile: Profile, language: Language) -> None:
    """Write a `case.yaml` to fill in, with remarks in that language on what each field is for.

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


def _facts(form: _CaseForm) -> CaseFacts:
    environment = form.environment or _EnvironmentForm()
    return CaseFacts(
        case_id=_case_id(form.case_id),
        profile=form.profile,
        language=form.language,
        requester=_stated(form.requester, "requester"),
        purpose=_stated(form.purpose, "purpose"),
        question=_stated(form.question, "question"),
        jurisdiction=_stated(form.jurisdiction, "jurisdiction"),
        date=_date(form.date, "date"),
        analyst=_person(form.analyst, "analyst"),
        reviewer=_person(form.reviewer, "reviewer"),
        environment=Environment(
            machine=_stated(environment.machine, "environment.machine"),
            cleanliness=_stated(environment.cleanliness, "environment.cleanliness"),
            network=_stated(environment.network, "environment.network"),
            clock=_stated(environment.clock, "environment.clock"),
        ),
        propositions=_propositions(form.propositions or _PropositionsForm()),
        notes_for_counsel=tuple(note.strip() for note in form.notes_for_counsel or [] if note.strip()),
    )


def _exhibits(forms: list[_ExhibitForm]) -> tuple[DeclaredExhibit, ...]:
    declared = tuple(_exhibit(form) for form in forms)
    numbers = [one.number for one in declared]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        raise CaseError(f"exhibits: expected every number once, got {', '.join(twice)} again")
    return declared


def _exhibit(form: _ExhibitForm) -> DeclaredExhibit:
    if not EXHIBIT_NUMBER.fullmatch(form.number):
        raise CaseError(f"exhibits: expected a number such as E1, got {as_printable(form.number)!r}")
    if not form.file.strip() or "\0" in form.file:
        raise CaseError(f"exhibit {form.number}: expected the path of a file, got {as_printable(form.file)!r}")
    at = f"exhibit {form.number}"
    return DeclaredExhibit(
        number=form.number,
        role=form.role,
        file=form.file,
        is_copied_in=form.copy,
        title=_stated(form.title, f"{at}: title"),
        owner=_stated(form.owner, f"{at}: owner"),
        author=_stated(form.author, f"{at}: author"),
        registration=_stated(form.registration, f"{at}: registration"),
        source=_stated(form.source, f"{at}: source"),
        obtained_how=_stated(form.obtained_how, f"{at}: obtained_how"),
        obtained_when=_date(form.obtained_when, f"{at}: obtained_when"),
        obtained_by=_stated(form.obtained_by, f"{at}: obtained_by"),
        obtained_with=_stated(form.obtained_with, f"{at}: obtained_with"),
    )


def _case_id(text: str) -> str:
    if not text.strip() or len(text) > _MAX_CASE_ID or not text.isprintable():
        raise CaseError(
            f"case_id: expected one printable line of 1 to {_MAX_CASE_ID} characters, got {as_printable(text)!r}"
        )
    return text.strip()


def _left_empty(field_name: str) -> NotMeasured:
    return NotMeasured(reason=phrase("not stated in case.yaml ({name})", name=field_name), is_left_empty=True)


def _stated(text: str | None, field_name: str) -> str | NotMeasured:
    return (text or "").strip() or _left_empty(field_name)


def _date(text: str | None, field_name: str) -> str | NotMeasured:
    stated = _stated(text, field_name)
    return stated if isinstance(stated, NotMeasured) else check_date(stated, field_name=field_name)


def _person(form: _PersonForm | None, field_name: str) -> Person | NotMeasured:
    form = form or _PersonForm()
    name = _stated(form.name, f"{field_name}.name")
    qualifications = _stated(form.qualifications, f"{field_name}.qualifications")
    if isinstance(name, NotMeasured):
        if not isinstance(qualifications, NotMeasured):
            raise CaseError(f"{field_name}: has qualifications and no name; state the name")
        return name
    return Person(name=name, qualifications=qualifications)


def _propositions(form: _PropositionsForm) -> Propositions | NotMeasured:
    claimant = _stated(form.claimant, "propositions.claimant")
    respondent = _stated(form.respondent, "propositions.respondent")
    if isinstance(claimant, NotMeasured) and isinstance(respondent, NotMeasured):
        return _left_empty("propositions")
    if isinstance(claimant, NotMeasured) or isinstance(respondent, NotMeasured):
        raise CaseError("propositions: expected both accounts or neither; findings are weighed between the two")
    return Propositions(claimant=claimant, respondent=respondent)
