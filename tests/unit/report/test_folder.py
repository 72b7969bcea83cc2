"""A case folder: complete or without report.json, and rendered again to the same bytes."""

import dataclasses
import os
from pathlib import Path

import pytest

from similarity.absence import NotMeasured
from similarity.errors import ReportError
from similarity.report import folder as report_folder
from similarity.report.folder import (
    FINDINGS_NAME,
    HTML_NAME,
    JSON_NAME,
    MATCHES_NAME,
    read_report,
    render_report,
    write_report,
)


@pytest.fixture
def case(tmp_path, sample_report, sample_pictures):
    report = sample_report()
    write_report(report, tmp_path / "case", sample_pictures(report))
    return tmp_path / "case"


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_case_holds_the_report_in_every_form_and_its_pictures(case, sample_report, sample_pictures):
    report = sample_report()
    assert set(content_of(case)) == {JSON_NAME, MATCHES_NAME, HTML_NAME, FINDINGS_NAME, *sample_pictures(report)}
    assert read_report(case) == report


def test_writing_says_what_was_written(tmp_path, sample_report):
    written = write_report(sample_report(num_matches=0, num_scenes=0), tmp_path / "deep" / "case", {})
    assert [path.name for path in written] == [JSON_NAME, MATCHES_NAME, FINDINGS_NAME, HTML_NAME]
    assert all(path.is_file() for path in written)


def test_rendering_again_gives_the_same_bytes(case):
    before = content_of(case)
    (case / HTML_NAME).unlink()
    (case / MATCHES_NAME).write_text("old", encoding="utf-8")
    assert [path.name for path in render_report(case)] == [MATCHES_NAME, FINDINGS_NAME, HTML_NAME]
    assert content_of(case) == before


def test_a_case_that_was_cut_short_has_no_report(case, sample_report, sample_pictures, monkeypatch):
    def stop(report, read_picture, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(report_folder, "to_html", stop)
    with pytest.raises(KeyboardInterrupt):
        write_report(sample_report(), case, sample_pictures(sample_report()))
    assert not (case / JSON_NAME).exists()
    with pytest.raises(ReportError, match=r"found none; make one with `similarity compare"):
        render_report(case)


def test_no_half_written_file_is_left(tmp_path, sample_report, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReportError, match="No space left on device"):
        write_report(sample_report(), tmp_path, {})
    assert content_of(tmp_path) == {}


def test_a_report_that_cannot_be_stored_leaves_the_folder_alone(case, sample_report):
    before = content_of(case)
    with pytest.raises(ReportError, match="finite"):
        write_report(dataclasses.replace(sample_report(), operating_threshold=float("nan")), case, {})
    assert content_of(case) == before


def test_a_missing_picture_is_listed_not_fatal(case, sample_report):
    gone = sample_report().matches[0].frames[0].suspect_picture
    (case / gone).unlink()
    render_report(case)
    page = (case / HTML_NAME).read_text(encoding="utf-8")
    assert "picture not at hand" in page
    assert f"<code>{gone}</code>: the file is not in the case folder" in page


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/hostname", "", ".", "pictures/../../secret.jpg"])
def test_pictures_never_leave_the_folder(tmp_path, sample_report, name):
    report = sample_report()
    scene = dataclasses.replace(report.scenes[0], picture=name)
    (tmp_path / "secret.jpg").write_bytes(b"\xff\xd8\xffsecret")
    with pytest.raises(ReportError, match="inside the case folder"):
        write_report(report, tmp_path / "case", {name: b"x"})
    write_report(report, tmp_path / "case", {})
    stored = report_folder.to_json(dataclasses.replace(report, scenes=(scene,)))
    (tmp_path / "case" / JSON_NAME).write_text(stored, encoding="utf-8")
    with pytest.raises(ReportError, match="inside the case folder"):
        render_report(tmp_path / "case")


def test_a_link_out_of_the_folder_is_not_followed(case, sample_report, tmp_path):
    name = sample_report().scenes[0].picture
    (tmp_path / "secret.jpg").write_bytes(b"\xff\xd8\xffsecret")
    (case / name).unlink()
    (case / name).symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(ReportError, match="inside the case folder"):
        render_report(case)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"schema_version": "9.9"}'])
def test_a_damaged_report_is_refused_by_name(case, content):
    (case / JSON_NAME).write_bytes(content)
    with pytest.raises(ReportError, match=JSON_NAME):
        render_report(case)


def test_a_file_name_that_utf8_cannot_hold_can_be_stored_and_shown(tmp_path, sample_report):
    report = sample_report()
    suspect = dataclasses.replace(report.suspect, path="films/caf\udce9.mp4", video_id="caf\udce9")
    write_report(dataclasses.replace(report, suspect=suspect), tmp_path, {})
    before = content_of(tmp_path)
    render_report(tmp_path)
    assert content_of(tmp_path) == before


def test_a_still_and_an_empty_report_can_be_written(tmp_path, still_report, sample_report):
    write_report(still_report, tmp_path / "still", {})
    report = sample_report(num_scenes=0, num_works=0)
    write_report(dataclasses.replace(report, not_measured=(), deviations=()), tmp_path / "empty", {})
    assert isinstance(read_report(tmp_path / "still").suspect_coverage.fraction, NotMeasured)
