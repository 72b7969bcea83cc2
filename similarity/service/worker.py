"""A worker: claims jobs, does them, says that it lives; any number of them share one database.

Kinds of jobs: `screen` measures an upload and follows the policy, `evidence` writes its report, `late` compares a
cleared upload with works that came after it.
"""

from __future__ import annotations

import logging
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from index import open_library
from similarity._version import __version__
from similarity.config import Config, load_profile
from similarity.describe.stored import pack_video
from similarity.errors import MediaError
from similarity.files import write_atomically
from similarity.service.clock import new_id, now_utc
from similarity.service.data import audit, jobs, outbox
from similarity.service.data.database import Database, open_database
from similarity.service.data.jobs import Job
from similarity.service.data.tables import screenings, uploads
from similarity.service.errors import Problem
from similarity.service.screening.deciding import decide
from similarity.service.screening.measured import Measured
from similarity.service.screening.measuring import LibraryAtHand, measure, unreadable
from similarity.service.settings import Settings
from similarity.service.states import UPLOAD, move
from similarity.service.uploads.blobs import blob_path

__all__ = ["Worker", "run_worker"]

_IDLE_SECONDS = 0.5
_RENEW_SECONDS = jobs.LEASE_SECONDS / 4
_log = logging.getLogger("similarity.service.worker")


