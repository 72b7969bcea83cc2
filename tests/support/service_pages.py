"""A service with hand-made screenings behind real sockets: no engine, one short video for both sides."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from argon2 import PasswordHasher
from sqlalchemy import insert, select, update
from support.footage import moving_pattern, write_video
from support.small_library import BITS, FLOATS, make_entry

from index import open_library
from similarity.service.clock import new_id, now_utc
from similarity.service.data.database import Database, open_database
from similarity.service.data.tables import blobs, screenings, tasks, uploads
from similarity.service.people import accounts
from similarity.service.people.roles import Caller
from similarity.service.screening.deciding import decide
from similarity.service.screening.measured import Measured, Ratio, SoundOfWork, SoundStretch, Stretch, WorkMeasured
from similarity.service.settings import Settings
from similarity.service.starting import first_policy
from similarity.service.states import UPLOAD, move
from similarity.service.uploads.blobs import store
from similarity.service.uploads.uploads import NewUpload, create
from similarity.service.web.app import create_app

PASSWORD = "twelve characters"  # nothing real is behind it
PEOPLE = {
    "rita": ["reviewer", "auditor"],
    "sam": ["second_reviewer"],
    "ada": ["administrator"],
    "mallory": ["auditor"],
}
FRAMES_PER_SECOND = 10
VIDEO_SECONDS = 6
NOTHING = Ratio(not_stated="too few samples")


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a test of the pages needs."""

    settings: Settings
    database: Database
    tenant_id: str
    video: bytes
    url: str = ""

    def held(self, title: str, measured: Measured | None = None, **said: str) -> str:
        """An upload that was screened and met the policy of a new tenant; returns its identifier."""
        with self.database.writing() as connection:
            return screened(connection, self, title, measured or found(), **said)

    def crowd(self, number: int) -> None:
        """As many waiting tasks in all, copies of the one that is there."""
        with self.database.writing() as connection:
            task = dict(connection.execute(select(tasks).where(tasks.c.state == "open")).mappings().one())
            upload = dict(connection.execute(select(uploads).where(uploads.c.id == task["upload_id"])).mappings().one())
            names = [f"crowd_{one:04d}" for one in range(number - 1)]
            more = [upload | {"id": one, "external_id": one, "title": f"Title of {one}"} for one in names]
            connection.execute(insert(uploads), more)
            connection.execute(insert(tasks), [task | {"id": one, "upload_id": one} for one in names])

    def task_of(self, upload_id: str) -> str:
        with self.database.reading() as connection:
            return connection.scalar(select(tasks.c.id).where(tasks.c.upload_id == upload_id))

    def clear(self) -> None:
        """Nothing waits for anybody."""
        with self.database.writing() as connection:
            connection.execute(update(tasks).values(state="decided"))

    def state(self, upload_id: str) -> str:
        with self.database.reading() as connection:
            return connection.scalar(select(uploads.c.state).where(uploads.c.id == upload_id))


def stretch(start: float, end: float, offset: float, **changes) -> Stretch:
    values = {
        "start_seconds": start,
        "end_seconds": end,
        "work_start_seconds": start + offset,
        "work_end_seconds": end + offset,
        "speed": 1.0,
        "score": 12.5,
        "found_by": ("copy",),
        "reading": "reproduction",
        "copy_ratio": Ratio(log10=3.2, lower=2.6, upper=3.5, is_capped=True),
        "adaptation_ratio": NOTHING,
        "in_envelope": True,
    }
    return Stretch(**(values | changes))


def found(**changes) -> Measured:
    """Two matches with one work, the second mirrored and outside of the envelope."""
    stretches = (stretch(1.0, 3.0, 1.0), stretch(4.0, 5.5, -2.0, is_mirrored=True, in_envelope=False, score=8.0))
    work = WorkMeasured(
        work_id="film",
        title="The <i>Film</i>",
        owner="Owner",
        work_sha256="0" * 64,
        score=12.5,
        found_by=("copy",),
        reading="reproduction",
        matched_seconds=3.5,
        upload_share=3.5 / VIDEO_SECONDS,
        work_seconds=3.5,
        work_share=3.5 / VIDEO_SECONDS,
        stretches=stretches,
    )
    values = {
        "is_readable": True,
        "duration_seconds": float(VIDEO_SECONDS),
        "works": (work,),
        "num_works": 1,
        "labels": {"aigc": "absent"},
    }
    return Measured(**(values | changes))


