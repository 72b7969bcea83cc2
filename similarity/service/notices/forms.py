"""What people send: a notice, a counter-notice, a complaint.  `notice.json` of a report is a notice as it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from similarity.canonical import canonical_json

__all__ = [
    "ClaimedStretch",
    "ClaimedWork",
    "CounterNotice",
    "Evidence",
    "Form",
    "Located",
    "Long",
    "NewComplaint",
    "NewNotice",
    "Sender",
    "Short",
    "Statements",
    "facts_of",
    "sha256_of",
]


def _without_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("expected text without NUL characters")
    return value.strip()


Short = Annotated[str | None, Field(max_length=500), AfterValidator(lambda text: text and _without_nul(text))]
Long = Annotated[str | None, Field(max_length=20_000), AfterValidator(lambda text: text and _without_nul(text))]
Email = Annotated[str | None, Field(max_length=500, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]
Sha256 = Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")]
Seconds = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]


class Form(BaseModel):
    """Something that people send: nothing else may stand in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Located(Form):
    """Which upload is meant: by any one of these."""

    url: Short = None
    """Where it is seen."""
    external_id: Short = None
    """The platform's own name of it."""
    upload_id: Short = None
    """The name of it here."""
    sha256: Sha256 = None
    """Of its bytes."""
    title: Short = None
    """For people; nothing is looked up by it."""


class ClaimedStretch(Form):
    """What the sender says was taken, half-open."""

    start_seconds: Seconds
    """In the upload."""
    end_seconds: Seconds
    """In the upload (exclusive)."""
    work_start_seconds: Seconds | None = None
    """In the work."""
    work_end_seconds: Seconds | None = None
    """In the work (exclusive)."""
    score: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """As the sender's own report measured it, points."""

    @model_validator(mode="after")
    def _ordered(self) -> ClaimedStretch:
        if self.end_seconds < self.start_seconds:
            raise ValueError(f"expected an end at or after the start, {self.start_seconds}; got {self.end_seconds}")
        return self


class ClaimedWork(Form):
    """A work that the notice speaks of."""

    title: Short = None
    """Its title."""
    owner: Short = None
    """Who owns the right."""
    author: Short = None
    """Who made it."""
    registration: Short = None
    """Registration number."""
    url: Short = None
    """Where it is published."""
    work_id: Short = None
    """In the library that found it."""
    sha256: Sha256 = None
    """Of its bytes; finds the work here where identifiers differ."""
    stretches: tuple[ClaimedStretch, ...] = Field(default=(), max_length=1000)
    """What was taken of it."""


class Sender(Form):
    """Who sends it."""

    name: Short = None
    organisation: Short = None
    acts_for: Short = None
    """Whom he or she acts for."""
    address: Short = None
    email: Email = None
    phone: Short = None


class Evidence(Form):
    """A paper or file that goes with it; only its hash is kept here."""

    name: Annotated[str, Field(min_length=1, max_length=500)]
    sha256: Sha256 = None
    note: Short = None


class Statements(Form):
    """What the sender states; each is true or was not stated."""

    good_faith: bool = False
    """The use is not authorised by the owner, its agent or the law: a belief in good faith."""
    accurate: bool = False
    """What the notice says is accurate and complete."""
    authority_under_perjury: bool = False
    """Under penalty of perjury: the sender may act for the owner."""


class NewNotice(Form):
    """A notice."""

    form: Literal["similarity-notice/1"] = "similarity-notice/1"
    """Version of this form."""
    regime: str | None = None
    """Under which law; none: the one that the platform takes such notices under."""
    language: Literal["en", "zh"] | None = None
    """Of letters to the sender."""
    sender: Sender = Sender()
    upload: Located = Located()
    works: tuple[ClaimedWork, ...] = Field(default=(), max_length=200)
    reasons: Long = None
    """Why, in the sender's words."""
    evidence: tuple[Evidence, ...] = Field(default=(), max_length=100)
    statements: Statements = Statements()
    signature: Short = None
    """A name typed as signature, or what stands for one."""
    made_by: Short = None
    """Program that wrote the form, with its version."""


class CounterStatements(Form):
    """What the uploader states."""

    mistake_under_perjury: bool = False
    """Under penalty of perjury: removed by mistake or misidentification, a belief in good faith."""
    accepts_jurisdiction: bool = False
    """Of a federal district court."""
    accepts_service: bool = False
    """Of process, from the sender of the notice."""
    no_infringement: bool = False
    """不存在侵权行为的声明."""


class CounterNotice(Form):
    """An uploader's answer to a notice that was acted on."""

    sender: Sender = Sender()
    works: tuple[ClaimedWork, ...] = Field(default=(), max_length=200)
    """None: those of the notice."""
    reasons: Long = None
    kind: Literal["owner authorized", "no right", "permitted by law", "not used", "mistake", "other"] = "other"
    """On what it rests, in a word."""
    evidence: tuple[Evidence, ...] = Field(default=(), max_length=100)
    statements: CounterStatements = CounterStatements()
    signature: Short = None


class NewComplaint(Form):
    """Someone whom a decision touches asks that it be looked at again."""

    by: Literal["uploader", "notifier"]
    """Who complains."""
    reasons: Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_without_nul)]
    """Why."""


def facts_of(form: NewNotice | CounterNotice, *, is_located: bool) -> Mapping[str, bool]:
    """Field -> whether something stands in it, by the names that the regimes' files use.

    Args:
        form: what was sent.
        is_located: whether it names an upload that is here.
    """
    plain = form.model_dump()
    named = ("url", "external_id", "upload_id", "sha256")
    works = form.works
    return {
        "located": is_located,
        "signature": bool(form.signature),
        "reasons": bool(form.reasons),
        "evidence": bool(form.evidence),
        "works": bool(works) and all(one.title or one.work_id or one.url for one in works),
        **{f"sender.{name}": bool(value) for name, value in plain["sender"].items()},
        **{f"statements.{name}": value is True for name, value in plain["statements"].items()},
        **{f"upload.{name}": bool(plain.get("upload", {}).get(name)) for name in named},
    }


def sha256_of(form: BaseModel) -> str:
    """Hash of what was sent: the chain keeps it, and never the names and addresses in it."""
    return hashlib.sha256(canonical_json(form.model_dump(mode="json"))).hexdigest()


def plain(form: BaseModel) -> dict[str, Any]:
    """As it is kept."""
    return form.model_dump(mode="json")
