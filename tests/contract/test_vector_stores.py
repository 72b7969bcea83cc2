"""One contract for everything that finds the nearest rows: the reference, FAISS both ways, torch, a whole library."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from index import DescriptorSet, NewEntry, SampleTable, SceneTable
from index.codes import encode
from index.device import torch_nearest
from index.local.disk.segments import SEGMENTS_FOLDER, open_segment, write_segment
from index.local.library import Library
from index.local.search import _search_blocks, _search_segment
from index.reference import nearest

SETS = {
    "float": DescriptorSet(name="floats", version="1", weights_sha256=None, kind="float", dimensions=24),
    "binary": DescriptorSet(name="bits", version="1", weights_sha256=None, kind="binary", dimensions=64),
}


def in_faiss(folder: Path, search: Callable):
    def ask(rows, queries, *, k, kind):
        (folder / SEGMENTS_FOLDER).mkdir(exist_ok=True)
        blocks = [encode(rows[:3], SETS[kind]), encode(rows[3:], SETS[kind])]
        segment = write_segment(folder, descriptor_set=SETS[kind], role="work", blocks=blocks)
        return search(open_segment(folder, segment), queries, k, kind)

    return ask


def scan(index, queries, k, kind):
    return _search_segment(index, queries, k=k, kind=kind, device="cpu")


def blocks(index, queries, k, kind):
    if kind == "binary":
        pytest.skip("bits are always scanned")
    return _search_blocks(index, queries, k=min(k, index.ntotal))


def in_torch(rows, queries, *, k, kind):
    return torch_nearest(rows, queries, k=k, kind=kind, device="cpu")


def as_entry(rows, kind) -> NewEntry:
    count = len(rows)
    zeros = np.zeros(count, np.uint8)
    return NewEntry(
        entry_id="all",
        role="background",
        source_path="all.mp4",
        sha256="0" * 64,
        size_bytes=1,
        duration_seconds=1.0,
        facts_json="{}",
        catalogue={},
        samples=SampleTable(
            time_base=Fraction(1, 2),
            start_pts=0,
            pts=np.arange(count),
            scene=np.zeros(count, np.int32),
            reason=zeros,
            gate=zeros,
            quality=zeros,
            box=np.zeros((count, 4), np.int16),
        ),
        scenes=SceneTable(start_pts=np.array([0]), end_pts=np.array([count]), is_gradual=np.array([False])),
        descriptors={SETS[kind].name: rows},
    )


def in_library(folder: Path):
    def ask(rows, queries, *, k, kind):
        with Library.create(folder / "library") as library:
            library.declare_set(SETS[kind])
            library.add(as_entry(rows, kind))
            hits = library.search(SETS[kind].name, queries, k, role="background")
            assert library.search(SETS[kind].name, queries, k, role="work").entry_ids == ()
        is_there = hits.entry >= 0
        assert (is_there == (np.arange(k) < len(rows))).all()
        return hits.value[:, : len(rows)], hits.row[:, : len(rows)]

    return ask


@pytest.fixture(params=["reference", "faiss scan", "faiss blocks", "torch", "library"])
def find(request, tmp_path) -> Callable:
    return {
        "reference": nearest,
        "faiss scan": in_faiss(tmp_path, scan),
        "faiss blocks": in_faiss(tmp_path, blocks),
        "torch": in_torch,
        "library": in_library(tmp_path),
    }[request.param]


def some(kind: str, count: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    if kind == "binary":
        return random.integers(0, 256, (count, 8), dtype=np.uint8)
    rows = random.standard_normal((count, 24)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float16).astype(np.float32)


@pytest.mark.parametrize("kind", ["float", "binary"])
@pytest.mark.parametrize(("count", "k"), [(200, 7), (5, 5), (4, 9)])
def test_it_finds_what_the_definition_says(find, kind, count, k):
    rows, queries = some(kind, count, 1), some(kind, 6, 2)
    values, positions = find(rows, queries, k=k, kind=kind)
    if kind == "float":
        every = queries @ rows.T
        expected = -np.sort(-every, axis=1)[:, :k]
    else:
        every = np.array(
            [[sum(int(a ^ b).bit_count() for a, b in zip(q, r, strict=True)) for r in rows] for q in queries]
        )
        expected = np.sort(every, axis=1)[:, :k]
    np.testing.assert_allclose(values, expected, atol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(every, positions.astype(np.intp), axis=1), values, atol=1e-5)
    assert all(len(set(line)) == len(line) for line in positions.tolist())


@pytest.mark.parametrize("kind", ["float", "binary"])
def test_a_row_is_its_own_nearest(find, kind):
    rows = some(kind, 70, 3)
    values, positions = find(rows, rows, k=1, kind=kind)
    np.testing.assert_array_equal(positions[:, 0], np.arange(70))
    np.testing.assert_allclose(values[:, 0], 1.0 if kind == "float" else 0.0, atol=2e-3)
