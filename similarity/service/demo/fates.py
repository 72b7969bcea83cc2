"""Ten uploads of every fate: cleared, held, repeated, withheld, labelled, unreadable, second look, cancelled ..."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av
from sqlalchemy import select

from similarity.demo.footage import DemoFootage
from similarity.service.data.database import Database
from similarity.service.data.tables import tasks
from similarity.service.demo.tenants import DemoTenant
from similarity.service.people.roles import Caller
from similarity.service.review.opinions import NewOpinion, give
from similarity.service.review.tasks import lease
from similarity.service.settings import Settings
from similarity.service.uploads.blobs import partial
from similarity.service.uploads.receiving import complete
from similarity.service.uploads.uploads import Declared, NewUpload, cancel, create, erase
from similarity.service.worker import Worker

__all__ = ["upload_all"]

_LABEL = {
    "Label": "1",
    "ContentProducer": "001191110102MAD55U9H0F10002",
    "ProduceID": "demo-0001",
    "ReservedCode1": "",
    "ContentPropagator": "001191110102MAD55U9H0F10002",
    "PropagateID": "demo-0001",
    "ReservedCode2": "",
}
"""Implicit label of GB 45438-2025: the content is generated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One of the ten."""

    name: str
    title: str
    uploader: str
    path: Path
    sent: Literal["all", "half", "nothing"] = "all"
    prompt: str | None = None
    declared: Declared | None = None


def upload_all(database: Database, settings: Settings, tenant: DemoTenant, footage: DemoFootage) -> None:
    """Send ten files as a platform would, screen them, and answer two of their tasks.

    Args:
        database: with the demo's tenant.
        settings: of the demo's service; its library holds the demo's works.
        tenant: who acts.
        footage: what is sent.
    """
    files = _files(settings.data, footage)
    ids = {file.name: _send(database, settings, tenant.platform, file) for file in files}
    _screen(database, settings)
    with database.writing() as connection:
        cancel(connection, tenant.platform, ids["cancelled"])
        erase(connection, settings, tenant.platform, ids["erased"], reason="asked for by the uploader")
    reviewer = tenant.people["reviewer"]
    _answer(database, reviewer, ids["whole-work"], "withhold", "the whole work, from its first to its last frame")
    _answer(database, reviewer, ids["second-look"], "withhold", "every shot of the work, in its order")


def _files(folder: Path, footage: DemoFootage) -> tuple[_File, ...]:
    original, mixed = (_named(footage, name) for name in ("suspect_original", "suspect_mixed"))
    garage, liftoff, clock = (_named(footage, name) for name in ("garage", "liftoff", "colours_and_clock"))
    recut = _remuxed(liftoff, folder / "suspect_liftoff.mp4", {"title": "liftoff, once more"})
    labelled = _remuxed(clock, folder / "suspect_labelled.mp4", {"AIGC": json.dumps(_LABEL)})
    broken = folder / "suspect_broken.mp4"
    broken.write_bytes(mixed.read_bytes()[:2000])
    declared = Declared(ai=False, licence="bought from a library of clips")
    return (
        _File(name="own-work", title="A day of my own", uploader="nora", path=original),
        _File(name="mixed", title="Best of, part 2", uploader="max", path=mixed, declared=declared),
        _File(name="repeat", title="Best of, part 2 (again)", uploader="max-2", path=mixed),
        _File(name="whole-work", title="Garage, full film", uploader="max", path=garage),
        _File(name="second-look", title="To the launch pad", uploader="orbit", path=recut),
        _File(
            name="labelled",
            title="Colours, dreamt",
            uploader="lumen",
            path=labelled,
            prompt="coloured shapes in the manner of Deep Sky",
            declared=Declared(ai=True),
        ),
        _File(name="unreadable", title="Cut off", uploader="nora", path=broken),
        _File(name="cancelled", title="Taken back", uploader="nora", path=original, sent="nothing"),
        _File(name="receiving", title="Still arriving", uploader="orbit", path=mixed, sent="half"),
        _File(name="erased", title="Forget this one", uploader="lumen", path=original),
    )


def _named(footage: DemoFootage, name: str) -> Path:
    return next(film.path for film in footage.films if film.name == name)


def _remuxed(source: Path, path: Path, tags: dict[str, str]) -> Path:
    """The same pictures in a container with other tags."""
    options = {"movflags": "use_metadata_tags"}
    with av.open(str(source)) as old, av.open(str(path), "w", options=options) as new:
        new.metadata.update(tags)
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(old.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    return path


def _send(database: Database, settings: Settings, platform: Caller, file: _File) -> str:
    content = file.path.read_bytes()
    new = NewUpload(
        external_id=f"demo-{file.name}",
        size=len(content),
        title=file.title,
        uploader=file.uploader,
        filename=file.path.name,
        territories=("DE", "CN"),
        prompt=file.prompt,
        declared=file.declared or Declared(),
    )
    with database.writing() as connection:
        upload_id = create(connection, settings, platform, new)
    sizes = {"all": len(content), "half": len(content) // 2, "nothing": 0}
    if file.sent != "nothing":
        with partial(settings, upload_id) as one:
            one.write(content[: sizes[file.sent]])
    if file.sent == "all":
        complete(database, settings, platform, upload_id)
    return upload_id


def _screen(database: Database, settings: Settings) -> None:
    """Screen what waits; reports are left to the workers of the service."""
    worker = Worker(settings, database, kinds=("screen",))
    while worker.work_once():
        continue


def _answer(
    database: Database, person: Caller, upload_id: str, action: Literal["withhold", "publish"], reason: str
) -> None:
    """Answer the task of an upload, where it has one."""
    with database.writing() as connection:
        task_id = connection.scalar(select(tasks.c.id).where(tasks.c.upload_id == upload_id))
        if task_id is None:
            return
        leased = lease(connection, person, task_id)
        answer = NewOpinion(
            lease_token=leased.lease_token, opinion="same footage", action=action, reason=reason, seconds_taken=20.0
        )
        give(connection, person, task_id, answer)
