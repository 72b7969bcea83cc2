#!/usr/bin/env python3
"""What a service stands on this machine: uploads screened a minute, repeats a minute, seconds from last byte to answer.

    python benchmarks/service.py --library LIBRARY --uploads FOLDER --workers 2 --json

Starts `similarity serve` with an empty data folder, one tenant and the first policy.  Every file of
FOLDER (up to `--count`) is sent by PUT, two at a time, and awaited; while workers are busy the state of an upload is
asked `--rate` times a second.  Then the same files are sent again under other names.  Seconds are of the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from similarity.media.walk import find_media

_WAITING = {"receiving", "stored", "queued", "screening"}
_LONGEST_SECONDS = 3600.0


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
    """Seconds that the state of an upload took to be told, so many times a second."""
    took = []
    while not is_ending.wait(1.0 / rate):
        start = time.perf_counter()
        client.get(f"/v1/uploads/{upload_id}").raise_for_status()
        took.append(time.perf_counter() - start)
    return took


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    ordered = sorted(seconds)
    return {"p50": statistics.median(ordered), "p95": ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]}


def measured(url: str, key: str, files: Sequence[Path], *, rate: float) -> dict[str, Any]:
    """The figures."""
    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=url, headers=headers, timeout=120.0) as client, ThreadPoolExecutor(8) as pool:
        first = sent(client, files[0], "start")  # the worker opens the library with it
        is_ending = threading.Event()
        asking = pool.submit(asked, client, first["id"], rate, is_ending)
        start = time.perf_counter()
        new = list(pool.map(lambda one: sent(client, one[1], f"new {one[0]}"), enumerate(files[1:])))
        new_seconds = time.perf_counter() - start
        is_ending.set()
        start = time.perf_counter()
        again = list(pool.map(lambda one: sent(client, one[1], f"again {one[0]}"), enumerate(files)))
        again_seconds = time.perf_counter() - start
    return {
        "uploads": len(new),
        "uploads_per_minute": 60 * len(new) / new_seconds,
        "states": sorted({one["state"] for one in new}),
        "repeats_per_minute": 60 * len(again) / again_seconds,
        "repeat_seconds": percentiles([one["seconds"] for one in again]),
        "status_seconds": percentiles(asking.result()),
        "first_upload_seconds": first["seconds"],
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True, help="Library that uploads are compared with.")
    parser.add_argument("--uploads", type=Path, required=True, help="Folder of the files that are sent.")
    parser.add_argument("--count", type=int, default=20, help="How many of them.")
    parser.add_argument("--workers", type=int, default=2, help="Processes that screen.")
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
            print(json.dumps(measured(url, key, files, rate=given.rate), indent=None if given.json else 1))
        finally:
            served.terminate()
            served.wait(60)
            log.close()


if __name__ == "__main__":
    main()
