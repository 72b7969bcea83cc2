"""A notice under way: an owner writes of an upload, and a person forwards it to the uploader."""

from __future__ import annotations

from similarity.service.demo.client import Client

__all__ = ["send_notice"]

_ROUTE = "/v1/notices"


def send_notice(platform: Client, reviewer: Client, external_id: str) -> None:
    """Send a notice of one upload, and have it forwarded; nothing where the service takes no notices.

    Args:
        platform: the platform's program.
        reviewer: a person who decides on notices.
        external_id: of the upload.

    Raises:
        SimilarityError: the service refuses; OSError: it does not answer.
    """
    if _ROUTE not in platform.ask("GET", "/v1/openapi.json")["paths"]:
        return
    stretches = [{"start_seconds": 3.5, "end_seconds": 8.5, "work_start_seconds": 4.6, "work_end_seconds": 9.6}]
    notice = {
        "regime": "us-dmca",
        "sender": {
            "name": "Ann Aster",
            "organisation": "Aster Films",
            "address": "1 Main Street, Springfield",
            "email": "ann@aster.example",
            "phone": "+1 555 0100",
        },
        "upload": {"external_id": external_id},
        "works": [{"title": "Sunday in the Garage", "work_id": "garage", "stretches": stretches}],
        "reasons": "Two shots of our film, one of them mirrored; nobody asked us.",
        "statements": {"good_faith": True, "accurate": True, "authority_under_perjury": True},
        "signature": "Ann Aster",
    }
    sent = platform.ask("POST", _ROUTE, notice)
    reviewer.ask("POST", f"{_ROUTE}/{sent['id']}/forward")
