"""Parts of works: proposed by the tool, marked by a table, accepted, dropped, and looked for in a scan."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.figures import figure_in_scene

from index import open_library
from similarity.absence import NotMeasured
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.errors import ConfigurationError, TableError
from similarity.ingest.add import add_files
from similarity.ingest.part_marks import accept_parts, draw_parts, drop_parts, mark_parts
from similarity.ingest.part_proposals import propose_parts
from similarity.parts.look import features_within, look_at_regions
from similarity.parts.store import keep_parts, parts_of_library, read_parts
from similarity.parts.values import PartPicture, WorkParts
from similarity.report.build.report import compare_to_folder
from similarity.report.folder import read_report
from similarity.report.schema.part import PartFindings
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
def library(made, tmp_path):
    with open_library(shutil.copytree(made / "library", tmp_path / "library")) as opened:
        yield opened


def test_parts_are_proposed_once_and_accepted_by_a_person(library, made):
    assert [one.status for one in propose_parts(library)] == ["proposed"] * 3
    assert [one.status for one in propose_parts(library)] == ["unchanged"] * 3
    known = parts_of_library(library)
    assert (known[0].work_id, known[0].is_settled, known[0].pictures[0].origin) == ("w1", False, "proposed")
    assert accept_parts(library, "w2", ["part 1"], called="Hero") == 1
    settled = read_parts(library, "w2")
    assert settled is not None
    assert (settled.pictures[0].part, settled.pictures[0].origin) == ("Hero", "accepted")
    assert len(draw_parts(library, "w2", made / "drawn")) == 1
    assert drop_parts(library, "w2", ["Hero"]) == 1
    assert [one.status for one in propose_parts(library)] == ["unchanged"] * 3
    assert [one.work_id for one in parts_of_library(library)] == ["w1", "w3"]
    assert [one.status for one in propose_parts(library, work_ids=["w2"])] == ["proposed"]


def test_marks_come_from_a_table_with_frames_and_sheets(library, made):
    table = made / "marks.csv"
    table.write_text('work,part,box,file\nw2,Hero,"15,20,85,90",\nw2,Hero,,sheet.png\n', encoding="utf-8")
    assert mark_parts(library, table) == (("w2", "Hero"),)
    marked = read_parts(library, "w2")
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
        mark_parts(library, table)
    assert what in str(caught.value)
    assert read_parts(library, "w2") is None


def test_a_part_that_is_not_there_is_refused_by_name(library, made):
    with pytest.raises(ConfigurationError, match="similarity parts propose"):
        accept_parts(library, "w1", [])
    propose_parts(library, work_ids=["w1"])
    with pytest.raises(ConfigurationError, match="has no part 'Villain'; it has 'part 1'"):
        accept_parts(library, "w1", ["Villain"])


def scanned(made: Path, library, name: str, **options) -> tuple[dict[str, dict[str, str]], Path]:
    out = made / name
    scan_files([made / "suspect.png"], open_session(library, CONFIG), out, options=ScanOptions(**options))
    with (out / "pairs.csv").open(newline="", encoding="utf-8") as handle:
        return {row["ref_id"]: row for row in csv.DictReader(handle)}, out


def test_a_scan_of_all_pairs_scores_the_parts_of_every_work(library, made):
    propose_parts(library)
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
    propose_parts(library)
    rows, _ = scanned(made, library, "settled")
    assert all(row["part_score"] == "" for row in rows.values())
    accept_parts(library, "w2", [])
    rows, _ = scanned(made, library, "settled")
    assert float(rows["w2"]["part_score"]) >= 5
    rows, _ = scanned(made, library, "none", with_parts=False)
    assert all(row["part_score"] == "" for row in rows.values())


def test_a_report_shows_what_of_a_part_is_kept_and_both_places(library, made, tmp_path):
    nothing, _ = compare_to_folder(made / "suspect.png", open_session(library, CONFIG), tmp_path / "nothing")
    assert isinstance(nothing.parts, NotMeasured)
    propose_parts(library)
    accept_parts(library, "w2", [], called="Hero")
    report, _ = compare_to_folder(made / "suspect.png", open_session(library, CONFIG), tmp_path / "report")
    assert isinstance(report.parts, PartFindings)
    (found,) = report.parts.found
    assert (found.finding.work_id, found.finding.part) == ("w2", "Hero")
    assert found.finding.traits.marks > 5
    assert (tmp_path / "report" / str(found.picture)).read_bytes().startswith(b"\xff\xd8")
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "Parts of works that stand out" in page
    assert "What of each part is kept, and what differs" in page
    assert read_report(tmp_path / "report") == report


def test_the_catalogue_s_salient_parts_are_marks(tmp_path):
    from similarity.ingest.catalogue import read_catalogue

    file = save(tmp_path, "w", figure_in_scene(4, 4))
    table = tmp_path / "works.csv"
    table.write_text('file,salient_parts\nw.png,"15,20,85,90"\n', encoding="utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        add_files([file], library, config=CONFIG, catalogue=read_catalogue(table))
        propose_parts(library)
        (known,) = parts_of_library(library)
    assert [(one.origin, one.box) for one in known.pictures] == [("marked", (150, 200, 850, 900))]


def test_parts_are_kept_and_read_as_they_were(library):
    picture = figure_in_scene(1, 1)
    box = (100, 100, 900, 900)
    part = PartPicture(
        part="Figur",
        origin="marked",
        pts=0,
        seconds=0.0,
        source="",
        box=box,
        num_scenes=0,
        regions=look_at_regions(picture, box),
        features=features_within(picture, box),
    )
    assert read_parts(library, "w1") is None
    keep_parts(library, WorkParts(work_id="w1", pictures=(part,)))
    (read,) = parts_of_library(library)
    kept = read.pictures[0]
    assert (read.work_id, kept.part, kept.box, kept.origin) == ("w1", "Figur", box, "marked")
    assert np.allclose(kept.regions.compact, part.regions.compact, atol=1e-3)
    assert np.allclose(kept.features.descriptors, part.features.descriptors, atol=5e-3)
    keep_parts(library, WorkParts(work_id="w1", pictures=()))
    assert parts_of_library(library) == ()


def test_damaged_parts_say_whose_they_are_and_what_to_do(library):
    library.attach("w1", "parts", b"PK" + bytes(500))
    with pytest.raises(ConfigurationError, match=r"parts of work .w1. can.t be read.*remove the work and add it again"):
        read_parts(library, "w1")
