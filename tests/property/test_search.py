"""Search in a library is search in all its rows, whatever was added, removed and compacted before."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import DescriptorSet, Hits, NewEntry, SampleTable, SceneTable
from index.local import store
from index.local.library import Library
from index.reference import nearest

FLOATS = DescriptorSet(name="floats", version="1", weights_sha256=None, kind="float", dimensions=4)
BITS = DescriptorSet(name="bits", version="1", weights_sha256=None, kind="binary", dimensions=8)


@pytest.fixture(autouse=True, scope="module")
def hasty() -> Iterator[None]:
    """No test pulls the plug: waiting for the disk would only be waiting."""
    connect = store.connect

    def connect_hastily(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        patch.setattr(store, "connect", connect_hastily)
        yield


@pytest.fixture(scope="module")
def empty(hasty, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "library"
    with Library.create(path) as library:
        library.declare_set(FLOATS)
        library.declare_set(BITS)
    return path


@contextmanager
def copy_of(path: Path) -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(path, Path(folder) / "library")
        with Library.open(Path(folder) / "library") as library:
            yield library


def make(number: int, count: int, role: str, random: np.random.Generator) -> NewEntry:
    """An entry of coarse rows, so that equals are common."""
    gate = (np.arange(count) % 4 == 3).astype(np.uint8)
    indexed = int((gate == 0).sum())
    zeros = np.zeros(count, np.uint8)
    return NewEntry(
        entry_id=f"e{number}",
        role=role,
        source_path="x",
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        size_bytes=0,
        duration_seconds=0.0,
        facts_json="{}",
        catalogue={},
        samples=SampleTable(
            time_base=Fraction(1),
            start_pts=0,
            pts=np.arange(count),
            scene=np.zeros(count, np.int32),
            reason=zeros,
            gate=gate,
            quality=zeros,
            box=np.zeros((count, 4), np.int16),
        ),
        scenes=SceneTable(start_pts=np.array([0]), end_pts=np.array([count]), is_gradual=np.array([False])),
        descriptors={
            "floats": (random.integers(-8, 9, (indexed, 4)) / 8).astype(np.float32),
            "bits": random.integers(0, 256, (indexed, 1), dtype=np.uint8),
        },
    )


steps = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 9), st.sampled_from(["work", "work", "background"])),
    st.tuples(st.just("remove"), st.integers(0, 5), st.just("")),
    st.tuples(st.just("compact"), st.just(0), st.just("")),
)


def agree(hits: Hits, standing: dict[str, np.ndarray], queries: np.ndarray, k: int, kind: str) -> None:
    """The hits are what the reference finds in the rows of all entries, one after the other by identifier."""
    names = sorted(name for name, rows in standing.items() if len(rows))
    assert hits.entry_ids == tuple(names)
    width = queries.shape[1]
    rows = np.concatenate([np.empty((0, width), queries.dtype), *(standing[name] for name in names)])
    values, _ = nearest(rows, queries, k=k, kind=kind)
    found = values.shape[1]
    np.testing.assert_array_equal(hits.value[:, :found], values)
    assert (hits.entry[:, found:] == -1).all()
    assert (hits.row[:, found:] == -1).all()
    assert np.isinf(hits.value[:, found:]).all()
    for query, line in enumerate(zip(hits.entry[:, :found], hits.row[:, :found], strict=True)):
        places = list(zip(*(one.tolist() for one in line), strict=True))
        assert len(set(places)) == len(places)
        named = np.array([standing[names[entry]][row] for entry, row in places], dtype=rows.dtype)
        own, order = nearest(named.reshape(-1, width), queries[query : query + 1], k=k, kind=kind)
        np.testing.assert_array_equal(own[0], values[query])
        np.testing.assert_array_equal(order[0], np.arange(found))


@settings(max_examples=40)
@given(
    actions=st.lists(steps, max_size=9),
    seed=st.integers(0, 1000),
    num_queries=st.sampled_from([0, 1, 3, 70]),
    k=st.integers(1, 30),
)
def test_a_library_agrees_with_the_reference(empty, actions, seed, num_queries, k):
    random = np.random.default_rng(seed)
    standing: dict[tuple[str, str], NewEntry] = {}
    with copy_of(empty) as library:
        for number, (action, amount, role) in enumerate(actions):
            if action == "add":
                entry = make(number, amount, role, random)
                library.add(entry)
                standing[role, entry.entry_id] = entry
            elif action == "remove" and standing:
                key = sorted(standing)[amount % len(standing)]
                library.remove(standing.pop(key).entry_id)
            elif action == "compact":
                library.compact()
        queries = {
            "floats": (random.integers(-8, 9, (num_queries, 4)) / 8).astype(np.float32),
            "bits": random.integers(0, 256, (num_queries, 1), dtype=np.uint8),
        }
        for role in ("work", "background"):
            for one in (FLOATS, BITS):
                rows = {name: e.descriptors[one.name] for (r, name), e in standing.items() if r == role}
                hits = library.search(one.name, queries[one.name], k, role=role)
                agree(hits, rows, queries[one.name], k, one.kind)
        assert library.check() == ()


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), counts=st.lists(st.integers(1, 8), min_size=1, max_size=4), k=st.integers(1, 6))
def test_where_values_are_distinct_the_very_rows_agree(empty, seed, counts, k):
    random = np.random.default_rng(seed)
    with copy_of(empty) as library:
        places, rows = [], []
        for number, count in enumerate(counts):
            entry = make(number, count, "work", random)
            fine = random.standard_normal(entry.descriptors["floats"].shape).astype(np.float16).astype(np.float32)
            library.add(
                NewEntry(
                    **{name: getattr(entry, name) for name in NewEntry.__slots__ if name != "descriptors"},
                    descriptors={"floats": fine, "bits": entry.descriptors["bits"]},
                )
            )
            places += [(entry.entry_id, row) for row in range(len(fine))]
            rows.append(fine)
        queries = random.standard_normal((5, 4)).astype(np.float32)
        hits = library.search("floats", queries, k, role="work")
        values, positions = nearest(np.concatenate(rows), queries, k=k + 1, kind="float")
        for query in range(5):
            if (np.diff(values[query]) < -1e-4).all():  # distinct, the first one left out included
                got = zip(hits.entry[query].tolist(), hits.row[query].tolist(), strict=True)
                named = [(hits.entry_ids[entry], row) for entry, row in got if entry >= 0]
                assert named == [places[i] for i in positions[query][:k]]
