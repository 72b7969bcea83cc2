#!/usr/bin/env python3
"""What a service stands on this machine: uploads screened a minute, repeats a minute, seconds from last byte to answer.

    python benchmarks/service.py --library LIBRARY --uploads FOLDER --workers 2 --json

Starts `similarity serve` with an empty data folder, one tenant and the first policy.  Every file of
FOLDER (up to `--count`) is sent by PUT, eight at a time, and awaited.  Then the same files are sent again under other
names, `--repeats` times, while reports are written.  With `--queued N` so many uploads of bytes of their own (a file
with a few bytes behind its end) are sent as fast as they are taken, and nobody waits for them.  All the while the state
of an upload is asked for `--rate` times a second, by a schedule: seconds count from when the question was due, so that
an answer that is late makes the next ones late too.  Seconds are of the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from similarity.media.walk import find_media

_WAITING = {"receiving", "stored", "queued", "screening"}
_LONGEST_SECONDS = 3600.0
_ASKERS = 16
_CONNECTIONS = httpx.Limits(max_connections=64)


def similarity(*words: str) -> list[str]:
    """The command line of this environment."""
    return [sys.executable, "-c", "import sys; from similarity.cli.app import main; sys.exit(main())", *words]


def said(*words: str) -> str:
    """What a command says last."""
    done = subprocess.run(similarity(*words), check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]


def sent(client: httpx.Client, path: Path, external_id: str) -> dict[str, Any]:
    """Send a file and wait for what is decided; seconds from the last byte to that."""
    body = {"external_id": external_id, "size": path.stat().st_size, "uploader": "benchmark"}
    upload_id = client.post("/v1/uploads", json=body).raise_for_status().json()["id"]
    client.put(f"/v1/uploads/{upload_id}/content", content=path.read_bytes()).raise_for_status()
    start = time.perf_counter()
    until = start + _LONGEST_SECONDS
    while time.perf_counter() < until:
        shown = client.get(f"/v1/uploads/{upload_id}", params={"wait": 30}).raise_for_status().json()
        if shown["state"] not in _WAITING:
            return {"id": upload_id, "state": shown["state"], "seconds": time.perf_counter() - start}
    raise TimeoutError(f"{path.name}: not screened within {_LONGEST_SECONDS:.0f} s")


def asked(client: httpx.Client, upload_id: str, rate: float, is_ending: threading.Event) -> list[float]:
    """Seconds from when a question about a state was due to its answer, so many times a second, by `_ASKERS` askers."""
    start = time.perf_counter()

    def ask(asker: int) -> list[float]:
        took, number = [], asker
        while not is_ending.wait(max(0.0, (due := start + number / rate) - time.perf_counter())):
            client.get(f"/v1/uploads/{upload_id}").raise_for_status()
            took.append(time.perf_counter() - due)
            number += _ASKERS
        return took

    with ThreadPoolExecutor(_ASKERS) as pool:
        return [one for took in pool.map(ask, range(_ASKERS)) for one in took]


@contextmanager
def asking(client: httpx.Client, upload_id: str, rate: float) -> Iterator[dict[str, float]]:
    """Ask meanwhile; what came of it stands in the dictionary in the end."""
    is_ending, said, start = threading.Event(), {}, time.perf_counter()
    with ThreadPoolExecutor(1) as pool:
        answers = pool.submit(asked, client, upload_id, rate, is_ending)
        try:
            yield said
        finally:
            is_ending.set()
        took = answers.result()
        said.update(percentiles(took), a_second=len(took) / (time.perf_counter() - start))


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    ordered = sorted(seconds)
    return {"p50": statistics.median(ordered), "p95": ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]}


def measured(client: httpx.Client, files: Sequence[Path], *, rate: float, repeats: int) -> dict[str, Any]:
    """Uploads and repeats a minute, and states asked for meanwhile."""
    first = sent(client, files[0], "start")  # the worker opens the library with it
    with ThreadPoolExecutor(8) as pool:
        with asking(client, first["id"], rate) as while_new:
            start = time.perf_counter()
            new = list(pool.map(lambda one: sent(client, one[1], f"new {one[0]}"), enumerate(files[1:])))
            new_seconds = time.perf_counter() - start
        known = list(files) * repeats
        start = time.perf_counter()
        again = list(pool.map(lambda one: sent(client, one[1], f"again {one[0]}"), enumerate(known)))
        again_seconds = time.perf_counter() - start
    return {
        "uploads": len(new),
        "uploads_per_minute": 60 * len(new) / new_seconds,
        "states": sorted({one["state"] for one in new}),
        "repeats": len(again),
        "repeats_per_minute": 60 * len(again) / again_seconds,
        "repeat_seconds": percentiles([one["seconds"] for one in again]),
        "status_seconds": while_new,
        "first_upload_seconds": first["seconds"],
    }


def screened_in(data: Path) -> list[float]:
    """Seconds of every screening but the first, with which a worker opens the library."""
    with sqlite3.connect(f"file:{data / 'service.sqlite'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT seconds FROM screenings WHERE seconds > 0 ORDER BY created_utc").fetchall()
    return [round(seconds, 3) for (seconds,) in rows][1:]


def soaked(client: httpx.Client, files: Sequence[Path], number: int, *, rate: float, seconds: float) -> dict[str, Any]:
    """So many uploads that nobody waits for: how fast they are taken, and states and lists asked for meanwhile."""
    took: list[float] = []

    def taken(which: int) -> str:
        start = time.perf_counter()
        content = files[which % len(files)].read_bytes() + f"soak {which}".encode()
        body = {"external_id": f"soak {which}", "size": len(content), "uploader": "benchmark"}
        upload_id = client.post("/v1/uploads", json=body).raise_for_status().json()["id"]
        client.put(f"/v1/uploads/{upload_id}/content", content=content).raise_for_status()
        took.append(time.perf_counter() - start)
        return str(upload_id)

    first = taken(0)
    with asking(client, first, rate) as told, ThreadPoolExecutor(4) as pool:
        start = time.perf_counter()
        list(pool.map(taken, range(1, number)))
        sending_seconds = time.perf_counter() - start
        with_queue = time.perf_counter()
        while time.perf_counter() < with_queue + seconds:
            client.get("/v1/uploads", params={"state": "queued", "limit": 100}).raise_for_status()
            time.sleep(1.0)
    return {
        "queued": number,
        "taken_per_minute": 60 * (number - 1) / sending_seconds,
        "taking_seconds_first_100": percentiles(took[1:101]),
        "taking_seconds_last_100": percentiles(took[-100:]),
        "status_seconds": told,
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True, help="Library that uploads are compared with.")
    parser.add_argument("--uploads", type=Path, required=True, help="Folder of the files that are sent.")
    parser.add_argument("--count", type=int, default=20, help="How many of them.")
    parser.add_argument("--workers", type=int, default=2, help="Processes that screen.")
    parser.add_argument("--repeats", type=int, default=5, help="How often each is sent again.")
    parser.add_argument("--queued", type=int, default=0, help="Uploads that are sent and not waited for.")
    parser.add_argument("--soak-seconds", type=float, default=60.0, help="How long states are asked for after those.")
    parser.add_argument("--rate", type=float, default=50.0, help="How often a state is asked for in a second.")
    parser.add_argument("--profile", default="standard", help="Profile of the comparison.")
    parser.add_argument("--no-isolate", action="store_true", help="Read uploads in the workers themselves.")
    parser.add_argument("--json", action="store_true", help="Nothing but JSON.")
    given = parser.parse_args()
    files = find_media([given.uploads])[: given.count]
    with tempfile.TemporaryDirectory() as name:
        data = str(Path(name) / "data")
        said("service", "tenant", "acme", "--data", data)
        key = said("service", "key", "acme", "platform", "--data", data)
        words = ["serve", "--library", str(given.library), "--data", data, "--port", "0", "--profile", given.profile]
        words += ["--workers", str(given.workers), *(["--no-isolate"] if given.no_isolate else [])]
        log = (Path(name) / "log").open("w+")
        served = subprocess.Popen(
            similarity(*words), stdout=subprocess.PIPE, stderr=log, text=True, env=dict(os.environ)
        )
        try:
            assert served.stdout is not None
            url = re.findall(r"http://\S+", served.stdout.readline())[0]
            headers = {"authorization": f"Bearer {key}"}
            with httpx.Client(base_url=url, headers=headers, timeout=120.0, limits=_CONNECTIONS) as client:
                figures = measured(client, files, rate=given.rate, repeats=given.repeats)
                figures |= {"workers": given.workers, "screening_seconds": screened_in(Path(data))}
                if given.queued:
                    soak = {"rate": given.rate, "seconds": given.soak_seconds}
                    figures["soak"] = soaked(client, files, given.queued, **soak)
            print(json.dumps(figures, indent=None if given.json else 1))
        finally:
            served.terminate()
            served.wait(60)
            log.close()


if __name__ == "__main__":
    main()