class Worker:
    """Does jobs, one after the other.

    Args:
        settings: where things are kept.
        database: shared with the server and other workers.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._config: Config = load_profile(settings.profile, {})
        self._at_hand = LibraryAtHand(open_library(settings.library), self._config)
        self._does: Mapping[str, Callable[[Job], None]] = {"screen": self._screen, "evidence": self._evidence}

    def work_once(self) -> bool:
        """Do the next job, if there is one."""
        job = jobs.claim(self._database, tuple(self._does))
        if job is None:
            return False
        try:
            self._begin(job)
            with self._renewing(job):
                self._does[job.kind](job)
        except Problem as problem:  # the lease or the upload went to someone else: nothing of this was written
            _log.info("job %s: %s", job.id, problem.detail)
        except Exception as error:  # noqa: BLE001 - one job never ends a worker; it is tried again, then held
            _log.exception("job %s, attempt %d", job.id, job.attempts)
            self._failed(job, f"{type(error).__name__}: {error}")
        return True

    def work(self, is_ending: threading.Event) -> None:
        """Do jobs until the end is asked for; the job in hand is finished first."""
        while not is_ending.is_set():
            outbox.deliver_due(self._database)
            if not self.work_once():
                is_ending.wait(_IDLE_SECONDS)

    @contextmanager
    def _renewing(self, job: Job) -> Iterator[None]:
        """Hold a job while it is done."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(_RENEW_SECONDS):
                if not jobs.renew(self._database, job):
                    return

        thread = threading.Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _begin(self, job: Job) -> None:
        """Give up what has killed its workers too often."""
        if job.attempts > jobs.MAX_ATTEMPTS:
            self._failed(job, f"{job.attempts - 1} attempts ended without a word: the file may stop its reader")
            raise Problem(409, "dead", f"job {job.id} was given up")

    def _upload(self, connection: Connection, job: Job) -> dict[str, Any]:
        return dict(connection.execute(select(uploads).where(uploads.c.id == job.subject_id)).mappings().one())

    def _screen(self, job: Job) -> None:
        with self._database.writing() as connection:
            upload = self._upload(connection, job)
            if upload["state"] not in {"queued", "screening"}:  # cancelled, or decided by a worker that was killed late
                jobs.finish(connection, job)
                return
            if upload["state"] == "queued":
                move(connection, uploads, UPLOAD, upload["id"], before="queued", after="screening", state_utc=now_utc())
        start = time.perf_counter()
        measured = self._known(upload) or self._measured(upload)
        with self._database.writing() as connection:
            jobs.finish(connection, job)
            self._decided(connection, upload, measured, time.perf_counter() - start)

    def _measured(self, upload: Mapping[str, Any]) -> Measured:
        path = blob_path(self._settings, upload["sha256"])
        try:
            measured, video = measure(path, self._at_hand.session, prompt=upload["prompt"])
        except MediaError as error:
            return unreadable(error, path)
        write_atomically(self._settings.described / f"{upload['sha256']}.npz", pack_video(video, with_record=True))
        return measured

    def _known(self, upload: Mapping[str, Any]) -> Measured | None:
        """Figures of the same bytes under the same library, configuration and version; the prompt is its own."""
        if upload["prompt"]:
            return None
        works, background = self._at_hand.generation
        wanted = (
            select(screenings.c.measured_json)
            .join(uploads, uploads.c.id == screenings.c.upload_id)
            .where(
                screenings.c.tenant_id == upload["tenant_id"],
                screenings.c.sha256 == upload["sha256"],
                screenings.c.works_sha256 == works,
                screenings.c.background_sha256 == background,
                screenings.c.config_sha256 == self._config.sha256,
                screenings.c.version == __version__,
                uploads.c.prompt.is_(None),
                uploads.c.state != "erased",
            )
            .limit(1)
        )
        with self._database.reading() as connection:
            stored = connection.scalar(wanted)
        return None if stored is None else Measured.model_validate(stored)

    def _decided(self, connection: Connection, upload: Mapping[str, Any], measured: Measured, seconds: float) -> None:
        works, background = self._at_hand.generation
        screening_id = new_id("screening")
        connection.execute(
            insert(screenings).values(
                id=screening_id,
                tenant_id=upload["tenant_id"],
                upload_id=upload["id"],
                sha256=upload["sha256"],
                works_sha256=works,
                background_sha256=background,
                config_sha256=self._config.sha256,
                version=__version__,
                measured_json=measured.model_dump(mode="json"),
                seconds=seconds,
                created_utc=now_utc(),
            )
        )
        audit.record(
            connection,
            upload["tenant_id"],
            "measured",
            actor="worker",
            details={
                "screening": screening_id,
                "sha256": upload["sha256"],
                "works_sha256": works,
                "background_sha256": background,
                "config_sha256": self._config.sha256,
                "version": __version__,
                "measured": measured.model_dump(mode="json"),
            },
            subject_id=upload["id"],
        )
        decide(connection, upload, measured, screening_id=screening_id)

    def _evidence(self, job: Job) -> None:
        """The report of the last screening, beside the videos that a person looks at."""
        from similarity.report.build.report import compare_to_folder

        with self._database.reading() as connection:
            upload = self._upload(connection, job)
        place = self._settings.reports / str(upload["screening_id"])
        if upload["screening_id"] and upload["sha256"] and not (place / "evidence.zip").is_file():
            making = place.with_name(f".{place.name}.{job.lease_token}")
            _, files = compare_to_folder(
                blob_path(self._settings, upload["sha256"]), self._at_hand.session, making, controls=()
            )
            shutil.make_archive(str(making) + ".files", "zip", making)
            Path(str(making) + ".files.zip").replace(making / "evidence.zip")
            shutil.rmtree(place, ignore_errors=True)
            making.replace(place)
            _log.info("report of %s: %d files", upload["id"], len(files))
        with self._database.writing() as connection:
            jobs.finish(connection, job)

    def _failed(self, job: Job, error: str) -> None:
        """Try again later; what can't be screened at all is held for a person."""
        with self._database.writing() as connection:
            try:
                is_dead = jobs.fail(connection, job, error)
            except Problem:
                return
            if not is_dead or job.kind != "screen":
                return
            upload = self._upload(connection, job)
            if upload["state"] == "queued":
                move(connection, uploads, UPLOAD, upload["id"], before="queued", after="screening")
            if upload["state"] in {"queued", "screening"}:
                said = f"could not be screened, {job.attempts} attempts: {error}"
                self._decided(connection, upload, Measured(is_readable=False, reason=said), 0.0)


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; the job in hand is finished first.

    Raises:
        SimilarityError: library, profile or database can't be used.
    """
    is_ending = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: is_ending.set())
    database = open_database(settings.url)
    try:
        Worker(settings, database).work(is_ending)
    finally:
        database.close()
