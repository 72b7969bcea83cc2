"""What is kept of the normalisation beside a library's rows is what would be computed of them, whatever happened."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import DescriptorSet, NewEntry, SampleTable, SceneTable, open_library
from similarity.align import usual
from similarity.align.normalise import bias_of
from similarity.align.usual import Grounds, renew_companions
from similarity.compare.works import Works

SETS = {"compact": 256, "composition": 216, "composition-tall": 216, "motion": 24, "pdq": 256}
BIASED = ("compact", "composition", "composition-tall")


def entry_of(number: int, role: str, count: int) -> NewEntry:
    random = np.random.default_rng([number, count])
    floats = {name: random.normal(size=(count, size)) + 0.3 for name, size in SETS.items() if name != "pdq"}
    zeros = np.zeros(count, np.uint8)
    return NewEntry(
        entry_id=f"{role}-{number}",
        role=role,
        source_path="made-up",
        sha256=f"{number:064x}",
        size_bytes=1,
        duration_seconds=count / 2,
        facts_json="{}",
        catalogue={},
        samples=SampleTable(
            time_base=Fraction(1, 2),
            start_pts=0,
            pts=np.arange(count),
            scene=np.zeros(count, np.int32),
            reason=zeros,
            gate=zeros,
            quality=zeros + 100,
            box=np.zeros((count, 4), np.int16),
        ),
        scenes=SceneTable(start_pts=np.array([0]), end_pts=np.array([count]), is_gradual=np.array([False])),
        descriptors={
            "pdq": random.integers(0, 256, (count, 32), dtype=np.uint8),
            **{
                name: (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
                for name, rows in floats.items()
            },
        },
    )


def empty_library(folder):
    library = open_library(folder, create=True)
    for name, size in SETS.items():
        kind = "binary" if name == "pdq" else "float"
        library.declare_set(DescriptorSet(name=name, version="1", weights_sha256=None, kind=kind, dimensions=size))
    return library


def require_kept_as_computed(library):
    grounds = Grounds(library)
    for entry in library.entries("work"):
        for name in BIASED:
            kept, ground = library.companion(entry.entry_id, name), grounds.of(name)
            assert kept.under == ground.under
            expected = ground.background.bias(library.descriptors(entry.entry_id, name))
            np.testing.assert_array_equal(bias_of(kept.values), expected)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "compact", "renew"]),
        st.sampled_from(["work", "background"]),
        st.integers(0, 3),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS, most_rows=st.sampled_from([5, 20_000]))
def test_kept_is_what_is_computed(steps, most_rows):
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(usual, "MAX_BACKGROUND_ROWS", most_rows)
        with empty_library(Path(folder) / "library") as library:
            for what, role, number, count in steps:
                standing = {entry.entry_id for entry in library.entries()}
                if what == "add" and f"{role}-{number}" not in standing:
                    library.add(Grounds(library).completed(entry_of(number, role, count)))
                elif what == "remove" and f"{role}-{number}" in standing:
                    library.remove(f"{role}-{number}")
                elif what == "compact":
                    library.compact()
                elif what == "renew":
                    renew_companions(library)
            rows = Works(library.snapshot())
            for work_id in rows.works:
                track = rows.work(work_id)
                np.testing.assert_array_equal(track.bias, rows.background.compact.bias(track.compact))
            renew_companions(library)
            require_kept_as_computed(library)
            assert library.check() == ()


def test_added_background_is_folded_in_without_computing_the_rest(tmp_path, monkeypatch):
    with empty_library(tmp_path / "library") as library:
        library.add(Grounds(library).completed(entry_of(1, "work", 40)))
        library.add(entry_of(2, "background", 30))
        compared = []
        original = usual.nearest_of
        monkeypatch.setattr(
            usual, "nearest_of", lambda rows, pictures: compared.append(len(pictures)) or original(rows, pictures)
        )
        monkeypatch.setattr(usual.Background, "nearest", None)
        assert renew_companions(library) == len(BIASED)
        assert compared == [30] * len(BIASED)
        monkeypatch.undo()
        require_kept_as_computed(library)
        assert renew_companions(library) == 0


def test_a_comparison_reads_what_is_kept(tmp_path, monkeypatch):
    with empty_library(tmp_path / "library") as library:
        library.add(entry_of(1, "work", 12))
        expected = Works(library.snapshot()).work("work-1")
        renew_companions(library)
        rows = Works(library.snapshot())
        assert rows.background.composition is not None
        monkeypatch.setattr(usual.Background, "nearest", None)
        found = rows.work("work-1")
        np.testing.assert_array_equal(found.bias, expected.bias)
        np.testing.assert_array_equal(found.composition.bias, expected.composition.bias)


def test_further_pictures_stand_in_until_a_library_has_background_enough(tmp_path):
    with empty_library(tmp_path / "library") as library:
        library.add(Grounds(library).completed(entry_of(1, "work", 8)))
        for count, num_shipped in ((999, 10_405), (16, 1000)):
            library.add(entry_of(count, "background", count))
            renew_companions(library)
            own = sum(entry.num_indexed for entry in library.entries("background"))
            background = Grounds(library).backgrounds
            assert len(background.compact.rows) == len(background.composition.rows) == num_shipped + own
            require_kept_as_computed(library)
