"""What a library holds, gives back and refuses."""

from __future__ import annotations

import csv
import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from index import DescriptorSet, FilterRange
from index.errors import (
    DescriptorMismatchError,
    DuplicateIdError,
    LibraryDamagedError,
    LibraryNotFoundError,
    LibraryWriteError,
    UnknownEntryError,
)
from index.local.library import Library

SAMPLE_COLUMNS = ("pts", "scene", "reason", "gate", "quality", "box")


def test_what_goes_in_comes_out(library, make):
    entry = make("film", count=50)
    assert library.add(entry).was_added
    found = library.entry("film")
    for name in ("entry_id", "role", "source_path", "sha256", "size_bytes", "duration_seconds", "facts_json"):
        assert getattr(found, name) == getattr(entry, name)
    assert found.catalogue == entry.catalogue
    assert (found.num_samples, found.num_indexed, found.num_scenes) == (50, 40, 3)
    samples, scenes = library.samples("film"), library.scenes("film")
    for name in SAMPLE_COLUMNS:
        np.testing.assert_array_equal(getattr(samples, name), getattr(entry.samples, name), strict=True)
    assert (samples.time_base, samples.start_pts) == (entry.samples.time_base, -512)
    for name in ("start_pts", "end_pts", "is_gradual"):
        np.testing.assert_array_equal(getattr(scenes, name), getattr(entry.scenes, name), strict=True)
    np.testing.assert_allclose(library.descriptors("film", "compact"), entry.descriptors["compact"], atol=5e-4)
    np.testing.assert_array_equal(library.descriptors("film", "pdq"), entry.descriptors["pdq"], strict=True)


def test_it_survives_being_closed(path, make):
    with Library.open(path) as library:
        library.add(make("film"))
        state = library.state_sha256()
    with Library.open_or_create(path) as library:
        assert [entry.entry_id for entry in library.entries()] == ["film"]
        assert library.state_sha256() == state
        assert library.path == path


def test_an_id_takes_its_content_once(library, make):
    entry = make("film")
    library.add(entry)
    before = library.state_sha256()
    again = library.add(entry)
    assert (again.entry_id, again.was_added) == ("film", False)
    assert library.state_sha256() == before
    with pytest.raises(DuplicateIdError, match="background"):
        library.add(replace(entry, role="background"))


def test_the_same_content_stands_under_as_many_ids_as_it_is_given(library, make):
    entry = make("film")
    library.add(entry)
    assert library.add(replace(entry, entry_id="number-2")).was_added
    assert [one.entry_id for one in library.entries_by_sha256(entry.sha256)] == ["film", "number-2"]
    hits = library.search("compact", entry.descriptors["compact"], 2, role="work")
    assert {hits.entry_ids[i] for i in hits.entry.ravel()} == {"film", "number-2"}
    assert library.check() == ()
    library.remove("film")
    assert [one.entry_id for one in library.entries_by_sha256(entry.sha256)] == ["number-2"]
    np.testing.assert_array_equal(library.descriptors("number-2", "pdq"), entry.descriptors["pdq"])
    assert library.check() == ()


def test_roles_are_kept_apart_even_for_the_same_content(library, make):
    entry = make("film")
    library.add(entry)
    assert library.add(replace(entry, entry_id="as-background", role="background")).was_added
    assert [entry.entry_id for entry in library.entries("background")] == ["as-background"]
    assert [entry.entry_id for entry in library.entries("work")] == ["film"]


def test_an_id_stands_for_one_content(library, make):
    library.add(make("film"))
    with pytest.raises(DuplicateIdError, match=r"film.*remove the old one"):
        library.add(make("film", seed=1))
    with pytest.raises(DuplicateIdError):
        library.add(make("film", role="background"))


def test_an_entry_without_indexed_samples_is_an_entry(library, make):
    black = make("black", count=0)
    library.add(black)
    library.add(make("film"))
    assert library.entry("black").num_indexed == 0
    assert library.descriptors("black", "compact").shape == (0, 16)
    assert len(library.samples("black")) == 0
    assert library.check() == ()
    library.remove("black")
    assert library.check() == ()


