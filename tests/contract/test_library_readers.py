"""One contract for everything that a library is read through: the folder, its snapshot, and rows in memory."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from index import Companion, DescriptorSet, FilterRange, MemoryReader, NewEntry, SampleTable, SceneTable
from index.errors import DescriptorMismatchError, DuplicateIdError, UnknownEntryError
from index.local.library import Library

SETS = (
    DescriptorSet(name="bits", version="1", weights_sha256=None, kind="binary", dimensions=64),
    DescriptorSet(name="floats", version="1", weights_sha256="a" * 64, kind="float", dimensions=24),
)


def entry_of(entry_id: str, *, role="work", count: int = 15, seed: int = 0) -> NewEntry:
    random = np.random.default_rng([seed, *entry_id.encode()])
    gate = (np.arange(count) % 4 == 3).astype(np.uint8)
    indexed = int((gate == 0).sum())
    floats = random.standard_normal((indexed, 24)).astype(np.float32)
    return NewEntry(
        entry_id=entry_id,
        role=role,
        source_path=f"{entry_id}.mp4",
        sha256=f"{seed:064x}",
        size_bytes=7,
        duration_seconds=count / 2,
        facts_json="{}",
        catalogue={"title": entry_id.upper()},
        samples=SampleTable(
            time_base=Fraction(1, 2),
            start_pts=3,
            pts=np.arange(count) + 3,
            scene=np.zeros(count, np.int32),
            reason=np.zeros(count, np.uint8),
            gate=gate,
            quality=random.integers(0, 101, count).astype(np.uint8),
            box=np.zeros((count, 4), np.int16),
        ),
        scenes=SceneTable(start_pts=np.array([3]), end_pts=np.array([3 + count]), is_gradual=np.array([False])),
        descriptors={
            "floats": floats / np.linalg.norm(floats, axis=1, keepdims=True),
            "bits": random.integers(0, 256, (indexed, 8), dtype=np.uint8),
        },
    )


ENTRIES = (
    entry_of("film", seed=1),
    entry_of("Zebra", seed=2, count=70),
    entry_of("äther", seed=3),
    entry_of("empty", seed=4, count=0),
    entry_of("beach", seed=5, role="background"),
    replace(
        entry_of("numbered", seed=6),
        companions={"floats": Companion(under="noon", values=np.arange(24, dtype=np.float64).reshape(12, 2))},
        attachments={"sound": b"what was heard", "notes": b""},
    ),
)
RANGES = {
    "film": (
        FilterRange(
            work_id="film", start_seconds=1.0, end_seconds=2.0, reason="bought", decided_by="C", kind="licensed"
        ),
    )
}


def folder_of(path, sets=SETS, entries=ENTRIES, ranges=RANGES) -> Library:
    library = Library.create(path)
    for one in sets:
        library.declare_set(one)
    for entry in entries:
        library.add(entry)
    for entry_id, some in ranges.items():
        library.set_filter_ranges(entry_id, some)
    return library


@pytest.fixture(params=["folder", "snapshot", "memory"], scope="module")
def reader(request, tmp_path_factory):
    if request.param == "memory":
        yield MemoryReader(reversed(SETS), reversed(ENTRIES), RANGES)
        return
    with folder_of(tmp_path_factory.mktemp("libraries") / "library") as library:
        yield library.snapshot() if request.param == "snapshot" else library


def test_entries_stand_in_order_with_what_was_said_of_them(reader):
    assert [one.entry_id for one in reader.entries()] == ["Zebra", "beach", "empty", "film", "numbered", "äther"]
    assert [one.entry_id for one in reader.entries("background")] == ["beach"]
    film = reader.entry("film")
    assert (film.role, film.source_path, film.size_bytes, film.duration_seconds) == ("work", "film.mp4", 7, 7.5)
    assert (film.num_samples, film.num_indexed, film.num_scenes) == (15, 12, 1)
    assert film.catalogue == {"title": "FILM"}
    assert reader.descriptor_sets() == SETS
    assert reader.filter_ranges("film") == RANGES["film"]
    assert reader.filter_ranges("äther") == ()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.entry_id)
def test_tables_and_rows_come_back_as_they_are_stored(reader, entry):
    samples, scenes = reader.samples(entry.entry_id), reader.scenes(entry.entry_id)
    assert (samples.time_base, samples.start_pts) == (Fraction(1, 2), 3)
    for name in ("pts", "scene", "reason", "gate", "quality", "box"):
        np.testing.assert_array_equal(getattr(samples, name), getattr(entry.samples, name))
    for name in ("start_pts", "end_pts", "is_gradual"):
        np.testing.assert_array_equal(getattr(scenes, name), getattr(entry.scenes, name))
    half = entry.descriptors["floats"].astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(reader.descriptors(entry.entry_id, "floats"), half)
    np.testing.assert_array_equal(reader.descriptors(entry.entry_id, "bits"), entry.descriptors["bits"])


@pytest.mark.parametrize("name", ["floats", "bits"])
@pytest.mark.parametrize(("role", "k"), [("work", 5), ("work", 100), ("background", 3)])
@pytest.mark.parametrize("num_queries", [0, 3, 130])
def test_search_finds_what_the_definition_says(reader, name, role, k, num_queries):
    random = np.random.default_rng(7)
    queries = random.integers(0, 256, (num_queries, 8), dtype=np.uint8)
    if name == "floats":
        queries = random.standard_normal((num_queries, 24)).astype(np.float32)
    hits = reader.search(name, queries, k, role=role)
    owners = [
        one for one in sorted(ENTRIES, key=lambda one: one.entry_id.encode()) if one.role == role and len(one.samples)
    ]
    assert hits.entry_ids == tuple(one.entry_id for one in owners)
    rows = {one.entry_id: reader.descriptors(one.entry_id, name) for one in owners}
    count = sum(map(len, rows.values()))
    assert hits.value.shape == (num_queries, k)
    assert ((hits.entry >= 0) == (np.arange(k) < count)).all()
    every = np.concatenate(list(rows.values()))
    expected = (
        -np.sort(-(queries @ every.T), axis=1)
        if name == "floats"
        else np.sort(np.unpackbits(queries[:, None] ^ every[None], axis=2).sum(axis=2), axis=1)
    )
    np.testing.assert_allclose(hits.value[:, :count], expected[:, :k], atol=1e-4)
    for line in range(num_queries):
        for place in range(min(k, count)):
            row = rows[hits.entry_ids[hits.entry[line, place]]][hits.row[line, place]]
            alike = queries[line] @ row if name == "floats" else np.unpackbits(queries[line] ^ row).sum()
            assert alike == pytest.approx(hits.value[line, place], abs=1e-4)
        assert len(set(zip(hits.entry[line, :count], hits.row[line, :count], strict=True))) == min(k, count)


def test_equal_rows_stand_in_order_of_entry_and_row(reader):
    queries = np.zeros((2, 24), np.float32)
    hits = reader.search("floats", queries, 40, role="work")
    places = list(zip(hits.entry[0].tolist(), hits.row[0].tolist(), strict=True))
    assert places == sorted(places)


def test_the_state_is_that_of_a_folder_which_holds_the_same(reader, tmp_path):
    with folder_of(tmp_path / "same") as library:
        assert reader.state_sha256() == library.state_sha256()
        assert reader.state_sha256("work") == library.state_sha256("work") != library.state_sha256()


def test_what_is_attached_is_there_by_its_name(reader):
    assert reader.attached("numbered") == {"sound", "notes"}
    assert reader.attachment("numbered", "sound") == b"what was heard"
    assert reader.attachment("numbered", "notes") == b""
    assert reader.attachment("numbered", "smell") is None
    assert reader.attached("film") == frozenset()
    with pytest.raises(UnknownEntryError):
        reader.attachment("nobody", "sound")


def test_numbers_beside_rows_come_back(reader):
    found = reader.companion("numbered", "floats")
    assert found.under == "noon"
    np.testing.assert_array_equal(found.values, ENTRIES[-1].companions["floats"].values)
    assert reader.companion("numbered", "bits") is None
    assert reader.companion("film", "floats") is None
    with pytest.raises(UnknownEntryError):
        reader.companion("nobody", "floats")


def test_names_that_are_not_there(reader):
    for ask in (reader.entry, reader.samples, reader.scenes, reader.filter_ranges):
        with pytest.raises(UnknownEntryError, match="'nobody'"):
            ask("nobody")
    with pytest.raises(UnknownEntryError):
        reader.descriptors("nobody", "bits")
    for ask in (
        lambda: reader.descriptors("film", "clip"),
        lambda: reader.search("clip", np.zeros((1, 8)), 1, role="work"),
    ):
        with pytest.raises(KeyError, match="bits, floats"):
            ask()


def test_queries_that_cannot_be_compared(reader):
    with pytest.raises(DescriptorMismatchError, match="float32"):
        reader.search("floats", np.zeros((1, 24)), 1, role="work")
    with pytest.raises(ValueError, match="k is 0"):
        reader.search("floats", np.zeros((1, 24), np.float32), 0, role="work")


@pytest.mark.parametrize(
    ("sets", "entries", "ranges", "refused"),
    [
        (SETS, [replace(ENTRIES[0], sha256="x")], {}, ValueError),
        (SETS[:1], ENTRIES, {}, DescriptorMismatchError),
        (
            SETS,
            [replace(ENTRIES[0], companions={"floats": Companion(under="", values=np.zeros((3, 1)))})],
            {},
            DescriptorMismatchError,
        ),
        ((*SETS, replace(SETS[0], version="2")), ENTRIES, {}, DescriptorMismatchError),
        (SETS, [*ENTRIES, replace(ENTRIES[0], sha256="b" * 64)], {}, DuplicateIdError),
        (SETS, [*ENTRIES, replace(ENTRIES[0], role="background")], {}, DuplicateIdError),
        (SETS, ENTRIES, {"nobody": ()}, UnknownEntryError),
        (SETS, ENTRIES, {"film": [replace(RANGES["film"][0], end_seconds=0.5)]}, ValueError),
    ],
)
def test_memory_refuses_what_a_folder_refuses(sets, entries, ranges, refused, tmp_path):
    with pytest.raises(refused) as in_memory:
        MemoryReader(sets, entries, ranges)
    with pytest.raises(refused) as in_folder:
        folder_of(tmp_path / "library", sets, entries, ranges)
    assert str(in_memory.value) == str(in_folder.value)


LATE = DescriptorSet(name="late", version="1", weights_sha256=None, kind="float", dimensions=8)


@pytest.mark.parametrize("kind", ["folder", "memory"])
def test_an_entry_may_lack_an_optional_set(kind, tmp_path):
    rows = np.eye(8, dtype=np.float32)[np.arange(12) % 8]
    film, other = entry_of("film", seed=1), entry_of("other", seed=2)
    with_rows = replace(film, descriptors={**film.descriptors, "late": rows})
    with folder_of(tmp_path / "library", entries=(), ranges={}) as library:
        library.declare_set(LATE, is_optional=True)
        for entry in (with_rows, other):
            library.add(entry)
        read = library if kind == "folder" else MemoryReader([*SETS, LATE], [with_rows, other], {}, optional=["late"])
        assert read.sets_of("film") == {"bits", "floats", "late"}
        assert read.sets_of("other") == {"bits", "floats"}
        np.testing.assert_array_equal(read.descriptors("film", "late"), rows)
        with pytest.raises(KeyError, match="'other' holds no rows of 'late'"):
            read.descriptors("other", "late")
        assert read.search("late", rows[:1], 1, role="work").entry_ids == ("film",)
        assert read.state_sha256() == library.state_sha256()
    with pytest.raises(DescriptorMismatchError):
        MemoryReader([*SETS, LATE], [other], {})


def test_facts_of_an_entry_are_put_anew(tmp_path):
    with Library.create(tmp_path / "library") as library:
        for one in SETS:
            library.declare_set(one)
        library.add(entry_of("film", seed=1))
        before = library.snapshot()
        library.set_facts("film", '{"text": "said"}')
        assert before.entry("film").facts_json == "{}"
        assert library.entry("film").facts_json == '{"text": "said"}'
        with pytest.raises(ValueError, match="no JSON object"):
            library.set_facts("film", "[]")
        with pytest.raises(UnknownEntryError):
            library.set_facts("none", "{}")
        assert library.check() == ()
