"""A worker: claims jobs, does them, says that it lives; any number of them share one database.

Kinds of jobs: `screen` measures an upload and follows the policy, `evidence` writes its report, `late` compares a
cleared upload with works that came after it, `deadlines` looks after a time of a notice that came.
"""

from __future__ import annotations

import logging
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from similarity.config import Config, load_profile
from similarity.errors import SimilarityError
from similarity.service.clock import now_utc
from similarity.service.data import jobs, outbox
from similarity.service.data.daily_heads import service_key, sign_heads, unsigned
from similarity.service.data.database import Database, open_database
from similarity.service.data.jobs import Job
from similarity.service.data.tables import screenings, uploads
from similarity.service.errors import Problem
from similarity.service.notices import deadlines
from similarity.service.notices.meeting import meet
from similarity.service.screening import late
from similarity.service.screening.apart import Apart, Screener
from similarity.service.screening.known import Standing, keep_figures, known_figures, of_same
from similarity.service.screening.measured import Measured
from similarity.service.settings import Settings
from similarity.service.states import UPLOAD, move
from similarity.service.uploads.blobs import link_file
from similarity.service.uploads.retaining import retain
from similarity.service.uploads.uploads import sweep_erased

__all__ = ["Worker", "run_worker"]

_IDLE_SECONDS = 0.5
_AWAY_SECONDS = 2.0
_TELLING_SECONDS = 20.0
_LEAST_ROOM_BYTES = 64 << 20
"""Of the disk, below which nothing is begun that would end half done; uploads are refused long before (507)."""
_ROUND_SECONDS = 10.0
"""Between two looks at what is new in the library and what is old in the service."""
_ASKING_SECONDS = 600.0
"""After which uploads are looked for again that a change of the library overtook while they were screened."""
_RENEW_SECONDS = jobs.LEASE_SECONDS / 4
_log = logging.getLogger("similarity.service.worker")


