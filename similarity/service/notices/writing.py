"""Letters: drafted from templates in both languages, kept as they were drafted, told to the platform's endpoints.

The service sends no letter by itself: the platform's own program takes the callback `letter.drafted` and sends it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, select

from similarity.service.clock import new_id, now_utc
from similarity.service.data import audit, outbox
from similarity.service.data.notice_tables import letters
from similarity.service.notices.law import Element
from similarity.yaml_files import read_yaml

__all__ = ["KINDS", "Kind", "Template", "draft", "drafted", "each_missing", "template"]

Kind = Literal["receipt", "incomplete", "forward", "acted", "counter", "restored", "kept", "rejected"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LANGUAGES = ("en", "zh")
_FOLDER = Path(__file__).parent / "letters"
_NOTHING = {"en": "nothing", "zh": "无"}


class Text(BaseModel):
    """A letter in one language; `{names}` are filled in once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    text: str


class Template(BaseModel):
    """One kind of letter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    """Which."""
    addressee: Literal["sender", "uploader", "both"]
    """Whom it goes to."""
    en: Text
    """In English."""
    zh: Text
    """In Chinese."""


@cache
def template(kind: Kind) -> Template:
    """A kind of letter, as its file says it."""
    return read_yaml(_FOLDER / f"{kind}.yaml", Template)


def each_missing(elements: Sequence[Element]) -> Mapping[str, str]:
    """What is missing as lines, by language."""
    en = "\n".join(f"- {one.en} ({one.source})" for one in elements)
    zh = "\n".join(f"- {one.zh}（{one.source}）" for one in elements)  # noqa: RUF001 - Chinese punctuation is meant
    return {"en": en or _NOTHING["en"], "zh": zh or _NOTHING["zh"]}


def draft(
    connection: Connection,
    notice: Mapping[str, Any],
    kind: Kind,
    *,
    languages: Mapping[str, str],
    values: Mapping[str, Any],
) -> tuple[str, ...]:
    """Draft a letter to whom its kind goes to, keep it, tell the endpoints; returns identifiers.

    Args:
        connection: the transaction of what it tells.
        notice: the notice's row.
        kind: which letter.
        languages: `sender`, `uploader` -> language of each.
        values: what fills it; a mapping of languages where the languages differ in it.
    """
    form = template(kind)
    texts = {language: _filled(getattr(form, language), language, values) for language in LANGUAGES}
    addressees = ("sender", "uploader") if form.addressee == "both" else (form.addressee,)
    return tuple(_kept(connection, notice, kind, one, languages[one], texts) for one in addressees)


def _kept(
    connection: Connection,
    notice: Mapping[str, Any],
    kind: str,
    addressee: str,
    language: str,
    texts: Mapping[str, Mapping[str, str]],
) -> str:
    identifier, tenant_id = new_id("letter"), notice["tenant_id"]
    said = {"subject_id": notice["id"], "kind": kind, "addressee": addressee, "language": language}
    connection.execute(
        insert(letters).values(id=identifier, tenant_id=tenant_id, texts_json=texts, drafted_utc=now_utc(), **said)
    )
    details = {"letter": identifier, "kind": kind, "addressee": addressee, "language": language}
    audit.record(connection, tenant_id, "letter drafted", actor="service", details=details, subject_id=notice["id"])
    told = {"id": identifier, "notice": notice["id"], "kind": kind, "addressee": addressee, "language": language}
    outbox.enqueue(connection, tenant_id, "letter.drafted", {**told, **texts[language]})
    return identifier


def drafted(connection: Connection, subject_id: str) -> Sequence[Mapping[str, Any]]:
    """Letters of a notice, in order."""
    wanted = select(letters).where(letters.c.subject_id == subject_id).order_by(letters.c.drafted_utc, letters.c.id)
    names = ("id", "kind", "addressee", "language", "drafted_utc")
    return [
        {**{name: row[name] for name in names}, "texts": row["texts_json"]}
        for row in connection.execute(wanted).mappings()
    ]


def _filled(text: Text, language: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Both parts with their names filled in; what fills them is never read again."""
    said = {name: value[language] if isinstance(value, Mapping) else str(value) for name, value in values.items()}
    return {"subject": text.subject.format_map(said), "text": text.text.format_map(said)}
