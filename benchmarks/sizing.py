#!/usr/bin/env python3
"""Machines on paper: what libraries and streams of uploads need, from unit costs that were measured.

    python benchmarks/sizing.py table
    python benchmarks/sizing.py day --uploads 100000 --hours 10000 --nodes 8 --json
    python benchmarks/sizing.py check --figures SERVICE.json

`table` multiplies `docs/unit-costs.json`, which names the command behind each cost.  `day` simulates a queue over a day
of uploads (SimPy): so many a second as the time of day says, twice as many in the evening as on average, a burst of
five times that for ten minutes, one node lost at the height of it until its leases end, and a work that everything
matches until it is quarantined.  `check` simulates what `benchmarks/service.py` did, from its screenings,
and says how far the two are apart.  Nothing here was run at these sizes.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

COSTS = Path(__file__).parent.parent / "docs" / "unit-costs.json"
NODE_CORES, NODE_BYTES = 16, 64 << 30
"""A machine as they are rented."""
HOURS = (10**4, 10**5, 10**6)
UPLOADS_A_DAY = (10**5, 10**6)
UPLOAD_MINUTES = 1.0
PEAK = 2.0
"""Uploads in the busiest hour over the average one."""
BURST, BURST_SECONDS = 5.0, 600.0
BUSY = 0.7
"""Share of the cores that may be busy in the busiest hour, so that queues stay short."""
LEASE_SECONDS = 60.0
"""Until the jobs of a worker that is gone are taken up again."""
DAY = 86_400.0


def costs(path: Path = COSTS) -> dict[str, float]:
    """Unit costs by name."""
    return {name: one["value"] for name, one in json.loads(path.read_text()).items()}


@dataclass(frozen=True, slots=True)
class Library:
    """So many hours of film, indexed."""

    hours: float
    unit: dict[str, float]

    @property
    def samples(self) -> float:
        """Rows of each descriptor set."""
        return self.hours * self.unit["samples_per_hour"]

    @property
    def suspect_core_seconds(self) -> float:
        """Of a suspect of one minute: description and all; search and alignment as they grow with the samples."""
        unit = self.unit
        growth = (self.samples / unit["search_at_samples"]) ** unit["search_slope"]
        return unit["describe_and_verify_core_seconds_per_minute"] + unit["search_core_seconds_per_minute"] * growth

    @property
    def larger_core_seconds(self) -> float:
        """What a minute of 1920 x 1080 costs more than one of 512 x 288, in which the unit costs were measured."""
        return 60 / self.unit["hours_per_core_hour_1080p"] - 60 / self.unit["hours_per_core_hour"]

    @property
    def tune_core_hours(self) -> float:
        """Of making search codes: every row is compared with every list, and there are more lists of more rows."""
        unit = self.unit
        return unit["tune_core_seconds"] * (self.samples / unit["tune_at_samples"]) ** 1.5 / 3600

    def row(self) -> dict[str, object]:
        """What it needs."""
        unit = self.unit
        codes = self.samples * unit["code_bytes_per_sample"]
        return {
            "hours": self.hours,
            "index, core-hours": round(self.hours / unit["hours_per_core_hour"]),
            "index of 1920 x 1080, core-hours": round(self.hours / unit["hours_per_core_hour_1080p"]),
            "tune, core-hours": round(self.tune_core_hours),
            "rows and pictures on disk, GB": round(self.hours * unit["bytes_per_hour"] / 1e9),
            "codes, GB": round(codes / 1e9, 1),
            "codes fit a node": codes < BUSY * NODE_BYTES,
            "rows fit the memory of so many nodes": math.ceil(self.samples * unit["row_bytes_per_sample"] / NODE_BYTES),
            "core-seconds of a one-minute suspect": round(self.suspect_core_seconds, 1),
            "the same of 1920 x 1080": round(self.suspect_core_seconds + self.larger_core_seconds, 1),
            "suspects a second and node": round(NODE_CORES / self.suspect_core_seconds, 2),
        }

    def nodes(self, uploads_a_day: float, *, more_core_seconds: float = 0.0) -> int:
        """Machines that screen so many uploads a day."""
        a_second = uploads_a_day / DAY * PEAK
        core_seconds = UPLOAD_MINUTES * (self.suspect_core_seconds + more_core_seconds)
        return math.ceil(a_second * core_seconds / (BUSY * NODE_CORES))


def table(unit: dict[str, float]) -> dict[str, object]:
    """Libraries, and machines for uploads against each."""
    libraries = [Library(hours, unit) for hours in HOURS]
    return {
        "libraries": [one.row() for one in libraries],
        "nodes of 16 cores for uploads of a minute": [
            {
                "uploads a day": uploads,
                "pictures": pictures,
                **{f"{one.hours:,} h": one.nodes(uploads, more_core_seconds=more) for one in libraries},
            }
            for uploads in UPLOADS_A_DAY
            for pictures, more in (("512 x 288", 0.0), ("1920 x 1080", libraries[0].larger_core_seconds))
        ],
    }


def in_day(seconds: float, a_day: float, *, burst_at: float) -> float:
    """Uploads a second at a time of the day: least at 4, most at 16 (UTC), and a burst."""
    usual = a_day / DAY * (1 + (PEAK - 1) * math.sin(2 * math.pi * (seconds / DAY - 10 / 24)))
    return usual * (BURST if burst_at <= seconds < burst_at + BURST_SECONDS else 1)


def arrivals(random: np.random.Generator, a_day: float, *, burst_at: float) -> Iterator[float]:
    """Times at which uploads come (thinned Poisson process)."""
    most, now = a_day / DAY * PEAK * BURST, 0.0
    while (now := now + random.exponential(1 / most)) < DAY:
        if random.random() < in_day(now, a_day, burst_at=burst_at) / most:
            yield now


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is simulated."""

    num_workers: int
    """Processes that screen, one core each."""
    took_seconds: Sequence[float]
    """Seconds of screenings, drawn from at random."""
    lost: tuple[float, int] = (math.inf, 0)
    """When so many workers go."""
    lost_for_seconds: float = 3600.0
    """Until they are there again."""