@pytest.mark.parametrize(
    "descriptors",
    [
        lambda good: {"compact": good["compact"]},
        lambda good: good | {"clip": good["compact"]},
        lambda good: good | {"compact": good["compact"][:-1]},
        lambda good: good | {"compact": good["compact"].astype(np.float64)},
        lambda good: good | {"compact": good["compact"][:, :-1]},
        lambda good: good | {"compact": good["compact"] * np.nan},
        lambda good: good | {"pdq": good["pdq"].astype(np.int16)},
    ],
)
def test_every_declared_set_needs_one_good_row_per_indexed_sample(library, make, descriptors):
    entry = make("film")
    with pytest.raises(DescriptorMismatchError):
        library.add(replace(entry, descriptors=descriptors(dict(entry.descriptors))))
    assert library.entries() == ()


def test_tables_that_contradict_themselves_are_refused(library, make):
    entry = make("film")
    samples, scenes = entry.samples, entry.scenes
    for wrong in (
        replace(entry, samples=replace(samples, pts=samples.pts[::-1])),
        replace(entry, samples=replace(samples, scene=samples.scene + 1)),
        replace(entry, scenes=replace(scenes, end_pts=scenes.end_pts + 1)),
        replace(entry, sha256="none"),
        replace(entry, entry_id=""),
        replace(entry, facts_json="[]"),
        replace(entry, duration_seconds=float("nan")),
    ):
        with pytest.raises(ValueError, match=r"film|entry id"):
            library.add(wrong)
    assert library.entries() == ()
    with pytest.raises(ValueError, match=r"SampleTable.box: expected int16\(n, 4\) with n = 12, got int16\(12, 3\)"):
        replace(samples, box=samples.box[:, :3])
    with pytest.raises(ValueError, match=r"SceneTable.end_pts: expected int64\(n\) with n = 3, got int64\(2\)"):
        replace(scenes, end_pts=scenes.end_pts[:2])


def test_a_set_stands_for_one_version(library, make):
    compact = library.descriptor_sets()[0]
    library.declare_set(compact)
    for change in ({"version": "2"}, {"dimensions": 32}, {"kind": "binary"}, {"weights_sha256": "0" * 64}):
        with pytest.raises(DescriptorMismatchError, match="cannot be compared"):
            library.declare_set(replace(compact, **change))
    library.add(make("film"))
    late = DescriptorSet(name="clip", version="1", weights_sha256=None, kind="float", dimensions=8)
    with pytest.raises(DescriptorMismatchError, match="1 entries without 'clip'"):
        library.declare_set(late)
    with pytest.raises(ValueError, match="multiple of 8"):
        library.declare_set(replace(late, kind="binary", dimensions=9))
    with pytest.raises(ValueError, match="name"):
        library.declare_set(replace(late, name="../x"))


def test_names_that_are_not_there(library, tmp_path):
    for ask in (library.entry, library.samples, library.scenes, library.filter_ranges, library.remove):
        with pytest.raises(UnknownEntryError, match="'nobody'"):
            ask("nobody")
    with pytest.raises(UnknownEntryError):
        library.set_filter_ranges("nobody", ())
    with pytest.raises(KeyError, match="compact, pdq"):
        library.search("clip", np.zeros((1, 8), np.float32), 1, role="work")
    assert library.entries_by_sha256("0" * 64) == ()
    with pytest.raises(LibraryNotFoundError, match="similarity add"):
        Library.open(tmp_path / "elsewhere")


def test_filtration_ranges_are_kept_in_order_and_replaced(library, make):
    library.add(make("film"))
    assert library.filter_ranges("film") == ()
    ranges = [
        FilterRange(work_id="film", start_seconds=5.0, end_seconds=7.5, reason="stock footage", decided_by="owner"),
        FilterRange(work_id="film", start_seconds=0.0, end_seconds=1.0, reason="logo", decided_by="counsel"),
    ]
    library.set_filter_ranges("film", ranges)
    assert library.filter_ranges("film") == tuple(ranges)
    library.set_filter_ranges("film", ranges[:1])
    assert library.filter_ranges("film") == tuple(ranges[:1])
    with pytest.raises(ValueError, match="in seconds"):
        library.set_filter_ranges("film", [replace(ranges[0], end_seconds=5.0)])
    with pytest.raises(ValueError, match="expected one of 'film'"):
        library.set_filter_ranges("film", [replace(ranges[0], work_id="other")])
    assert library.check() == ()


