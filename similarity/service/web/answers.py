"""Forms of answers, as the OpenAPI description states them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from similarity.service.screening.measured import Measured
from similarity.service.screening.policy import Action

__all__ = [
    "ComplaintTold",
    "ComplaintsTold",
    "Created",
    "DeadlineTold",
    "DecisionTold",
    "ElementTold",
    "FaultTold",
    "Identified",
    "KeyMade",
    "Moved",
    "NoticeInShort",
    "NoticeReceipt",
    "NoticesTold",
    "PolicyKept",
    "PolicyVersion",
    "PolicyVersions",
    "ProblemTold",
    "Receipt",
    "ScreeningTold",
    "SecretMade",
    "UploadInShort",
    "UploadTold",
    "UploadsTold",
]

State = Literal[
    "receiving", "stored", "queued", "screening", "cleared", "held", "withheld", "unreadable", "cancelled", "erased"
]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FaultTold(_Answer):
    """One thing wrong with a request."""

    pointer: str
    """JSON pointer to it."""
    reason: str
    """What is wrong, and what was expected."""
    next: str
    """What to do."""


class ProblemTold(_Answer):
    """An error (RFC 9457)."""

    type: str
    """Stays the same for one kind of problem."""
    title: str
    """The kind in words."""
    status: int
    """Of HTTP."""
    detail: str
    """What was got, what was expected, what to do."""
    instance: str
    """Path that was asked for."""
    request_id: str
    """As the service's log names the request."""
    errors: list[FaultTold] = []
    """What is wrong with the request, place by place."""


class Identified(_Answer):
    """Something was made."""

    id: str


class Created(Identified):
    """An upload that is to receive its bytes."""

    content: str
    """Path that the bytes are sent to."""


class Moved(Identified):
    """An upload, and the state that it is in now."""

    state: State


class UploadInShort(Moved):
    """An upload, as a list names it."""

    external_id: str
    title: str
    uploader: str
    action: Action | None
    """What is done with it; none yet."""
    size_bytes: int
    sha256: str | None
    """Of its bytes, once they are all there."""
    created_utc: str
    state_utc: str
    """Since when it is in its state."""


class UploadsTold(_Answer):
    """Uploads, newest first."""

    uploads: list[UploadInShort]


class DecisionTold(Identified):
    """The last decision about an upload."""

    action: Action
    rule: str
    """That asked for it; of a person's decision, what he or she answered."""
    work_id: str | None
    policy_name: str | None
    policy_version: int | None
    is_automated: bool
    """Whether no person had a part in it."""
    decided_by: str
    reason: str
    decided_utc: str


class ScreeningTold(Identified):
    """What figures stand on."""

    works_sha256: str
    background_sha256: str
    config_sha256: str
    version: str
    seconds: float
    """That it took; 0 where the figures were known."""
    created_utc: str


class Receipt(_Answer):
    """Where something stands in the chain."""

    sequence: int
    sha256: str


class UploadTold(UploadInShort):
    """Everything that is known of an upload."""

    territories: list[str]
    declared: dict[str, Any]
    decision: DecisionTold | None
    measured: Measured | None
    screening: ScreeningTold | None
    audit: Receipt


class NoticeInShort(Identified):
    """A notice, as a list names it."""

    state: str
    regime: str
    language: str
    upload_id: str | None
    """None where the upload that it names was not found."""
    action: Action | None
    """What was done for it."""
    decision_id: str | None
    form_sha256: str
    """Of the form, as the chain holds it."""
    received_utc: str
    state_utc: str


class NoticesTold(_Answer):
    """Notices, newest first."""

    notices: list[NoticeInShort]


class DeadlineTold(_Answer):
    """A time that runs, or ran."""

    clock: str
    then: str
    """What is done when it has passed."""
    state: str
    opens_utc: str
    closes_utc: str
    is_provisional: bool
    """Whether its working days rest on a calendar that is not published yet."""
    source: str
    """Where it stands."""


class ElementTold(_Answer):
    """One element that a law asks of a notice."""

    id: str
    is_there: bool
    missing_fields: list[str]
    """Fields of the form that are empty."""
    en: str
    zh: str
    source: str
    """Where the law asks for it."""
    is_verified: bool
    """Whether the wording was checked against the law's text."""


class NoticeReceipt(NoticeInShort):
    """What a sender is told at once."""

    law: str
    missing: list[ElementTold]
    """Elements that the notice lacks, each with its source."""
    is_substantial: bool
    """Whether it says enough for the sender to be asked for the rest."""
    deadlines: list[DeadlineTold]


class ComplaintTold(Identified):
    """A complaint against a decision."""

    state: str
    decision_id: str
    upload_id: str
    notice_id: str | None
    by: str
    reasons: str
    answer: str | None
    received_utc: str
    deadlines: list[DeadlineTold]


class ComplaintsTold(_Answer):
    """Complaints, oldest first."""

    complaints: list[ComplaintTold]


class PolicyVersion(_Answer):
    """A version of a policy."""

    version: int
    yaml_text: str
    sha256: str
    author: str
    created_utc: str


class PolicyVersions(_Answer):
    """Versions of a policy, newest first."""

    name: str
    live_version: int | None
    versions: list[PolicyVersion]


class PolicyKept(_Answer):
    """The version that was kept."""

    name: str
    version: int
    is_live: bool


class KeyMade(_Answer):
    """A key, shown this once."""

    key: str


class SecretMade(Identified):
    """A callback, and its secret, shown this once."""

    secret: str
