"""Small libraries of random vectors."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from index import DescriptorSet, NewEntry, SampleTable, SceneTable
from index.local import store
from index.local.library import Library

FLOATS = DescriptorSet(name="compact", version="test-1", weights_sha256=None, kind="float", dimensions=16)
BITS = DescriptorSet(name="pdq", version="test-1", weights_sha256=None, kind="binary", dimensions=64)


def make_entry(entry_id: str, *, seed: int = 0, count: int = 12, role="work", **changes) -> NewEntry:
    random = np.random.default_rng([seed, *entry_id.encode()])
    gate = (np.arange(count) % 5 == 4).astype(np.uint8)
    indexed = int((gate == 0).sum())
    rows = random.standard_normal((indexed, FLOATS.dimensions)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    samples = SampleTable(
        time_base=Fraction(1, 12800),
        start_pts=-512,
        pts=np.cumsum(random.integers(1, 9000, count)) - 513,
        scene=np.minimum(np.arange(count) // 4, 2).astype(np.int32),
        reason=(np.arange(count) % 4 == 0).astype(np.uint8),
        gate=gate,
        quality=random.integers(0, 101, count).astype(np.uint8),
        box=random.integers(-5, 1001, (count, 4)).astype(np.int16),
    )
    values = {
        "entry_id": entry_id,
        "role": role,
        "source_path": f"/films/secret-{entry_id}.mp4",
        "sha256": hashlib.sha256(f"{entry_id}{seed}".encode()).hexdigest(),
        "size_bytes": 12345,
        "duration_seconds": 6.25,
        "facts_json": '{"codec": "h264"}',
        "catalogue": {"title": f"Title of {entry_id}", "owner": "Ö"},
        "samples": samples,
        "scenes": SceneTable(
            start_pts=np.array([-512, 20000, 40000]),
            end_pts=np.array([20000, 40000, 200000]),
            is_gradual=np.array([False, True, False]),
        ),
        "descriptors": {
            "compact": rows,
            "pdq": random.integers(0, 256, (indexed, BITS.dimensions // 8), dtype=np.uint8),
        },
    }
    return NewEntry(**(values | changes))


@pytest.fixture(scope="session")
def make() -> Callable[..., NewEntry]:
    return make_entry


@pytest.fixture(scope="session")
def pristine(tmp_path_factory) -> Path:
    """An empty library with both sets declared, to be copied."""
    path = tmp_path_factory.mktemp("pristine") / "library"
    with Library.create(path) as library:
        library.declare_set(FLOATS)
        library.declare_set(BITS)
    return path


@pytest.fixture
def path(pristine, tmp_path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "library"))


def make_hasty(put: Callable[[object, str, object], None]) -> None:
    """No test pulls the plug: waiting for the disk would only be waiting."""
    connect = store.connect

    def connect_hastily(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    put(os, "fsync", lambda handle: None)
    put(store, "connect", connect_hastily)


@pytest.fixture(autouse=True)
def hasty(monkeypatch) -> None:
    make_hasty(monkeypatch.setattr)


@pytest.fixture
def library(path) -> Iterator[Library]:
    with Library.open(path) as library:
        yield library
