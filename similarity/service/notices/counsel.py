"""What a platform's counsel chooses about notices: kept per tenant, said in every answer that depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from sqlalchemy import Connection, insert, select, update

from similarity.service.clock import now_utc
from similarity.service.data import audit
from similarity.service.data.notice_tables import notice_settings
from similarity.service.notices.law import RegimeId
from similarity.service.people.roles import Caller

__all__ = ["MEMBER_STATES", "NoticeSettings", "put_settings", "settings_of", "shown_settings"]

MEMBER_STATES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 - a line
)
URL_FIELD = "{external_id}"


class NoticeSettings(BaseModel):
    """Choices about notices."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default_regime: RegimeId = "eu-dsa"
    """Of notices that name none."""
    cn_timing: Literal["cn-civil-code", "cn-network"] | None = None
    """Whose clock runs after a counter-notice in China: 民法典 1196 waits, 条例 17 restores at once.  None: not chosen,
    and a person decides without a clock."""
    cn_working_days: int | None = Field(default=None, ge=1, le=20)
    """The reasonable time of 民法典 1196; asked for where its clock is chosen."""
    member_state: str = ""
    """Whose days off count in the Union (ISO 3166-1); none: those of the European Central Bank."""
    restores_by: Literal["person", "clock"] = "person"
    """Who restores when a clock allows it: a person, who is told, or the clock."""
    complete_within_days: int = Field(default=14, ge=1, le=365)
    """Calendar days in which an incomplete notice can be completed; the platform's own, no law's."""
    upload_url: str = Field(default="", max_length=500)
    """Where an upload is seen, with `{external_id}` in it: finds the upload of an address."""
    uploader_language: Literal["en", "zh"] = "en"
    """Of letters to uploaders."""
    public_form: bool = False
    """Whether anyone may send a notice by the page."""
    public_per_hour: int = Field(default=10, ge=1, le=10_000)
    """Notices by that page from one address."""

    misuse_days: int = Field(default=180, ge=7, le=3650)
    """Days in which manifestly unfounded notices of one sender, and uploads of one uploader about which notices were
    manifestly founded, are counted (Regulation 2022/2065, article 23(3))."""
    misuse_least_unfounded: int = Field(default=3, ge=1, le=1000)
    """So many such notices before a person may warn the sender."""
    misuse_least_founded: int = Field(default=3, ge=1, le=1000)
    """So many such uploads before a person may warn the uploader."""
    suspension_days: int = Field(default=30, ge=1, le=365)
    """How long nothing is taken of who is suspended."""

    @field_validator("upload_url")
    @classmethod
    def _has_place(cls, value: str) -> str:
        if value and value.count(URL_FIELD) != 1:
            raise ValueError(f"expected {URL_FIELD} in it once, such as https://video.example/watch/{URL_FIELD}")
        return value

    @field_validator("member_state")
    @classmethod
    def _is_member(cls, value: str) -> str:
        if value and value not in MEMBER_STATES:
            raise ValueError(f"expected a member state such as DE, or nothing; got {value!r}")
        return value

    @model_validator(mode="after")
    def _has_days(self) -> NoticeSettings:
        if self.cn_timing == "cn-civil-code" and self.cn_working_days is None:
            raise ValueError("cn_working_days: expected 1 to 20 where cn_timing is cn-civil-code: counsel chooses it")
        return self

    def external_id_of(self, url: str) -> str | None:
        """The platform's own name of the upload that an address shows; None where it shows none."""
        before, _, after = self.upload_url.partition(URL_FIELD)
        is_one = bool(before) and url.startswith(before) and url.endswith(after) and len(url) > len(before) + len(after)
        return url[len(before) : len(url) - len(after)] if is_one else None


def settings_of(connection: Connection, tenant_id: str) -> NoticeSettings:
    """Of a tenant; the usual ones where none were written."""
    stored = connection.scalar(select(notice_settings.c.settings_json).where(notice_settings.c.tenant_id == tenant_id))
    return NoticeSettings.model_validate(stored or {})


def shown_settings(connection: Connection, tenant_id: str) -> Mapping[str, Any]:
    """The same with who wrote them, and when."""
    row = connection.execute(select(notice_settings).where(notice_settings.c.tenant_id == tenant_id)).mappings().first()
    said = settings_of(connection, tenant_id).model_dump(mode="json")
    return {**said, "changed_by": row and row["changed_by"], "changed_utc": row and row["changed_utc"]}


def put_settings(connection: Connection, caller: Caller, new: NoticeSettings) -> None:
    """Choose; notices whose clocks run keep the clock that they were given.

    Args:
        connection: the transaction.
        caller: who asks.
        new: what is to be kept.
    """
    values = {"settings_json": new.model_dump(mode="json"), "changed_by": caller.name, "changed_utc": now_utc()}
    where = notice_settings.c.tenant_id == caller.tenant_id
    if not connection.execute(update(notice_settings).where(where).values(**values)).rowcount:
        connection.execute(insert(notice_settings).values(tenant_id=caller.tenant_id, **values))
    details = new.model_dump(mode="json")
    audit.record(connection, caller.tenant_id, "notice settings written", actor=caller.name, details=details)
