"""Parts of works: proposed by the tool, marked by a table, accepted, dropped, and looked for in a scan."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.figures import figure_in_scene

from index import open_library
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.errors import ConfigurationError, TableError
from similarity.ingest.add import add_files
from similarity.ingest.part_marks import accept_parts, draw_parts, drop_parts, mark_parts
from similarity.ingest.part_proposals import propose_parts
from similarity.parts.store import parts_of_library, read_parts
from similarity.scan.options import ScanOptions
from similarity.scan.scan import scan_files

CONFIG = load_profile("standard", {"describe": {"use_clip": "never"}})


def save(folder: Path, name: str, picture: np.ndarray) -> Path:
    path = folder / f"{name}.png"
    Image.fromarray(picture).save(path)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A library of three works, each a still with a figure, and a suspect that shows the second one elsewhere."""
    folder = tmp_path_factory.mktemp("parts")
    works = [save(folder, f"w{one}", figure_in_scene(one, one)) for one in (1, 2, 3)]
    with open_library(folder / "library", create=True) as library:
        assert [one.status for one in add_files(works, library, config=CONFIG)] == ["added"] * 3
    save(folder, "suspect", figure_in_scene(2, 30, left=90, top=80, size=130))
    save(folder, "sheet", figure_in_scene(2, 31))
    return folder


@pytest.fixture
def library(made):
    for old in (made / "library" / "parts").glob("*"):
        old.unlink()
    with open_library(made / "library") as opened:
        yield opened


def test_parts_are_proposed_once_and_accepted_by_a_person(library, made):
    path = made / "library"
    assert [one.status for one in propose_parts(library, path)] == ["proposed"] * 3
    assert [one.status for one in propose_parts(library, path)] == ["unchanged"] * 3
    sha256_of = {one.entry_id: one.sha256 for one in library.entries("work")}
    known = parts_of_library(path, sha256_of)
    assert (known[0].work_id, known[0].is_settled, known[0].pictures[0].origin) == ("w1", False, "proposed")
    assert accept_parts(library, path, "w2", ["part 1"], called="Hero") == 1
    settled = read_parts(path, "w2")
    assert settled is not None
    assert (settled.pictures[0].part, settled.pictures[0].origin) == ("Hero", "accepted")
    assert len(draw_parts(library, path, "w2", made / "drawn")) == 1
    assert drop_parts(library, path, "w2", ["Hero"]) == 1
    assert read_parts(path, "w2") is None


def test_marks_come_from_a_table_with_frames_and_sheets(library, made):
    table = made / "marks.csv"
    table.write_text('work,part,box,file\nw2,Hero,"15,20,85,90",\nw2,Hero,,sheet.png\n', encoding="utf-8")
    assert mark_parts(library, made / "library", table) == (("w2", "Hero"),)
    marked = read_parts(made / "library", "w2")
    assert marked is not None
    frame, sheet = marked.pictures
    assert (frame.box, frame.source, frame.origin) == ((150, 200, 850, 900), "", "marked")
    assert Path(sheet.source).name == "sheet.png"
    assert sheet.pts is None
    assert frame.features.points[:, 0].min() >= 0.15


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("nobody,Hero,,", "nobody"),
        ("w2,,,", "the cell 'part' is empty"),
        ('w2,Hero,"1,2,3",', "expected left,top,right,bottom in percent"),
        ('w2,Hero,"0,0,9,9;1,1,9,9",', "expected one box, got 2"),
        ("w2,Hero,,absent.png", "absent.png"),
    ],
)
def test_a_mark_that_is_wrong_is_told_with_its_row(library, made, row, what):
    table = made / "wrong.csv"
    table.write_text(f"work,part,box,file\n{row}\n", encoding="utf-8")
    with pytest.raises(TableError, match="row 2") as caught:
        mark_parts(library, made / "library", table)
    assert what in str(caught.value)
    assert read_parts(made / "library", "w2") is None


def test_a_part_that_is_not_there_is_refused_by_name(library, made):
    with pytest.raises(ConfigurationError, match="similarity parts propose"):
        accept_parts(library, made / "library", "w1", [])
    propose_parts(library, made / "library", work_ids=["w1"])
    with pytest.raises(ConfigurationError, match="has no part 'Villain'; it has 'part 1'"):
        accept_parts(library, made / "library", "w1", ["Villain"])


def scanned(made: Path, library, name: str, **options) -> tuple[dict[str, dict[str, str]], Path]:
    out = made / name
    scan_files([made / "suspect.png"], open_session(library, CONFIG), out, options=ScanOptions(**options))
    with (out / "pairs.csv").open(newline="", encoding="utf-8") as handle:
        return {row["ref_id"]: row for row in csv.DictReader(handle)}, out


def test_a_scan_of_all_pairs_scores_the_parts_of_every_work(library, made):
    rows, out = scanned(made, library, "all", with_all_works=True)
    scores = {name: float(row["part_score"]) for name, row in rows.items()}
    assert max(scores, key=scores.__getitem__) == "w2"
    assert "part" in rows["w2"]["found_by"].split()
    assert "part" not in rows["w1"]["found_by"].split()
    assert len(list((out / "pictures").rglob("*-part.jpg"))) == 1
    with (out / "parts.csv").open(newline="", encoding="utf-8") as handle:
        first = next(csv.DictReader(handle))
    assert (first["ref_id"], first["origin"], first["found"], first["apart"]) == ("w2", "proposed", "yes", "yes")


def test_a_scan_looks_for_settled_parts_alone_and_again_when_they_change(library, made):
    propose_parts(library, made / "library")
    rows, _ = scanned(made, library, "settled")
    assert all(row["part_score"] == "" for row in rows.values())
    accept_parts(library, made / "library", "w2", [])
    rows, _ = scanned(made, library, "settled")
    assert float(rows["w2"]["part_score"]) >= 5
    rows, _ = scanned(made, library, "none", with_parts=False)
    assert all(row["part_score"] == "" for row in rows.values())


def test_the_catalogue_s_salient_parts_are_marks(tmp_path):
    from similarity.ingest.catalogue import read_catalogue

    file = save(tmp_path, "w", figure_in_scene(4, 4))
    table = tmp_path / "works.csv"
    table.write_text('file,salient_parts\nw.png,"15,20,85,90"\n', encoding="utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        add_files([file], library, config=CONFIG, catalogue=read_catalogue(table))
        propose_parts(library, tmp_path / "library")
        (known,) = parts_of_library(tmp_path / "library", {one.entry_id: one.sha256 for one in library.entries()})
    assert [(one.origin, one.box) for one in known.pictures] == [("marked", (150, 200, 850, 900))]