SONG = SoundOfWork(
    work_id="song",
    title="The Song",
    owner="Label",
    work_sha256="1" * 64,
    score=80.0,
    matched_seconds=9.0,
    upload_share=0.45,
    work_seconds=9.0,
    work_share=0.2,
    stretches=(
        SoundStretch(
            start_seconds=2.0,
            end_seconds=11.0,
            work_start_seconds=12.0,
            work_end_seconds=21.0,
            speed=1.0,
            pitch_semitones=0.0,
            score=80.0,
        ),
    ),
)
"""What was found of a soundtrack."""


def screened(connection, stage: Stage, title: str, measured: Measured, **said: str) -> str:
    platform = Caller(
        id="k",
        name="key k",
        tenant_id=stage.tenant_id,
        roles=frozenset({"platform"}),
        work_ids=None,
        is_person=False,
    )
    sha256 = hashlib.sha256(stage.video).hexdigest()
    values = {"external_id": new_id("x"), "size": len(stage.video), "title": title, "uploader": "uploader-7"}
    upload_id = create(connection, stage.settings, platform, NewUpload(filename="a.mp4", **(values | said)))
    connection.execute(update(uploads).where(uploads.c.id == upload_id).values(sha256=sha256))
    for before, after in (("receiving", "stored"), ("stored", "queued"), ("queued", "screening")):
        move(connection, uploads, UPLOAD, upload_id, before=before, after=after)
    screening_id = new_id("screening")
    connection.execute(
        insert(screenings).values(
            id=screening_id,
            tenant_id=stage.tenant_id,
            upload_id=upload_id,
            sha256=sha256,
            works_sha256="w",
            background_sha256="b",
            config_sha256="c",
            version="test",
            measured_json=measured.model_dump(mode="json"),
            seconds=0.1,
            created_utc=now_utc(),
        )
    )
    row = connection.execute(select(uploads).where(uploads.c.id == upload_id)).mappings().one()
    decide(connection, dict(row), measured, screening_id=screening_id)
    return upload_id


def person_with_cheap_hash(connection, tenant_id: str, name: str, roles: list[str]) -> None:
    """A hash that takes no time to check: how strong hashes are is no matter of the pages."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        accounts.add_person(connection, tenant_id, name, PASSWORD, roles)


def set_stage(folder: Path) -> Stage:
    """A tenant with its people, a library of one work, and no upload."""
    pictures = moving_pattern(VIDEO_SECONDS * FRAMES_PER_SECOND, 96, 54)
    video = write_video(folder / "work.mp4", pictures, rate=FRAMES_PER_SECOND)
    content = video.read_bytes()
    settings = Settings(library=folder / "library", data=folder / "data", disk_reserve_bytes=0)
    settings.data.mkdir()
    sha256 = hashlib.sha256(content).hexdigest()
    with open_library(settings.library, create=True) as library:
        library.declare_set(FLOATS)
        library.declare_set(BITS)
        library.add(make_entry("film", source_path=str(video), sha256=sha256, size_bytes=len(content)))
    database = open_database(settings.url)
    with database.writing() as connection:
        tenant_id = accounts.add_tenant(connection, "platform")
        first_policy(connection, tenant_id)
        for name, roles in PEOPLE.items():
            person_with_cheap_hash(connection, tenant_id, name, roles)
        connection.execute(insert(blobs).values(sha256=sha256, size_bytes=len(content), created_utc=now_utc()))
    part = folder / "part"
    part.write_bytes(content)
    store(settings, part, sha256)
    return Stage(settings=settings, database=database, tenant_id=tenant_id, video=content)


@contextmanager
def serving(stage: Stage) -> Iterator[Stage]:
    """The same behind a socket."""
    config = uvicorn.Config(
        create_app(stage.settings, stage.database), port=0, log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Stage(
            settings=stage.settings,
            database=stage.database,
            tenant_id=stage.tenant_id,
            video=stage.video,
            url=f"http://127.0.0.1:{port}",
        )
    finally:
        server.should_exit = True
        thread.join(10)
