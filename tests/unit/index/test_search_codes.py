"""Search by codes finds what exact search finds, whatever was added and removed since the codes were made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.small_library import make_entry

from index.errors import LibraryDamagedError
from index.local import coding, tuning
from index.local.library import Library


def clustered(name, seed, count=300):
    """An entry whose rows lie by shots, as consecutive pictures do."""
    random = np.random.default_rng(seed)
    entry = make_entry(name, seed=seed, count=count)
    indexed = len(entry.samples.indexed)
    size = entry.descriptors["compact"].shape[1]
    centres = random.standard_normal((indexed // 8 + 1, size))
    rows = centres[np.arange(indexed) // 8] + 0.3 * random.standard_normal((indexed, size))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return replace(entry, descriptors={**entry.descriptors, "compact": rows})


@pytest.fixture
def tuned(library):
    for number in range(12):
        library.add(clustered(f"work-{number}", number))
    library.tune(least_rows=1)
    return library


def queries_of(library, random, count=60):
    """Rows of the library, turned away a little."""
    found = []
    for _ in range(count):
        entry = library.entries("work")[int(random.integers(len(library.entries("work"))))]
        rows = library.descriptors(entry.entry_id, "compact")
        row = rows[int(random.integers(len(rows)))]
        other = random.standard_normal(len(row))
        found.append(0.85 * row + 0.5 * other / np.linalg.norm(other))
    rows = np.array(found, dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def recall(library, k=1):
    queries = queries_of(library, np.random.default_rng(9))
    found = library.search("compact", queries, 8, role="work")
    exact = library.search("compact", queries, 8, role="work", is_exact=True)
    same = (found.entry[:, :k] == exact.entry[:, :k]) & (found.row[:, :k] == exact.row[:, :k])
    np.testing.assert_allclose(found.value[:, 0][same[:, 0]], exact.value[:, 0][same[:, 0]], atol=1e-4)
    for line in range(len(queries)):
        for place in range(8):
            row = library.descriptors(found.entry_ids[found.entry[line, place]], "compact")[found.row[line, place]]
            assert float(queries[line] @ row) == pytest.approx(float(found.value[line, place]), abs=1e-4)
        assert len(set(zip(found.entry[line], found.row[line], strict=True))) == 8
    return same.mean()


def test_codes_tell_what_to_read(tuned):
    (codes,) = tuned.search_codes()
    assert (codes.set_name, codes.role, codes.num_rows) == ("compact", "work", codes.num_rows_coded)
    assert 0 < codes.num_codes <= codes.num_rows
    assert recall(tuned) >= 0.98
    assert tuned.check() == ()
    assert recall(tuned.snapshot()) >= 0.98


def test_what_was_added_later_is_found_and_what_went_is_not(tuned):
    tuned.add(clustered("late", 77))
    tuned.remove("work-3")
    tuned.remove("late")
    tuned.add(clustered("later", 78))  # takes the place that "late" had in the catalogue
    (codes,) = tuned.search_codes()
    assert codes.num_rows_coded < codes.num_rows
    assert recall(tuned) >= 0.98
    hits = tuned.search("compact", queries_of(tuned, np.random.default_rng(1)), 8, role="work")
    assert {"work-3", "late"}.isdisjoint(hits.entry_ids)
    assert tuned.check() == ()


def test_codes_grow_with_the_library(tuned, monkeypatch):
    monkeypatch.setattr(tuning, "MOST_UNCODED_ROWS", 300)
    for number in range(20, 26):
        tuned.add(clustered(f"work-{number}", number))
        if number == 22:
            tuned.remove("work-5")
    (codes,) = tuned.search_codes()
    assert codes.num_rows - codes.num_rows_coded <= 300
    assert recall(tuned) >= 0.98
    tuned.compact()
    assert recall(tuned) >= 0.98
    assert tuned.check() == ()


def test_a_small_library_is_searched_itself(library):
    library.add(clustered("film", 1))
    assert library.tune() == ()
    assert library.search_codes() == ()


def test_rows_without_direction_get_no_codes(library):
    still = clustered("stills", 1)
    rows = {**still.descriptors, "compact": np.zeros_like(still.descriptors["compact"])}
    library.add(replace(still, descriptors=rows))
    assert library.tune(least_rows=1) == ()
    assert library.check() == ()


def test_codes_that_are_not_whole_leave_the_old_ones(tuned, monkeypatch):
    before = tuned.search_codes()

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("index.local.library.insert_codes", stop)
    with pytest.raises(KeyboardInterrupt):
        tuned.tune(least_rows=1)
    monkeypatch.undo()
    assert tuned.search_codes() == before
    assert recall(tuned) >= 0.98
    tuned.add(clustered("next", 50))
    assert len(list(tuned.path.glob("segments/codes-*"))) == 1
    assert tuned.check() == ()


def test_damage_to_codes_is_found_and_mended_by_making_them_anew(tuned):
    (file,) = tuned.path.glob("segments/codes-*")
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)
    assert [damage.where for damage in tuned.check()] == [f"segments/{file.name}"]
    file.write_bytes(content[:-5])
    assert [damage.where for damage in tuned.check()] == [f"segments/{file.name}"]
    with Library.open(tuned.path) as other, pytest.raises(LibraryDamagedError, match="library check"):
        other.search("compact", np.zeros((1, 16), np.float32), 1, role="work")
    tuned.tune(least_rows=1)
    assert tuned.check() == ()
    assert recall(tuned) >= 0.98


@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 9, 40])
def test_every_row_with_a_direction_is_told_by_one_code(count):
    random = np.random.default_rng(count)
    rows = np.repeat(random.standard_normal((count, 16)), 3, axis=0)[:count] + 0.05 * random.standard_normal(
        (count, 16)
    )
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    rows[5:6] = 0
    first, ids = coding.runs_of(rows, 7)
    entry, start, length = coding.split_ids(ids)
    assert (entry == 7).all()
    np.testing.assert_array_equal(start, first)
    told = [row for one, long in zip(start, length, strict=True) for row in range(one, one + long)]
    assert sorted(told) == [row for row in range(count) if rows[row].any()]
    for one, long in zip(start, length, strict=True):
        assert (rows[one : one + long] @ rows[one] >= 0.89).all()
