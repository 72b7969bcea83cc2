"""A record finds its video again by its pictures: encoded anew, cut, cropped; not a sibling of it."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from support.footage import write_video
from support.small_case import RATE, pan

from similarity.absence import NotMeasured
from similarity.access.check import check_access
from similarity.access.records.acts import create_record, verify_record
from similarity.access.records.public import read_public, write_public
from similarity.access.records.values import RecordedSet, RecordReading
from similarity.case.access import dossier_again, take_access
from similarity.compare.binding import binding_of, recorded_pictures
from similarity.config import load_profile
from similarity.errors import AccessError
from similarity.signatures import create_key

CONFIG = load_profile("standard")
OLD_SET = RecordedSet(name="pdq", version="0", weights_sha256=None, kind="binary", dimensions=256)
SAID = """
user: Zhang San
model: video-x 1.0
prompt: a cup of coffee on a table, then a cat
generated: 2024-05-01
works: [{title: Morning, authors: [A. Author], purpose: adaptation, context: asked for by Zhang San}]
"""


@pytest.fixture(scope="module")
def made(once):
    """A generated video with its record, its key, and other videos by name."""

    def make(folder):
        frames = [*pan("coffee.png"), *pan("chelsea.png")]
        other = [*pan("astronaut.png"), *pan("rocket.jpg")]
        cropped = [np.ascontiguousarray(one[8:-8, 16:-16]) for one in frames]
        videos = {
            name: write_video(folder / f"{name}.mp4", shown, rate=RATE, **more)
            for name, shown, more in (
                ("video", frames, {}),
                ("encoded anew", frames, {"options": {"crf": "36"}}),
                ("cut", frames[7:26], {}),
                ("cropped", cropped, {}),
                ("sibling", other, {}),
                ("among others", [*other, *frames, *other], {}),
            )
        }
        key, record = folder / "maker.pem", folder / "record.json"
        create_key(key)
        (folder / "use.yaml").write_text(SAID)
        pictures = recorded_pictures(videos["video"], CONFIG)
        create_record(folder / "use.yaml", videos["video"], key, record, pictures=pictures)
        return videos, record, key

    return once("binding", make)


def reading(made, name) -> RecordReading:
    videos, record, _ = made
    return binding_of(videos[name], CONFIG)(verify_record(record, video=videos[name]))


@pytest.mark.parametrize("name", ["encoded anew", "cut", "cropped"])
def test_the_video_is_known_again_with_other_bytes(made, name):
    found = reading(made, name)
    assert found.state == "pictures_fit", found.binding
    assert found.binding.share_of_video > 0.8
    assert (found.binding.share_of_recorded < 0.8) == (name == "cut")


def test_the_bytes_themselves_need_no_second_look(made):
    found = reading(made, "video")
    assert found.state == "valid"
    assert isinstance(found.binding, NotMeasured)


def test_a_sibling_is_another_video(made):
    found = reading(made, "sibling")
    assert (found.state, found.binding.share_of_video) == ("video_does_not_fit", 0.0)


def test_a_video_that_holds_the_recorded_one_among_others_is_another_and_says_so(made):
    found = reading(made, "among others")
    assert found.state == "video_does_not_fit"
    assert found.binding.share_of_recorded > 0.8
    assert 0.2 < found.binding.share_of_video < 0.6


def test_a_dossier_takes_a_record_that_is_bound_by_pictures(made, tmp_path):
    videos, record, _ = made
    (tmp_path / "facts.yaml").write_text(
        "suspect: {records: [{exhibit: R}]}\n"
        "works: [{id: morning, title: Morning}, {id: evening, title: Evening}]\n"
        f"documents: [{{exhibit: R, path: {record}}}]\n"
    )

    def grades(name):
        video = videos[name]
        dossier = check_access(tmp_path / "facts.yaml", suspect=video, binds=binding_of(video, CONFIG))
        (found,) = dossier.suspect.records
        assert found.record.video.pictures is None  # descriptors stay in the record
        return found.state, [work.grade for work in dossier.works]

    assert grades("cut") == ("pictures_fit", ["direct_evidence", "no_evidence"])
    assert grades("sibling") == ("video_does_not_fit", ["no_evidence", "no_evidence"])


def test_a_case_lays_its_dossier_out_again_with_the_same_binding(made, tmp_path):
    videos, record, _ = made
    (tmp_path / "record.json").write_bytes(record.read_bytes())
    (tmp_path / "facts.yaml").write_text(
        "suspect: {records: [{exhibit: R}]}\n"
        "works: [{id: morning, title: Morning}]\n"
        "documents: [{exhibit: R, path: record.json}]\n"
    )
    case, binds = tmp_path / "case", binding_of(videos["cut"], CONFIG)
    case.mkdir()
    stated = take_access(tmp_path / "facts.yaml", case, videos["cut"], binds=binds)
    assert stated.suspect.records[0].state == "pictures_fit"
    assert dossier_again(stated, case, binds) == stated
    assert dossier_again(stated, case) != stated


def changed(made, **changes):
    videos, path, _ = made
    found = verify_record(path, video=videos["cut"])
    pictures = found.record.video.pictures
    other = None if changes == {"pictures": None} else dataclasses.replace(pictures, **changes)
    video = dataclasses.replace(found.record.video, pictures=other)
    record = dataclasses.replace(found.record, video=video)
    return binding_of(videos["cut"], CONFIG)(dataclasses.replace(found, record=record))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"pictures": None}, "holds no descriptors"),
        ({"rows_npz_base64": "AAAA"}, "the record's descriptors can't be used"),
        ({"rows_npz_base64": "?"}, "the record's descriptors can't be used"),
        ({"time_base": "1e9999"}, "the record's descriptors can't be used"),
        (
            {"sets": (RecordedSet(name="pdq", version="9", weights_sha256=None, kind="binary", dimensions=256),)},
            "version",
        ),
        ({"duration_seconds": 0.0}, "no duration to cover"),
    ],
)
def test_what_can_not_be_compared_is_said_and_binds_nothing(made, changes, reason):
    found = changed(made, **changes)
    assert found.state == "video_does_not_fit"
    assert reason in str(found.binding.reason)


def test_the_public_form_holds_nothing_of_the_user_and_is_signed(made, tmp_path):
    _, record, key = made
    write_public(record, _loaded(key), tmp_path / "public.json")
    text = (tmp_path / "public.json").read_text(encoding="utf-8")
    assert "Zhang" not in text
    assert "coffee" not in text
    found = read_public(tmp_path / "public.json", record)
    assert (found.state, found.statement.works[0].title, found.statement.model) == ("valid", "Morning", "video-x 1.0")
    assert found.statement.video.pictures is not None


def test_a_public_form_that_was_changed_or_is_of_another_record_is_named(made, tmp_path):
    videos, record, key = made
    write_public(record, _loaded(key), tmp_path / "public.json")
    content = json.loads((tmp_path / "public.json").read_text(encoding="utf-8"))
    content["statement"]["works"][0]["title"] = "Evening"
    (tmp_path / "changed.json").write_text(json.dumps(content), encoding="utf-8")
    assert read_public(tmp_path / "changed.json").state == "signature_does_not_fit"
    (tmp_path / "use.yaml").write_text(SAID)
    create_record(tmp_path / "use.yaml", videos["cut"], key, tmp_path / "other.json")
    assert read_public(tmp_path / "public.json", tmp_path / "other.json").state == "record_does_not_fit"
    assert read_public(record).state == "unreadable"


def test_only_the_key_of_the_record_makes_its_public_form(made, tmp_path):
    _, record, _ = made
    with pytest.raises(AccessError, match="name the one that signed it"):
        write_public(record, create_key(tmp_path / "other.pem"), tmp_path / "public.json")
    (tmp_path / "changed.json").write_bytes(record.read_bytes().replace(b"Morning", b"Evening"))
    with pytest.raises(AccessError, match="signature does not fit"):
        write_public(tmp_path / "changed.json", create_key(tmp_path / "third.pem"), tmp_path / "public.json")


def _loaded(path):
    from similarity.signatures import load_key

    return load_key(path)