def test_state_is_the_content_whatever_the_order_or_layout(tmp_path, pristine, make):
    states = set()
    for number, names in enumerate(("abc", "cba")):
        path = shutil.copytree(pristine, tmp_path / str(number))
        with Library.open(path) as library:
            for name in names:
                library.add(make(name))
            states.add(library.state_sha256())
            assert library.state_sha256("background") not in states
            library.compact()
            states.add(library.state_sha256())
            library.add(make("d"))
            assert library.state_sha256() not in states
            library.remove("d")
            states.add(library.state_sha256())
    assert len(states) == 1


def test_removal_leaves_no_trace_in_any_file(path, make):
    gone, kept = make("gone-film", count=40), make("kept-film", count=40)
    with Library.open(path) as library:
        for entry in (make("first"), gone, kept):
            library.add(entry)
        library.compact()
        library.remove("gone-film")
        assert library.check() == ()
        with pytest.raises(UnknownEntryError):
            library.entry("gone-film")
        content = b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
    for name, trace in (
        ("compact", lambda rows: rows[3].astype("<f2").tobytes()),
        ("pdq", lambda rows: rows[3].tobytes()),
    ):
        assert trace(gone.descriptors[name]) not in content
        assert trace(kept.descriptors[name]) in content
    assert b"gone-film" not in content
    assert gone.sha256.encode() not in content
    assert b"kept-film" in content


def test_many_small_segments_become_few_by_themselves(path, make):
    with Library.open(path) as library:
        for i in range(35):
            library.add(make(f"film{i}"))
        assert len(list((path / "segments").iterdir())) < 10
        assert library.compact() > 0
        assert library.compact() == 0
        assert len(list((path / "segments").iterdir())) == 2
        assert library.check() == ()
        np.testing.assert_array_equal(library.descriptors("film20", "pdq"), make("film20").descriptors["pdq"])


def test_a_sample_costs_less_than_a_kilobyte(tmp_path, make):
    sets = {"compact": ("float", 256), "pdq": ("binary", 256)}
    random = np.random.default_rng(0)
    with Library.create(tmp_path / "library") as library:
        for name, (kind, dimensions) in sets.items():
            library.declare_set(
                DescriptorSet(name=name, version="1", weights_sha256=None, kind=kind, dimensions=dimensions)
            )
        entry = make("film", count=2000)
        descriptors = {
            "compact": random.standard_normal((1600, 256)).astype(np.float32),
            "pdq": random.integers(0, 256, (1600, 32), dtype=np.uint8),
        }
        library.add(replace(entry, descriptors=descriptors))
    size_bytes = sum(file.stat().st_size for file in (tmp_path / "library").rglob("*") if file.is_file())
    assert size_bytes / 2000 < 600


