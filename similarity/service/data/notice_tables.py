"""Tables of notices, complaints, statements, letters and their times (registered beside the others)."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from similarity.service.data.tables import id_column, metadata, tenant_column, utc_column

__all__ = [
    "complaints",
    "counters",
    "deadlines",
    "letters",
    "notice_settings",
    "notices",
    "sender_measures",
    "statements",
    "uploader_measures",
]


notices = Table(
    "notices",
    metadata,
    id_column(),
    tenant_column(),
    Column("state", String(16), nullable=False),
    Column("regime", String(32), nullable=False),
    Column("language", String(8), nullable=False),
    Column("upload_id", String(64), ForeignKey("uploads.id")),
    Column("submitted_by", String(64)),  # none: from the public form
    Column("form_json", JSON, nullable=False),
    Column("form_sha256", String(64), nullable=False),
    Column("sender_sha256", String(64)),  # none: nothing is said by which a sender is known
    Column("is_unfounded", Boolean),  # manifestly, said whoever rejected it
    Column("is_founded", Boolean),  # manifestly, said whoever acted on it
    Column("action", String(16)),  # what was done with the upload; none where nothing was
    Column("action_before", String(16)),  # of the upload, before that
    Column("decision_id", String(64)),
    Column("timing", String(32)),  # regime whose clock runs after a counter-notice
    Column("extended_days", Integer, nullable=False, default=0),
    utc_column("received_utc"),
    Column("received_seconds", Float, nullable=False),
    Column("countered_seconds", Float),
    utc_column("state_utc"),
    Index("ix_notices_by_state", "tenant_id", "state", "received_seconds"),
    Index("ix_notices_by_upload", "upload_id", "state"),
    Index("ix_notices_by_sender", "tenant_id", "sender_sha256", "received_seconds"),
)


def _measures(of: str) -> Table:
    return Table(
        f"{of}_measures",
        metadata,
        id_column(),
        tenant_column(),
        Column(f"{of}_sha256", String(64), nullable=False),
        Column("kind", String(16), nullable=False),  # warned, suspended
        Column("reason", Text, nullable=False),
        Column("counted_json", JSON, nullable=False),
        Column("made_by", String(255), nullable=False),
        utc_column("made_utc"),
        Column("made_seconds", Float, nullable=False),
        Column("until_seconds", Float),
        Column("ended_utc", String(32)),
        Index(f"ix_{of}_measures", "tenant_id", f"{of}_sha256"),
    )


sender_measures, uploader_measures = _measures("sender"), _measures("uploader")

counters = Table(
    "counters",
    metadata,
    id_column(),
    tenant_column(),
    Column("notice_id", String(64), ForeignKey("notices.id"), nullable=False, unique=True),
    Column("form_json", JSON, nullable=False),
    Column("form_sha256", String(64), nullable=False),
    utc_column("received_utc"),
)

complaints = Table(
    "complaints",
    metadata,
    id_column(),
    tenant_column(),
    Column("state", String(16), nullable=False),
    Column("decision_id", String(64), ForeignKey("decisions.id"), nullable=False),
    Column("upload_id", String(64), ForeignKey("uploads.id"), nullable=False),
    Column("notice_id", String(64)),
    Column("by", String(16), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("assigned_to", String(64)),
    Column("answer", Text),
    utc_column("received_utc"),
    utc_column("state_utc"),
    Index("ix_complaints_by_state", "tenant_id", "state"),
)

statements = Table(
    "statements",
    metadata,
    id_column(),  # the `puid` of the Transparency Database
    tenant_column(),
    Column("sequence", Integer, nullable=False),  # of the entry in the chain: rises in the order of commits
    Column("upload_id", String(64), ForeignKey("uploads.id"), nullable=False),
    Column("decision_id", String(64), nullable=False),
    Column("fields_json", JSON, nullable=False),
    utc_column("made_utc"),
    utc_column("ended_utc", nullable=True),
    Index("ix_statements_by_sequence", "tenant_id", "sequence"),
    Index("ix_statements_by_upload", "upload_id"),
)

letters = Table(
    "letters",
    metadata,
    id_column(),
    tenant_column(),
    Column("subject_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("addressee", String(16), nullable=False),  # sender, uploader
    Column("language", String(8), nullable=False),
    Column("texts_json", JSON, nullable=False),  # language -> subject, text
    utc_column("drafted_utc"),
    Index("ix_letters_by_subject", "subject_id"),
)

deadlines = Table(
    "deadlines",
    metadata,
    id_column(),
    tenant_column(),
    Column("subject_id", String(64), nullable=False),
    Column("clock", String(32), nullable=False),
    Column("then", String(16), nullable=False),
    Column("state", String(16), nullable=False),  # running; come, looked after next; due, for a person; met; ended
    Column("opens_seconds", Float, nullable=False),
    Column("closes_seconds", Float, nullable=False),
    Column("comes_seconds", Float, nullable=False),  # when what follows is due
    Column("is_provisional", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    utc_column("started_utc"),
    Index("ix_deadlines_by_subject", "subject_id", "state"),
    Index("ix_deadlines_by_time", "state", "comes_seconds"),
)

notice_settings = Table(
    "notice_settings",
    metadata,
    Column("tenant_id", String(64), ForeignKey("tenants.id"), primary_key=True),
    Column("settings_json", JSON, nullable=False),
    Column("changed_by", Text, nullable=False),
    utc_column("changed_utc"),
)
