"""A service whose server and workers are killed at random moments while it is used, and what must hold in the end.

The processes are real, and so are their sockets and their database; what a worker measures is made up, so that many
kills take seconds.  `benchmarks/service_kills.py` does the same with more of them, or with real screening.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from similarity.case.custody.chain import read_chain
from similarity.service import worker
from similarity.service.data import audit, outbox
from similarity.service.data import jobs as jobs_module
from similarity.service.data.database import open_database
from similarity.service.data.tables import decisions, jobs, uploads
from similarity.service.data.tables import outbox as outbox_table
from similarity.service.people import accounts
from similarity.service.settings import Settings
from similarity.service.starting import first_policy

LEASE_SECONDS = 5.0
"""Of a job, in the killed processes: a lost one is taken up again soon."""


@dataclass
class Outcome:
    """What was counted when everything had come to rest."""

    num_kills: Counter[str] = field(default_factory=Counter)
    """Of servers and of workers."""
    num_promised: int = 0
    """Uploads whose bytes were taken (204)."""
    faults: list[str] = field(default_factory=list)
    """What did not hold."""


class Callbacks:
    """Somebody who is called, and notes what was said under which identifier."""

    def __init__(self) -> None:
        self.heard: dict[str, set[str]] = {}
        self.num_calls = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                outer.num_calls += 1
                outer.heard.setdefault(self.headers["webhook-id"], set()).add(body)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing is said of it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Killed:
    """A service under kills.

    Args:
        folder: of everything that it keeps.
        database_url: of an empty database at the newest form of its tables.
        num_workers: worker processes.
        seed: of the moments.
    """

    def __init__(self, folder: Path, database_url: str, *, num_workers: int = 2, seed: int = 0) -> None:
        self._settings = Settings(
            library=folder / "library",
            data=folder / "data",
            database_url=database_url,
            callback_networks=("127.0.0.0/8",),
        )
        self._settings.data.mkdir(parents=True, exist_ok=True)
        self._database = open_database(database_url, is_upgraded=False)
        self._callbacks = Callbacks()
        with self._database.writing() as connection:
            self._tenant_id = accounts.add_tenant(connection, "acme")
            first_policy(connection, self._tenant_id)
            self._key = accounts.add_key(connection, self._tenant_id, "platform", "platform")
            outbox.add_endpoint(connection, self._tenant_id, self._callbacks.url)
        self._chance = random.Random(seed)
        self._log, self._port, self._num_answers = folder / "processes.txt", 0, 0
        self._last: dict[int, str] = {}
        self._told = {
            "data": str(self._settings.data),
            "library": str(self._settings.library),
            "url": self._settings.url,
        }
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["similarity.service.serving", "support.uploads", __name__])
        self._server = self._started_server()
        self._workers = [self._started(_work) for _ in range(num_workers)]
        self.outcome = Outcome()
        self._is_ending = threading.Event()
        self._promised: dict[str, str] = {}

    def run(self, num_kills: int, *, pause_seconds: float = 0.1) -> Outcome:
        """Kill so often while uploads are sent, let everything come to rest, and look at what is there."""
        senders = [threading.Thread(target=self._send, args=(number,)) for number in range(2)]
        for one in senders:
            one.start()
        for _ in range(num_kills):
            self._kill_one(pause_seconds)
        self._is_ending.set()
        for one in senders:
            one.join()
        self._rest()
        self.outcome.num_promised = len(self._promised)
        self._look()
        return self.outcome

    def close(self) -> None:
        """End every process."""
        for one in (self._server, *self._workers):
            _kill(one)
        self._callbacks.close()
        self._database.close()

    def _started(self, target: Callable[..., None], *more: object) -> BaseProcess:
        process = self._context.Process(target=target, args=(self._told, str(self._log), *more), daemon=True)
        process.start()
        return process

    def _started_server(self) -> BaseProcess:
        here, there = self._context.Pipe(duplex=False)
        server = self._started(_serve, self._port, there)
        there.close()
        self._port = here.recv()
        here.close()
        return server

    def _kill_one(self, pause_seconds: float) -> None:
        """Kill one process after a few more requests were answered, and start another in its place."""
        wanted, until = self._num_answers + self._chance.randrange(1, 12), time.monotonic() + 60
        while self._num_answers < wanted and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(self._chance.uniform(0, pause_seconds))
        if self._chance.random() < 0.4:
            _kill(self._server)
            self._server = self._started_server()
            self.outcome.num_kills["server"] += 1
            return
        number = self._chance.randrange(len(self._workers))
        _kill(self._workers[number])
        self._workers[number] = self._started(_work)
        self.outcome.num_kills["worker"] += 1

    def _send(self, sender: int) -> None:
        """Uploads one after the other, as a client that does not give up; 204 for the last byte is a promise."""
        number = 0
        while not self._is_ending.is_set():
            number += 1
            name = f"clip {sender} {number}"
            content = name.encode() * 50
            upload_id = self._insist(name, content)
            self._promised[upload_id] = hashlib.sha256(content).hexdigest()

    def _insist(self, name: str, content: bytes) -> str:
        upload_id, until = "", time.monotonic() + 120
        while time.monotonic() < until:
            try:
                upload_id = upload_id or self._created(name, len(content))
                if self._is_sent(upload_id, content):
                    return upload_id
            except httpx.HTTPError:
                time.sleep(0.05)
        said = self._last.get(threading.get_ident(), "no answer")
        raise TimeoutError(f"{name}: not sent within two minutes; the last answer was {said}")

    def _created(self, name: str, size: int) -> str:
        body = {"external_id": name, "size": size, "uploader": "somebody"}
        answer = self._ask("POST", "/v1/uploads", json=body, headers={"idempotency-key": f"{name} {time.monotonic()}"})
        if answer.status_code == 201:
            return str(answer.json()["id"])
        if answer.status_code == 409:  # it was made, and its answer was lost
            found = self._ask("GET", "/v1/uploads", params={"external_id": name}).json()["uploads"]
            return found[0]["id"] if found else ""
        return ""

    def _is_sent(self, upload_id: str, content: bytes) -> bool:
        address = f"/v1/uploads/{upload_id}/content"
        if not upload_id:
            return False
        there = self._ask("HEAD", address)
        state = self._ask("GET", f"/v1/uploads/{upload_id}").json().get("state")
        if state not in {"receiving", "stored", None}:
            return True
        offset = int(there.headers.get("upload-offset", 0))
        half = max(offset, len(content) // 2)
        for start, end in ((offset, half), (half, len(content))):
            headers = {"upload-offset": str(start), "content-type": "application/offset+octet-stream"}
            if start < end or start == len(content):
                answer = self._ask("PATCH", address, content=content[start:end], headers=headers)
                if answer.status_code != 204:
                    return False
        return True

    def _ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        known = {"authorization": f"Bearer {self._key}", **(headers or {})}
        address = f"http://127.0.0.1:{self._port}{path}"
        answer = httpx.request(method, address, headers=known, timeout=60, **more)
        self._num_answers += 1
        self._last[threading.get_ident()] = f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer

    def _rest(self) -> None:
        """Until no job is open and every callback has arrived, or a minute has passed without any change."""
        before, since = None, time.monotonic()
        while time.monotonic() - since < 60:
            with self._database.reading() as connection:
                is_open = jobs.c.state.in_(("waiting", "running")) & (jobs.c.kind == "screen")
                is_untold = outbox_table.c.delivered_utc.is_(None)
                now = tuple(
                    connection.scalar(select(func.count()).select_from(table).where(where))
                    for table, where in ((jobs, is_open), (outbox_table, is_untold))
                )
            if now == (0, 0):
                return
            if now != before:
                before, since = now, time.monotonic()
            time.sleep(0.2)
        self.outcome.faults.append(f"never came to rest: {before[0]} jobs open, {before[1]} callbacks not told")

    def _look(self) -> None:
        """Everything against everything else."""
        self.outcome.faults += [
            *self._faults_of_chain(),
            *self._faults_of_uploads(),
            *self._faults_of_callbacks(),
        ]

    def _faults_of_chain(self) -> Iterator[str]:
        with self._database.reading() as connection:
            lines = list(audit.exported(connection, self._tenant_id, after=0, limit=1_000_000))
            head = audit.head(connection, self._tenant_id)
        chain, broken = read_chain([line.encode() for line in lines])
        if broken is not None or len(chain) != head.sequence or chain[-1].sha256 != head.sha256:
            yield f"chain: {broken}, {len(chain)} of {head.sequence} entries"

    def _faults_of_uploads(self) -> Iterator[str]:
        with self._database.reading() as connection:
            rows = {row.id: row for row in connection.execute(select(uploads))}
            made = Counter(connection.scalars(select(decisions.c.upload_id)))
            lines = map(json.loads, audit.exported(connection, self._tenant_id, after=0, limit=1_000_000))
            noted = Counter((one["details"].get("subject"), one["action"]) for one in lines)
        if len({row.external_id for row in rows.values()}) != len(rows):
            yield "one name stands for two uploads"
        for upload_id, sha256 in self._promised.items():
            row, blob = rows.get(upload_id), self._settings.blobs / sha256[:2] / sha256
            if row is None or row.sha256 != sha256 or row.state != "cleared":
                yield f"{upload_id}: {row}"
            if not blob.is_file() or hashlib.sha256(blob.read_bytes()).hexdigest() != sha256:
                yield f"{upload_id}: its bytes are not there"
            counts = [noted[upload_id, action] for action in ("upload created", "upload received", "measured")]
            if [*counts, made[upload_id]] != [1, 1, 1, 1]:
                yield f"{upload_id}: created, received, measured, decided: {counts}, {made[upload_id]} times"

    def _faults_of_callbacks(self) -> Iterator[str]:
        with self._database.reading() as connection:
            told = {row.id: row.body for row in connection.execute(select(outbox_table))}
        named = Counter(json.loads(body)["data"].get("id") for body in told.values())
        for upload_id in self._promised:
            if named[upload_id] != 1:
                yield f"{upload_id}: {named[upload_id]} callbacks"
        for message_id, body in told.items():
            if self._callbacks.heard.get(message_id) != {body}:
                yield f"callback {message_id}: {self._callbacks.heard.get(message_id)}"
        if set(self._callbacks.heard) - set(told):
            yield "a callback was heard that stands nowhere"


def _kill(process: BaseProcess) -> None:
    process.kill()
    process.join()


def _settings(told: Mapping[str, str], log: str) -> Settings:
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(handle, 2)
    return Settings(
        library=Path(told["library"]),
        data=Path(told["data"]),
        database_url=told["url"],
        callback_networks=("127.0.0.0/8",),
    )


def _serve(told: Mapping[str, str], log: str, port: int, started: Connection) -> None:
    from similarity.service.serving import serve

    serve(
        _settings(told, log),
        host="127.0.0.1",
        port=port,
        num_workers=0,
        on_start=lambda url: started.send(int(url.rpartition(":")[2])),
    )


def _work(told: Mapping[str, str], log: str) -> None:
    from support.uploads import FakeScreener

    class Slow(FakeScreener):
        def screen(self, sha256: str, *, prompt: str | None) -> Any:
            time.sleep(random.uniform(0.0, 0.1))
            return super().screen(sha256, prompt=prompt)

    settings = _settings(told, log)
    jobs_module.LEASE_SECONDS = LEASE_SECONDS
    jobs_module.MAX_ATTEMPTS = 1000  # a kill is nobody's fault here
    worker._RENEW_SECONDS = LEASE_SECONDS / 4
    outbox.WAIT_SECONDS = (0.5,) * 1000
    outbox._TIMEOUT_SECONDS = 1.0
    database = open_database(settings.url, is_upgraded=False)
    is_ending = threading.Event()
    threading.Thread(target=worker._tell, args=(database, settings, is_ending), daemon=True).start()
    worker.Worker(settings, database, Slow()).work(is_ending)