def simulate(day: Day, came: Sequence[float], random: np.random.Generator) -> list[float]:
    """Seconds from an upload's coming to its end, for each, in the order of coming.

    Workers that go lose what is in their hands; it is begun anew, before everything that came later, when its lease
    ends.
    """
    import simpy

    env = simpy.Environment()
    workers = simpy.PreemptiveResource(env, capacity=day.num_workers)
    took: dict[int, float] = {}

    def upload(number: int) -> Iterator[Any]:
        yield env.timeout(came[number])
        while number not in took:
            with workers.request(priority=1 + came[number] / DAY, preempt=False) as turn:
                yield turn
                try:
                    yield env.timeout(float(random.choice(day.took_seconds)))
                    took[number] = env.now - came[number]
                except simpy.Interrupt:
                    yield env.timeout(LEASE_SECONDS)

    def loss() -> Iterator[Any]:
        yield env.timeout(day.lost[0])
        with workers.request(priority=0, preempt=True) as turn:
            yield turn
            yield env.timeout(day.lost_for_seconds)

    for number in range(len(came)):
        env.process(upload(number))
    for _ in range(day.lost[1]):
        env.process(loss())
    env.run()
    return [took[number] for number in range(len(came))]


def figures(waited: Sequence[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile, longest."""
    p50, p95, p99 = np.percentile(waited, [50, 95, 99])
    named = {"p50": p50, "p95": p95, "p99": p99, "longest": max(waited)}
    return {name: round(float(one), 1) for name, one in named.items()}


def simulated_day(given: argparse.Namespace, unit: dict[str, float]) -> dict[str, object]:
    """A usual day, a day with a burst, and one on which a node is lost during the burst."""
    library = Library(given.hours, unit)
    nodes = given.nodes or library.nodes(given.uploads)
    spread = given.spread
    mean = library.suspect_core_seconds * UPLOAD_MINUTES
    random = np.random.default_rng(given.seed)
    took = mean * np.exp(spread * random.standard_normal(4096) - spread**2 / 2)
    burst_at = 16 * 3600.0
    days = {
        "usual": (math.inf, Day(num_workers=nodes * NODE_CORES, took_seconds=took)),
        "a burst": (burst_at, Day(num_workers=nodes * NODE_CORES, took_seconds=took)),
        "a burst, and a node lost for an hour in it": (
            burst_at,
            Day(num_workers=nodes * NODE_CORES, took_seconds=took, lost=(burst_at + BURST_SECONDS / 2, NODE_CORES)),
        ),
    }
    told: dict[str, object] = {"nodes": nodes, "core_seconds": round(mean, 1)}
    for name, (at, day) in days.items():
        came = list(arrivals(np.random.default_rng(given.seed), given.uploads, burst_at=at))
        told[name] = {"uploads": len(came), **figures(simulate(day, came, np.random.default_rng(given.seed)))}
    told["held by a flood until it is quarantined"] = flood(given, unit, random)
    return told


def flood(given: argparse.Namespace, unit: dict[str, float], random: np.random.Generator) -> dict[str, object]:
    """Uploads that a work holds which everything matches, in the busiest hour, until it is quarantined.

    A work is quarantined with the upload that is one too many in an hour; those in hand then are held, too.
    """
    a_second = in_day(16 * 3600.0, given.uploads, burst_at=math.inf)
    most = unit["matches_per_work_per_hour"]
    in_hand = a_second * Library(given.hours, unit).suspect_core_seconds * UPLOAD_MINUTES
    seconds = float(np.sum(random.exponential(1 / a_second, int(most))))
    return {"uploads": round(most + in_hand), "seconds": round(seconds, 1)}


def checked(measured: dict[str, Any]) -> dict[str, object]:
    """What a benchmark of the service measured beside what its screenings' seconds make of it.

    Args:
        measured: what `benchmarks/service.py --json` printed: 8 uploads at a time, each awaited.
    """
    random, took = np.random.default_rng(5), measured["screening_seconds"]
    ends = []
    for _ in range(200):
        free = [0.0] * measured["workers"]
        for one in random.permutation(took):
            heapq.heappush(free, heapq.heappop(free) + float(one))
        ends.append(60 * len(took) / max(free))
    simulated = float(np.median(ends))
    return {
        "uploads_per_minute": round(measured["uploads_per_minute"], 2),
        "simulated": round(simulated, 2),
        "simulated_over_measured": round(simulated / measured["uploads_per_minute"], 2),
    }


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["table", "day", "check"])
    parser.add_argument("--uploads", type=float, default=1e5, help="day: uploads of one minute a day")
    parser.add_argument("--hours", type=float, default=1e4, help="day: of the library")
    parser.add_argument("--nodes", type=int, help="day: machines; by default those of the table")
    parser.add_argument("--spread", type=float, default=0.5, help="day: deviation of the logarithm of seconds")
    parser.add_argument("--seed", type=int, default=1, help="day: of chance")
    parser.add_argument("--figures", type=Path, help="check: what benchmarks/service.py --json printed")
    parser.add_argument("--json", action="store_true", help="nothing but JSON on one line")
    given = parser.parse_args()
    if given.what == "check" and given.figures is None:
        parser.error("check needs --figures")
    if given.what == "check":
        told = checked(json.loads(given.figures.read_text()))
    else:
        told = table(costs()) if given.what == "table" else simulated_day(given, costs())
    sys.stdout.write(json.dumps(told, indent=None if given.json else 1) + "\n")


if __name__ == "__main__":
    main()
