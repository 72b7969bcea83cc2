"""Access, apart from similarity: facts and documents, dates, records, and the grade that follows by published rules."""

from __future__ import annotations

from similarity.access.check import DOSSIER_FILE, check_access, labelled, new_facts
from similarity.access.dates import DateRange, parse_date
from similarity.access.dossier import build_dossier
from similarity.access.facts import EventKind, SuspectEvent, WorkEvent
from similarity.access.json_form import dossier_to_json
from similarity.access.record_values import RecordReading, RecordState
from similarity.access.recording import create_record, verify_record
from similarity.access.values import (
    AccessDossier,
    AccessProblem,
    DatedFact,
    DateOutcome,
    Fact,
    FileLabels,
    Grade,
    ProblemCode,
    RuleId,
    SuspectAccess,
    TimelineEvent,
    WorkAccess,
)

__all__ = [
    "DOSSIER_FILE",
    "AccessDossier",
    "AccessProblem",
    "DateOutcome",
    "DateRange",
    "DatedFact",
    "EventKind",
    "Fact",
    "FileLabels",
    "Grade",
    "ProblemCode",
    "RecordReading",
    "RecordState",
    "RuleId",
    "SuspectAccess",
    "SuspectEvent",
    "TimelineEvent",
    "WorkAccess",
    "WorkEvent",
    "build_dossier",
    "check_access",
    "create_record",
    "dossier_to_json",
    "labelled",
    "new_facts",
    "parse_date",
    "verify_record",
]
