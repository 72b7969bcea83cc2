"""Uploads and what was measured of them, made by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import select

from similarity.service.data.tables import uploads as table
from similarity.service.screening.apart import Screened
from similarity.service.screening.measured import Measured, Ratio, Stretch, WorkMeasured
from similarity.service.uploads import receiving, uploads
from similarity.service.uploads.blobs import partial


def ratio(log10: float = 3.0) -> Ratio:
    return Ratio(log10=log10, lower=log10 - 1, upper=log10 + 1)


def work(work_id: str = "film", **changes) -> WorkMeasured:
    stretch = Stretch(
        start_seconds=1.0,
        end_seconds=9.0,
        work_start_seconds=11.0,
        work_end_seconds=19.0,
        speed=1.0,
        score=12.0,
        found_by=("copy",),
        reading="copied_pictures",
        copy_ratio=ratio(),
        adaptation_ratio=ratio(1.0),
        in_envelope=True,
    )
    values = {
        "work_id": work_id,
        "title": f"The {work_id}",
        "owner": "Ö",
        "work_sha256": hashlib.sha256(work_id.encode()).hexdigest(),
        "score": 12.0,
        "found_by": ("copy",),
        "reading": "copied_pictures",
        "matched_seconds": 8.0,
        "upload_share": 0.4,
        "work_seconds": 8.0,
        "work_share": 0.1,
        "stretches": (stretch,),
    }
    return WorkMeasured(**(values | changes))


def measured(*works: WorkMeasured, **changes) -> Measured:
    return Measured(**({"is_readable": True, "duration_seconds": 20.0, "works": works, "num_works": 3} | changes))


class FakeScreener:
    """Says what it is told to, and counts how often it is asked."""

    def __init__(self, said: Measured | Exception | None = None) -> None:
        self.said = said or measured()
        self.asked: list[str] = []
        self.generation = ("works", "background")
        self.entries = {"film": "a" * 64}
        self.found: tuple[str, ...] | Exception = ()
        self.looked_for: list[tuple[str, tuple[str, ...]]] = []

    def screen(self, sha256: str, *, prompt: str | None) -> Screened:
        self.asked.append(sha256)
        if isinstance(self.said, Exception):
            raise self.said
        return Screened(measured=self.said, generation=self.generation)

    def works(self) -> dict[str, str]:
        return self.entries

    def late(self, sha256: str, work_ids) -> tuple[str, ...]:
        self.looked_for.append((sha256, tuple(work_ids)))
        if isinstance(self.found, Exception):
            raise self.found
        return tuple(self.found)

    def report(self, sha256: str, place: Path) -> None:
        place.mkdir(parents=True)
        (place / "report.html").write_text("<p>report</p>")


def announced(external_id: str = "clip", *, size: int = 3, **changes) -> uploads.NewUpload:
    return uploads.NewUpload(**({"external_id": external_id, "size": size, "uploader": "somebody"} | changes))


def queued(acme, external_id: str = "clip", content: bytes = b"abc", **changes) -> str:
    """An upload that waits to be screened."""
    caller = acme.caller("platform")
    with acme.database.writing() as connection:
        upload_id = uploads.create(
            connection, acme.settings, caller, announced(external_id, size=len(content), **changes)
        )
    with partial(acme.settings, upload_id) as one:
        one.write(content)
    receiving.complete(acme.database, acme.settings, caller, upload_id)
    return upload_id


def row_of(acme, upload_id: str) -> dict:
    with acme.database.reading() as connection:
        return dict(connection.execute(select(table).where(table.c.id == upload_id)).mappings().one())
