"""Every table of the service (SQLAlchemy Core, one definition for SQLite and PostgreSQL).

Conventions
    Identifiers are text with a prefix; `*_utc` is text that sorts by time; `*_seconds` are seconds since 1970 or a
    length; what is said in JSON stands in columns that end in `_json`.  Everything of a tenant carries `tenant_id`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "api_keys",
    "audit",
    "audit_heads",
    "blobs",
    "daily_heads",
    "decisions",
    "endpoints",
    "generations",
    "id_column",
    "idempotency",
    "jobs",
    "memberships",
    "metadata",
    "opinions",
    "outbox",
    "pair_memory",
    "people",
    "policies",
    "policy_versions",
    "screenings",
    "sessions",
    "tasks",
    "tenant_column",
    "tenants",
    "uploads",
    "utc_column",
    "work_terms",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[str]:
    """Identifier of a row."""
    return Column("id", String(64), primary_key=True)


def tenant_column() -> Column[str]:
    """Whose it is."""
    return Column("tenant_id", String(64), ForeignKey("tenants.id"), nullable=False)


def utc_column(name: str, *, nullable: bool = False) -> Column[str]:
    """A time as text that sorts."""
    return Column(name, String(32), nullable=nullable)


tenants = Table(
    "tenants", metadata, id_column(), Column("name", Text, nullable=False, unique=True), utc_column("created_utc")
)

people = Table(
    "people",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("is_disabled", Boolean, nullable=False, default=False),
    utc_column("created_utc"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("person_id", String(64), ForeignKey("people.id"), primary_key=True),
    Column("tenant_id", String(64), ForeignKey("tenants.id"), primary_key=True),
    Column("role", String(32), primary_key=True),
    Column("works_json", JSON),  # of an owner of works: which are his
)

api_keys = Table(
    "api_keys",
    metadata,
    id_column(),
    tenant_column(),
    Column("name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("secret_sha256", String(64), nullable=False),
    utc_column("created_utc"),
    utc_column("revoked_utc", nullable=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("person_id", String(64), ForeignKey("people.id"), nullable=False),
    tenant_column(),
    Column("csrf_token", String(64), nullable=False),
    Column("until_seconds", Float, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    utc_column("created_utc"),
)

uploads = Table(
    "uploads",
    metadata,
    id_column(),
    tenant_column(),
    Column("state", String(16), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("uploader", Text, nullable=False),
    Column("territories_json", JSON, nullable=False),
    Column("prompt", Text),
    Column("declared_json", JSON, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("expected_sha256", String(64)),
    Column("sha256", String(64)),
    Column("suffix", String(16), nullable=False),
    Column("action", String(16)),
    Column("screening_id", String(64)),
    Column("works_sha256", String(64)),  # works that it was compared with
    utc_column("created_utc"),
    Column("created_seconds", Float, nullable=False),
    utc_column("state_utc"),
    UniqueConstraint("tenant_id", "external_id"),
    Index("ix_uploads_by_state", "tenant_id", "state", "created_seconds"),
    Index("ix_uploads_by_content", "tenant_id", "sha256"),
)

screenings = Table(
    "screenings",
    metadata,
    id_column(),
    tenant_column(),
    Column("upload_id", String(64), ForeignKey("uploads.id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("works_sha256", String(64), nullable=False),
    Column("background_sha256", String(64), nullable=False),
    Column("config_sha256", String(64), nullable=False),
    Column("version", String(32), nullable=False),
    Column("measured_json", JSON, nullable=False),
    Column("seconds", Float, nullable=False),
    utc_column("created_utc"),
    Index("ix_screenings_by_content", "tenant_id", "sha256", "works_sha256", "background_sha256", "config_sha256"),
)

generations = Table(
    "generations",
    metadata,
    Column("works_sha256", String(64), primary_key=True),
    Column("works_json", JSON, nullable=False),  # entry -> SHA-256 of its file
    utc_column("seen_utc"),
)

policies = Table(
    "policies",
    metadata,
    id_column(),
    tenant_column(),
    Column("name", String(128), nullable=False),
    Column("live_version", Integer),
    UniqueConstraint("tenant_id", "name"),
)

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("policy_id", String(64), ForeignKey("policies.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("yaml_text", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("author", Text, nullable=False),
    utc_column("created_utc"),
)

work_terms = Table(
    "work_terms",
    metadata,
    Column("tenant_id", String(64), ForeignKey("tenants.id"), primary_key=True),
    Column("work_id", String(255), primary_key=True),
    Column("policy", String(128)),
    Column("terms_json", JSON, nullable=False),
    Column("is_quarantined", Boolean, nullable=False, default=False),
    Column("followed_utc", String(32)),
    utc_column("changed_utc"),
)

decisions = Table(
    "decisions",
    metadata,
    id_column(),
    tenant_column(),
    Column("upload_id", String(64), ForeignKey("uploads.id"), nullable=False),
    Column("screening_id", String(64)),
    Column("action", String(16), nullable=False),
    Column("policy_name", String(128)),
    Column("policy_version", Integer),
    Column("rule", Text, nullable=False),
    Column("work_id", String(255)),
    Column("is_automated", Boolean, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    utc_column("decided_utc"),
    Index("ix_decisions_by_upload", "upload_id"),
)

tasks = Table(
    "tasks",
    metadata,
    id_column(),
    tenant_column(),
    Column("state", String(16), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("upload_id", String(64), ForeignKey("uploads.id"), nullable=False),
    Column("work_id", String(255)),
    Column("rule", Text, nullable=False),
    Column("second_opinion", Boolean, nullable=False, default=False),
    Column("golden_opinion", String(32)),
    Column("due_seconds", Float),
    Column("created_seconds", Float, nullable=False),
    Column("lease_token", String(64)),
    Column("leased_by", String(64)),
    Column("lease_until_seconds", Float),
    Column("skips_json", JSON, nullable=False),
    utc_column("created_utc"),
    Index("ix_tasks_next", "tenant_id", "queue", "state", "priority", "created_seconds"),
    Index("ix_tasks_by_upload", "upload_id"),
)

opinions = Table(
    "opinions",
    metadata,
    id_column(),
    tenant_column(),
    Column("task_id", String(64), ForeignKey("tasks.id"), nullable=False),
    Column("person_id", String(64), ForeignKey("people.id"), nullable=False),
    Column("opinion", String(32), nullable=False),
    Column("action", String(16)),
    Column("reason", Text, nullable=False),
    Column("is_second", Boolean, nullable=False),
    Column("undone_utc", String(32)),
    Column("seconds_taken", Float),
    utc_column("given_utc"),
    Column("given_seconds", Float, nullable=False),
    Index("ix_opinions_by_task", "task_id"),
)

pair_memory = Table(
    "pair_memory",
    metadata,
    Column("tenant_id", String(64), ForeignKey("tenants.id"), primary_key=True),
    Column("suspect_sha256", String(64), primary_key=True),
    Column("work_sha256", String(64), primary_key=True),
    Column("work_start_seconds", Float, primary_key=True),
    Column("work_end_seconds", Float, primary_key=True),
    Column("opinion", String(32), nullable=False),
    Column("score", Float, nullable=False),
    Column("opinion_id", String(64), nullable=False),
)

endpoints = Table(
    "endpoints",
    metadata,
    id_column(),
    tenant_column(),
    Column("url", Text, nullable=False),
    Column("secrets_json", JSON, nullable=False),  # one, or two while they are exchanged
    Column("disabled_utc", String(32)),
    utc_column("created_utc"),
)

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    tenant_column(),
    Column("endpoint_id", String(64), ForeignKey("endpoints.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_seconds", Float, nullable=False),
    Column("delivered_utc", String(32)),
    Column("last_error", Text),
    Index("ix_outbox_due", "delivered_utc", "due_seconds"),
)

jobs = Table(
    "jobs",
    metadata,
    id_column(),
    tenant_column(),
    Column("kind", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # waiting, running, done, dead
    Column("priority", Integer, nullable=False),
    Column("subject_id", String(64), nullable=False),
    Column("details_json", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_seconds", Float, nullable=False),
    Column("lease_token", String(64)),
    Column("lease_until_seconds", Float),
    Column("last_error", Text),
    Column("created_seconds", Float, nullable=False),
    Index("ix_jobs_next", "state", "priority", "due_seconds"),
    Index("ix_jobs_by_subject", "subject_id"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("tenant_id", String(64), ForeignKey("tenants.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("status", Integer),  # none while the first request is under way
    Column("headers_json", JSON),
    Column("body", Text),
    Column("created_seconds", Float, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("tenant_id", String(64), ForeignKey("tenants.id"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("line", Text, nullable=False),
    Column("subject_id", String(64)),
    Index("ix_audit_by_subject", "tenant_id", "subject_id"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("tenant_id", String(64), ForeignKey("tenants.id"), primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
)

daily_heads = Table(
    "daily_heads",
    metadata,
    Column("tenant_id", String(64), ForeignKey("tenants.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("signature", Text, nullable=False),
    Column("public_key", Text, nullable=False),
)
