"""A part that is found stands in the report of a case, and the case verifies without the library."""

from __future__ import annotations

from PIL import Image
from support.figures import figure_in_scene
from support.small_case import LIGHT, failures, make_case

from index import open_library
from similarity.ingest.add import add_files
from similarity.ingest.part_marks import accept_parts
from similarity.ingest.part_proposals import propose_parts
from similarity.report.folder import read_report
from similarity.report.schema.part import PartFindings


def test_a_case_with_a_part_verifies(tmp_path):
    files = {name: tmp_path / f"{name}.png" for name in ("w1", "w2", "suspect")}
    for name, picture in (("w1", figure_in_scene(1, 1)), ("w2", figure_in_scene(2, 2))):
        Image.fromarray(picture).save(files[name])
    Image.fromarray(figure_in_scene(2, 30, left=90, top=80, size=130)).save(files["suspect"])
    with open_library(tmp_path / "library", create=True) as library:
        add_files([files["w1"], files["w2"]], library, config=LIGHT)
        propose_parts(library)
        accept_parts(library, "w2", [], called="Hero")
    case = make_case(tmp_path / "case", tmp_path / "library", files["suspect"], config=LIGHT)
    parts = read_report(case / "report").parts
    assert isinstance(parts, PartFindings)
    assert [one.finding.part for one in parts.found] == ["Hero"]
    assert failures(case) == []
