"""Ten uploads of every fate: cleared, held, repeated, withheld, labelled, unreadable, second look, late ..."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import av

from similarity.demo.footage import DemoFootage
from similarity.errors import SimilarityError
from similarity.service.demo.client import Client

__all__ = ["LATE", "answer_two", "upload_all", "upload_early"]

LATE = "specimens"
"""The work that is indexed after the others, so that a cleared upload meets it late."""
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
_WAITS = 20
"""Times 30 seconds: how long one upload may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One of them."""

    name: str
    title: str
    uploader: str
    path: Path
    sent: Literal["all", "half"] = "all"
    said: Mapping[str, Any] | None = None
    """What else the platform knows of it."""


def upload_early(platform: Client, footage: DemoFootage) -> str:
    """Send a copy of a work that is not indexed yet, and wait until it is cleared; its identifier.

    Args:
        platform: the platform's program.
        footage: what is sent.

    Raises:
        SimilarityError: the service refuses; OSError: it does not answer.
    """
    path = _remuxed(_named(footage, LATE), footage.folder / "suspect_specimens.mp4", {"title": "through a lens"})
    upload_id = _send(platform, _File(name="late", title="Seen through a lens", uploader="lumen", path=path))
    _settled(platform, upload_id)
    return upload_id


def upload_all(platform: Client, footage: DemoFootage, early: str) -> dict[str, str]:
    """Send nine more as a platform would, have the early one compared again, and wait until all are screened.

    Args:
        platform: the platform's program.
        footage: what is sent.
        early: the upload that was cleared before its work was indexed.

    Returns:
        Identifier of each upload, by what becomes of it.

    Raises:
        SimilarityError: the service refuses something; OSError: it does not answer.
    """
    ids = {file.name: _send(platform, file) for file in _files(footage)} | {"late": early}
    platform.ask("DELETE", f"/v1/uploads/{ids['cancelled']}")
    for upload_id in ids.values():
        _settled(platform, upload_id)
    _found_late(platform, early)
    platform.ask("POST", f"/v1/uploads/{ids['erased']}/erasure", {"reason": "asked for by the uploader"})
    return ids


def answer_two(reviewer: Client, ids: Mapping[str, str]) -> None:
    """Answer two tasks: the one is decided then, the other waits for a second look.

    Args:
        reviewer: a person.
        ids: the uploads.

    Raises:
        SimilarityError: the service refuses something; OSError: it does not answer.
    """
    _answer(reviewer, "copies", ids["withheld"], "the whole work, from its first to its last frame")
    _answer(reviewer, "studio", ids["second look"], "every shot of the work, in its order")


def _files(footage: DemoFootage) -> tuple[_File, ...]:
    folder = footage.folder
    original, mixed = (_named(footage, name) for name in ("suspect_original", "suspect_mixed"))
    garage, liftoff, clock = (_named(footage, name) for name in ("garage", "liftoff", "colours_and_clock"))
    recut = _remuxed(liftoff, folder / "suspect_liftoff.mp4", {"title": "liftoff, once more"})
    labelled = _remuxed(clock, folder / "suspect_labelled.mp4", {"AIGC": json.dumps(_LABEL)})
    broken = folder / "suspect_broken.mp4"
    broken.write_bytes(mixed.read_bytes()[:2000])
    bought = {"declared": {"ai": False, "licence": "bought from a library of clips"}}
    dreamt = {"declared": {"ai": True}, "prompt": "coloured shapes in the manner of Deep Sky"}
    return (
        _File(name="cleared", title="A day of my own", uploader="nora", path=original),
        _File(name="held", title="Best of, part 2", uploader="max", path=mixed, said=bought),
        _File(name="repeat", title="Best of, part 2 (again)", uploader="max-2", path=mixed),
        _File(name="withheld", title="Garage, full film", uploader="max", path=garage),
        _File(name="second look", title="To the launch pad", uploader="orbit", path=recut),
        _File(name="labelled", title="Colours, dreamt", uploader="lumen", path=labelled, said=dreamt),
        _File(name="unreadable", title="Cut off", uploader="nora", path=broken),
        _File(name="cancelled", title="Taken back", uploader="orbit", path=mixed, sent="half"),
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


def _send(platform: Client, file: _File) -> str:
    """Announce a file and send its bytes: all at once, or half of them by tus."""
    content = file.path.read_bytes()
    new = {
        "external_id": f"demo-{file.name.replace(' ', '-')}",
        "size": len(content),
        "title": file.title,
        "uploader": file.uploader,
        "filename": file.path.name,
        "territories": ["DE", "CN"],
        **(file.said or {}),
    }
    upload_id = str(platform.ask("POST", "/v1/uploads", new)["id"])
    place = f"/v1/uploads/{upload_id}/content"
    if file.sent == "all":
        platform.exchange("PUT", place, content, {"content-type": "application/octet-stream"})
    else:
        tus = {"tus-resumable": "1.0.0", "upload-offset": "0", "content-type": "application/offset+octet-stream"}
        platform.exchange("PATCH", place, content[: len(content) // 2], tus)
    return upload_id


def _settled(platform: Client, upload_id: str) -> None:
    """Wait until something is decided."""
    for _ in range(_WAITS):
        if platform.ask("GET", f"/v1/uploads/{upload_id}?wait=30")["state"] not in {"stored", "queued", "screening"}:
            return
    raise SimilarityError(f"upload {upload_id}: not screened in {30 * _WAITS} s; look at the workers' messages above")


def _found_late(platform: Client, upload_id: str) -> None:
    """Wait until workers have met the work that came later, and the upload is held for it."""
    for _ in range(30 * _WAITS):
        if platform.ask("GET", f"/v1/uploads/{upload_id}")["state"] == "held":
            return
        time.sleep(1.0)
    raise SimilarityError(f"upload {upload_id}: no late match in {30 * _WAITS} s; look at the workers' messages above")


def _answer(person: Client, queue: str, upload_id: str, reason: str) -> None:
    """Take the most urgent task of a queue, which is of this upload, and have it withheld."""
    task = person.ask("POST", "/v1/tasks/next", {"queue": queue})
    if task.get("upload", {}).get("id") != upload_id:
        raise SimilarityError(f"queue {queue}: expected the task of {upload_id} first, got {task.get('upload')}")
    opinion = {"opinion": "same footage", "action": "withhold", "reason": reason, "seconds_taken": 20.0}
    answer = {"lease_token": task["lease_token"], **opinion}
    person.ask("POST", f"/v1/tasks/{task['id']}/opinions", answer)
