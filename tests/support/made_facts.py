"""A small case: one suspect with a documented making, one work with a text."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PASSAGE = "The keeper climbs the spiral stair with a lantern, counting every iron step aloud."
NOVEL = f"Chapter 1\nWaves beat on the rocks.\n\nChapter 2\n{PASSAGE}\nThen the lamp goes out.\n"

FACTS = {
    "suspect": {
        "title": "suspect",
        "events": [{"kind": "generated", "date": "2024-05-01T10:00Z", "exhibits": ["E1"]}],
    },
    "works": [
        {
            "id": "work",
            "title": "The Iron Lighthouse",
            "events": [{"kind": "created", "date": "2015", "exhibits": ["E1"]}],
        }
    ],
    "documents": [{"exhibit": "E1", "path": "log.pdf"}, {"exhibit": "E2", "path": "novel.txt"}],
}