def test_creation_refuses_what_stands_there(path, tmp_path):
    with pytest.raises(LibraryWriteError, match="already"):
        Library.create(path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(LibraryWriteError, match=r"letter\.txt"):
        Library.open_or_create(tmp_path / "full")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(LibraryWriteError):
        Library.create(tmp_path / "file")


def test_what_a_killed_creation_left_is_cleared_away(tmp_path, make):
    path = tmp_path / "library"
    leftover = path / "creating.0123.tmp"
    leftover.mkdir(parents=True)
    (leftover / "catalogue.sqlite").write_bytes(b"half")
    (path / "segments").mkdir()
    (path / "writer.json").write_text("{")
    with pytest.raises(LibraryNotFoundError):
        Library.open(path)
    with Library.open_or_create(path) as library:
        assert not leftover.exists()
        leftover.mkdir()
        library.declare_set(DescriptorSet(name="a", version="1", weights_sha256=None, kind="float", dimensions=8))
        assert not leftover.exists()
        assert library.check() == ()


def test_a_folder_may_have_any_name(tmp_path, make):
    path = tmp_path / "my library #1 [50%] ? ü"
    with Library.create(path) as library:
        assert library.entries() == ()
    with Library.open(path) as library:
        assert library.check() == ()


def test_export_is_plain_text_for_people(library, make, tmp_path):
    library.add(make("film"))
    library.set_filter_ranges(
        "film", [FilterRange(work_id="film", start_seconds=1, end_seconds=2, reason="logo", decided_by="me")]
    )
    library.export(tmp_path / "out")
    tables = {
        file.stem: list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
        for file in (tmp_path / "out").glob("*.csv")
    }
    assert {name: len(rows) for name, rows in tables.items()} == {
        "entries": 1,
        "samples": 12,
        "scenes": 3,
        "filter_ranges": 1,
    }
    assert tables["entries"][0]["catalogue:title"] == "Title of film"
    assert float(tables["samples"][5]["seconds"]) == library.samples("film").seconds[5]
    assert tables["samples"][4]["gate"] == "black"
    overview = json.loads((tmp_path / "out" / "library.json").read_text(encoding="utf-8"))
    assert overview["state_sha256"] == library.state_sha256()
    with pytest.raises(LibraryWriteError, match="exists already"):
        library.export(tmp_path / "out")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["library", "out"]


def test_threads_may_share_a_library(library, make):
    entry = make("steady")
    library.add(entry)

    def ask(number: int) -> set[str]:
        if number % 4 == 0:
            library.add(make(f"more{number}"))
        hits = library.search("pdq", entry.descriptors["pdq"], 1, role="work")
        return {hits.entry_ids[i] for i in hits.entry[:, 0]}

    with ThreadPoolExecutor(4) as threads:
        assert all(found == {"steady"} for found in threads.map(ask, range(40)))
    assert len(library.entries()) == 11
    assert library.check() == ()


def test_an_interrupted_change_is_undone_and_sealed(library, make, path, monkeypatch):
    library.add(make("film"))
    before = library.state_sha256()

    def interrupt(*arguments, **names):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.local.sql.writing.pack_scenes", interrupt)
        with pytest.raises(KeyboardInterrupt):
            library.add(make("other"))
    assert library.state_sha256() == before
    assert library.check() == ()
    assert b'"closed"' in (path / "catalogue.seal").read_bytes()
    assert len(list((path / "segments").iterdir())) == 2


CLIP = DescriptorSet(name="clip", version="1", weights_sha256="b" * 64, kind="float", dimensions=8)


def subjects(entry, seed=0):
    rows = np.random.default_rng(seed).standard_normal((len(entry.samples.indexed), 8)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_entries_that_stand_get_the_rows_of_an_optional_set_and_nothing_else_of_them_changes(library, make):
    film, street = make("film"), make("street", role="background")
    library.add(film)
    library.add(street)
    state, names = library.state_sha256(), {"compact", "pdq"}
    before = {name: library.descriptors("film", name) for name in names}
    library.declare_set(CLIP, is_optional=True)
    assert library.state_sha256() == state
    assert library.sets_of("film") == names
    assert library.search("clip", subjects(film), 3, role="work").entry_ids == ()
    with pytest.raises(KeyError, match=r"'film' holds no rows of 'clip'"):
        library.descriptors("film", "clip")
    assert library.add_rows("film", "clip", subjects(film))
    assert library.sets_of("film") == names | {"clip"}
    assert library.sets_of("street") == names
    assert library.state_sha256() != state
    for name, rows in before.items():
        np.testing.assert_array_equal(library.descriptors("film", name), rows)
    hits = library.search("clip", subjects(film), 1, role="work")
    assert hits.entry_ids == ("film",)
    assert hits.row[:, 0].tolist() == list(range(len(subjects(film))))
    assert library.check() == ()


def test_rows_are_given_once_and_must_fit(library, make):
    film = make("film")
    library.add(film)
    library.declare_set(CLIP, is_optional=True)
    with pytest.raises(DescriptorMismatchError, match="one per indexed sample"):
        library.add_rows("film", "clip", subjects(film)[:-1])
    with pytest.raises(UnknownEntryError):
        library.add_rows("nobody", "clip", subjects(film))
    assert library.sets_of("film") == {"compact", "pdq"}
    assert library.add_rows("film", "clip", subjects(film))
    state = library.state_sha256()
    assert not library.add_rows("film", "clip", subjects(film, seed=1))
    assert not library.add_rows("film", "pdq", film.descriptors["pdq"])
    assert library.state_sha256() == state


def test_new_entries_may_come_with_an_optional_set_or_without(library, make):
    library.add(make("old"))
    library.declare_set(CLIP, is_optional=True)
    film = make("film")
    library.add(replace(film, descriptors={**film.descriptors, "clip": subjects(film)}))
    library.add(make("plain"))
    assert [len(library.sets_of(name)) for name in ("old", "film", "plain")] == [2, 3, 2]
    assert library.check() == ()
    library.remove("film")
    assert library.check() == ()
    assert library.search("clip", subjects(film), 1, role="work").entry_ids == ()


def test_an_optional_set_goes_whole(library, make):
    film = make("film")
    library.add(film)
    state = library.state_sha256()
    library.declare_set(CLIP, is_optional=True)
    library.add_rows("film", "clip", subjects(film))
    library.drop_set("clip")
    assert (library.state_sha256(), library.sets_of("film")) == (state, {"compact", "pdq"})
    assert library.check() == ()
    assert not [file for file in (library.path / "segments").iterdir() if file.name.startswith("clip")]
    with pytest.raises(DescriptorMismatchError, match="every entry of this library needs"):
        library.drop_set("pdq")
    library.declare_set(replace(CLIP, version="2"), is_optional=True)
    assert library.add_rows("film", "clip", subjects(film))


def test_a_reader_of_an_earlier_generation_goes_on_without_the_rows(library, make):
    film = make("film")
    library.add(film)
    library.declare_set(CLIP, is_optional=True)
    earlier = library.snapshot()
    library.add_rows("film", "clip", subjects(film))
    later = library.snapshot()
    library.drop_set("clip")
    assert earlier.sets_of("film") == {"compact", "pdq"}
    np.testing.assert_allclose(later.descriptors("film", "clip"), subjects(film), atol=5e-4)


def test_codes_and_numbers_beside_other_rows_stay_as_they_are(library, make):
    """Search codes of the other sets answer as before, and rows that come later are searched without any."""
    films = [make(f"film{number}", count=100, seed=number) for number in range(4)]
    for film in films:
        library.add(film)
    made = library.tune(least_rows=1)
    states = library.companion_states("work")
    library.declare_set(CLIP, is_optional=True)
    for number, film in enumerate(films):
        library.add_rows(film.entry_id, "clip", subjects(film, seed=number))
    assert library.search_codes() == made
    assert [one for one in library.companion_states("work") if one.set_name != "clip"] == list(states)
    found = library.search("clip", subjects(films[2], seed=2), 1, role="work")
    assert {found.entry_ids[number] for number in found.entry[:, 0]} == {"film2"}
    assert {one.set_name for one in library.tune(least_rows=1)} == {"compact", "clip"}
    assert library.check() == ()


def test_what_is_attached_goes_with_its_entry_and_is_held_against_its_checksum(library, make):
    library.add(replace(make("film"), attachments={"sound": b"first take"}))
    library.add(make("other"))
    library.attach("other", "sound", b"a take that is worse")
    state = library.state_sha256()
    library.attach("other", "sound", b"a second take")
    assert library.attachment("other", "sound") == b"a second take"
    assert library.state_sha256() != state
    attached = sorted((library.path / "segments").glob("attached-*"))
    assert len(attached) == 2
    for path in attached:
        path.write_bytes(path.read_bytes().replace(b"take", b"fake"))
    assert {one.affected for one in library.check()} == {("film",), ("other",)}
    with pytest.raises(LibraryDamagedError, match="sound"):
        library.attachment("film", "sound")
    library.remove("film")
    library.remove("other")
    assert not list((library.path / "segments").glob("attached-*"))
    assert library.check() == ()