class Worker:
    """Does jobs, one after the other.

    Args:
        settings: where things are kept.
        database: shared with the server and other workers.
        screener: measures uploads; in a contained process without one.
    """

    def __init__(self, settings: Settings, database: Database, screener: Screener | None = None) -> None:
        self._settings, self._database = settings, database
        self._config: Config = load_profile(settings.profile, {})
        self._screener = screener or Apart(settings, self._config)
        self._does: Mapping[str, Callable[[Job], None]] = {
            "screen": self._screen,
            "evidence": self._evidence,
            "deadlines": self._deadlines,
            late.KIND: self._late,
        }
        self._key = service_key(settings.key_file)
        self._works_sha256 = ""
        self._next_round_seconds, self._next_asking_seconds = 0.0, 0.0

    def work_once(self) -> bool:
        """Do the next job, if there is one."""
        if shutil.disk_usage(self._settings.data).free < _LEAST_ROOM_BYTES:
            _log.warning("the disk of %s is full: uploads wait; make room", self._settings.data)
            return False
        deadlines.come(self._database)
        self._look_around()
        job = jobs.claim(self._database, tuple(self._does))
        if job is None:
            return False
        try:
            self._begin(job)
            with self._renewing(job):
                self._does[job.kind](job)
        except Problem as problem:  # the lease or the upload went to someone else: nothing of this was written
            _log.info("job %s: %s", job.id, problem.detail)
        except (OperationalError, InterfaceError) as error:  # full, busy or away: nobody's fault, and no attempt
            _log.warning("job %s: database: %s", job.id, error)
            with self._database.writing() as connection:
                jobs.give_back(connection, job)
        except Exception as error:  # noqa: BLE001 - one job never ends a worker; it is tried again, then held
            _log.exception("job %s, attempt %d", job.id, job.attempts)
            self._failed(job, f"{type(error).__name__}: {error}")
        return True

    def work(self, is_ending: threading.Event) -> None:
        """Do jobs until the end is asked for, the one in hand to its end; a database that is away is awaited."""
        while not is_ending.is_set():
            try:
                is_idle = not self.work_once()
            except SQLAlchemyError as error:
                _log.warning("database: %s; trying again", error)
                is_ending.wait(_AWAY_SECONDS)
                continue
            if is_idle:
                is_ending.wait(_IDLE_SECONDS)

    @contextmanager
    def _renewing(self, job: Job) -> Iterator[None]:
        """Hold a job while it is done."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(_RENEW_SECONDS):
                try:
                    if not jobs.renew(self._database, job):
                        return
                except SQLAlchemyError as error:  # the lease may still be there when the database is again
                    _log.warning("job %s: database: %s", job.id, error)

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
        with self._database.reading() as connection:
            known = known_figures(connection, upload, self._standing(self._screener.generation))
        if known is None:
            screened = self._screener.screen(upload["sha256"], prompt=upload["prompt"])
            measured, standing, known_from = screened.measured, self._standing(screened.generation), None
        else:
            measured, standing, known_from = known.measured, known.standing, known.screening_id
        seconds = time.perf_counter() - start
        with self._database.writing() as connection:
            jobs.finish(connection, job)
            keep_figures(connection, upload, measured, standing, seconds=seconds, known_from=known_from)

    def _standing(self, generation: tuple[str, str]) -> Standing:
        works, background = generation
        return Standing(works_sha256=works, background_sha256=background, config_sha256=self._config.sha256)

    def _evidence(self, job: Job) -> None:
        """The report of the last screening, beside the videos that a person looks at."""
        with self._database.reading() as connection:
            upload = self._upload(connection, job)
            same = self._reports_of_same(connection, upload)
        place = self._settings.reports / str(upload["screening_id"])
        if upload["screening_id"] and upload["sha256"] and not (place / "evidence.zip").is_file():
            making = place.with_name(f".{place.name}.{job.lease_token}")
            if not _is_linked(same, making):
                self._screener.report(upload["sha256"], making)
                shutil.make_archive(str(making) + ".files", "zip", making)
                Path(str(making) + ".files.zip").replace(making / "evidence.zip")
            shutil.rmtree(place, ignore_errors=True)
            making.replace(place)
        with self._database.writing() as connection:
            jobs.finish(connection, job)

    def _reports_of_same(self, connection: Connection, upload: Mapping[str, Any]) -> Sequence[Path]:
        """Where reports of the same bytes on the same ground may lie: what stands in them is the same."""
        wanted = select(screenings).where(screenings.c.id == upload["screening_id"])
        row = connection.execute(wanted).mappings().one_or_none()
        if row is None:
            return ()
        standing = Standing(**{name: row[name] for name in ("works_sha256", "background_sha256", "config_sha256")})
        others = connection.execute(of_same(upload, standing)).mappings()
        return [self._settings.reports / one["id"] for one in others if one["id"] != row["id"]]

    def _look_around(self) -> None:
        """Now and then: ask for comparisons with works that are new, and erase what was kept long enough."""
        now = time.monotonic()
        if now < self._next_round_seconds:
            return
        self._next_round_seconds = now + _ROUND_SECONDS
        works_sha256, _ = self._screener.generation
        if works_sha256 != self._works_sha256 or now >= self._next_asking_seconds:
            with self._database.writing() as connection:
                late.ask(connection, works_sha256, self._screener.works())
            self._works_sha256, self._next_asking_seconds = works_sha256, now + _ASKING_SECONDS
        retain(self._database, self._settings)
        with self._database.reading() as connection:
            is_signed = not unsigned(connection)
        if not is_signed:  # others who write wait for nothing
            with self._database.writing() as connection:
                sign_heads(connection, self._key)

    def _late(self, job: Job) -> None:
        """A batch of cleared uploads against works that are new to them."""
        works_sha256, works = self._screener.generation[0], self._screener.works()
        with self._database.reading() as connection:
            rows = [(row, late.new_works(connection, row, works)) for row in late.batch(connection, job, works_sha256)]
        for upload, new in rows:
            found = self._found_late(upload["sha256"], new) if new else ()
            with self._database.writing() as connection:
                late.settle(connection, upload, works_sha256, found)
        with self._database.writing() as connection:
            jobs.finish(connection, job)
            late.go_on(connection, job, [upload for upload, _ in rows])

    def _found_late(self, sha256: str, work_ids: Sequence[str]) -> Sequence[str]:
        """Works that are found; where that can't be known, why: the upload is screened again then, as a whole."""
        try:
            return self._screener.late(sha256, work_ids)
        except (SimilarityError, OSError) as error:
            _log.warning("late comparison of %s: %s", sha256[:12], error)
            return (f"not known: {type(error).__name__}",)

    def _deadlines(self, job: Job) -> None:
        """A time of a notice or a complaint came."""
        with self._database.writing() as connection:
            jobs.finish(connection, job)
            meet(connection, job.subject_id)

    def _failed(self, job: Job, error: str) -> None:
        """Try again later; what can't be screened at all is held for a person."""
        generation = self._screener.generation
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
                measured = Measured(is_readable=False, reason=said)
                keep_figures(connection, upload, measured, self._standing(generation), seconds=0.0)


def _is_linked(reports: Sequence[Path], making: Path) -> bool:
    """Whether one of these reports stood whole, and is under another name now too."""
    for one in reports:
        if (one / "evidence.zip").is_file():
            with suppress(OSError, shutil.Error):  # it was erased meanwhile
                shutil.copytree(one, making, copy_function=lambda old, new: link_file(Path(old), Path(new)))
                return True
            shutil.rmtree(making, ignore_errors=True)
    return False


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
        apart = Apart(settings, load_profile(settings.profile, {}))
        telling = threading.Thread(target=_tell, args=(database, settings, is_ending), daemon=True)
        telling.start()
        try:
            _await_works(apart, is_ending)
            if not is_ending.is_set():
                apart.ready()
            sweep_erased(database, settings)
            Worker(settings, database, apart).work(is_ending)
        finally:
            is_ending.set()
            apart.close()
            telling.join(_TELLING_SECONDS)
    finally:
        database.close()


def _await_works(screener: Screener, is_ending: threading.Event) -> None:
    """Until there is something to compare with: what is sent meanwhile waits."""
    while not screener.works() and not is_ending.is_set():
        _log.warning("the library holds no works: uploads wait; add some: similarity add PATH...")
        is_ending.wait(_ROUND_SECONDS)


def _tell(database: Database, settings: Settings, is_ending: threading.Event) -> None:
    """Send callbacks beside the jobs: whoever answers slowly keeps no upload waiting."""
    while not is_ending.is_set():
        try:
            number = outbox.deliver_due(database, settings)
        except SQLAlchemyError as error:
            _log.warning("callbacks: database: %s; trying again", error)
            number = 0
        if not number:
            is_ending.wait(_IDLE_SECONDS)
