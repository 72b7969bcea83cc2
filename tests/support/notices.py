"""Forms of a notice under 512(c)(3) and of its counter-notice, complete."""

from __future__ import annotations

from typing import Any

from support.service import WORK_SHA256

SENDER: dict[str, Any] = {
    "name": "Ann Owner",
    "address": "1 Main Street",
    "email": "ann@studio.example",
    "phone": "+1 555 0100",
}
NOTICE: dict[str, Any] = {
    "regime": "us-dmca",
    "sender": SENDER,
    "upload": {"external_id": "clip"},
    "works": [
        {
            "title": "The film",
            "sha256": WORK_SHA256,
            "stretches": [{"start_seconds": 4, "end_seconds": 14}, {"start_seconds": 15, "end_seconds": 18}],
        }
    ],
    "reasons": "It is our film.",
    "evidence": [{"name": "report.json"}],
    "statements": {"good_faith": True, "accurate": True, "authority_under_perjury": True},
    "signature": "Ann Owner",
}
COUNTER: dict[str, Any] = {
    "sender": {"name": "Bob", "address": "2 Side Street", "phone": "+1 555 0101"},
    "reasons": "I made it.",
    "evidence": [{"name": "licence.pdf"}],
    "statements": {
        "mistake_under_perjury": True,
        "accepts_jurisdiction": True,
        "accepts_service": True,
        "no_infringement": True,
    },
    "signature": "Bob",
}
