"""Exhibits: what identifies the bytes, where copies go, what headers claim, and hashing again."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from support.footage import moving_pattern, write_video

from similarity.absence import NotMeasured, not_measured
from similarity.case import exhibits as exhibits_module
from similarity.case.disk.hashing import hash_file, sha256_of_file
from similarity.case.disk.stills import pixels_sha256, read_stills, still_problem, write_stills
from similarity.case.exhibits import add_exhibit, read_exhibits, recheck, write_exhibits
from similarity.errors import CaseError
from similarity.media import facts as media_facts
from similarity.media.facts import content_facts, header_facts
from similarity.media.types import ReadCounts

PICTURE = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)


@pytest.fixture
def case(tmp_path):
    (tmp_path / "case").mkdir()
    return tmp_path / "case"


def file_of(folder, name="clip.bin", content=b"some bytes"):
    path = folder / name
    path.write_bytes(content)
    return path


def test_the_published_hashes_of_abc_come_out(tmp_path):
    # FIPS 180-4 examples; GB/T 32905-2016, A.1
    hashes = hash_file(file_of(tmp_path, content=b"abc"))
    assert hashes.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hashes.sha512.startswith("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a")
    if isinstance(hashes.sm3, NotMeasured):
        pytest.skip("the OpenSSL of this Python was built without SM3")
    assert hashes.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sm3_of_more_than_one_block_is_the_published_one(tmp_path):
    hashes = hash_file(file_of(tmp_path, content=b"abcd" * 16))  # GB/T 32905-2016, A.2
    if isinstance(hashes.sm3, NotMeasured):
        pytest.skip("the OpenSSL of this Python was built without SM3")
    assert hashes.sm3 == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_where_sm3_is_not_to_be_had_it_is_not_measured(tmp_path, monkeypatch):
    def unsupported(name):
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr("hashlib.new", unsupported)
    hashes = hash_file(file_of(tmp_path))
    assert isinstance(hashes.sm3, NotMeasured)
    assert len(hashes.sha512) == 128


def test_files_larger_than_a_block_are_hashed_whole_or_in_part(tmp_path):
    path = file_of(tmp_path, content=b"ab" * 1_500_000)
    assert hash_file(path).size_bytes == 3_000_000
    assert sha256_of_file(path) == (hash_file(path).sha256, 3_000_000)
    part = file_of(tmp_path, "part", (b"ab" * 1_500_000)[:2_000_001])
    assert sha256_of_file(path, first_bytes=2_000_001) == (hash_file(part).sha256, 2_000_001)


def test_a_film_is_copied_in_and_looked_into(case, film, declare):
    exhibit = add_exhibit(case, declare(), source=film)
    assert (exhibit.path, exhibit.is_copied_in, exhibit.original_name) == ("exhibits/E1/film.mp4", True, "film.mp4")
    assert (case / exhibit.path).read_bytes() == film.read_bytes()
    assert exhibit.sha256 == hash_file(film).sha256
    assert (exhibit.header.codec, exhibit.header.width, exhibit.header.height) == ("h264", 192, 108)
    assert exhibit.header.num_frames == 12
    assert Fraction(exhibit.header.frame_rate) == 25
    assert "major_brand" in {tag.name for tag in exhibit.header.tags if tag.scope == "file"}
    assert isinstance(exhibit.content, NotMeasured)
    assert isinstance(exhibit.checked_before, NotMeasured)
    assert [path.name for path in (case / "exhibits" / "E1").iterdir()] == ["film.mp4"]


def test_a_film_may_stay_where_it_is(case, film, declare):
    exhibit = add_exhibit(case, declare(is_copied_in=False), source=film)
    assert exhibit.path == str(film.resolve())
    assert not (case / "exhibits").exists()


def test_documents_and_what_is_no_media_have_no_header_figures(case, tmp_path, declare):
    paper = add_exhibit(case, declare(role="document"), source=file_of(tmp_path, "contract.pdf"))
    assert paper.header == not_measured("a document, not media")
    noise = add_exhibit(case, declare("E2"), source=file_of(tmp_path, "noise.mp4"))
    assert isinstance(noise.header, NotMeasured)
    assert "noise.mp4" in str(noise.header.reason)


def test_exhibits_are_kept_in_order_and_read_as_they_were(case, film, tmp_path, declare):
    counts = ReadCounts(
        num_frames_from_content=12,
        duration_seconds_from_content=0.48,
        num_decode_failures=0,
        num_irregular_timestamps=0,
        is_variable_frame_rate=False,
        is_truncated=False,
    )
    content = content_facts(counts, reader="pyav")
    assert (content.reader, content.num_frames, content.duration_seconds) == ("pyav", 12, 0.48)
    tenth = replace(add_exhibit(case, declare("E10"), source=film), content=content)
    second = add_exhibit(case, declare("E2", role="document"), source=file_of(tmp_path, "合同.pdf"))
    write_exhibits(case, (tenth, second))
    assert read_exhibits(case) == (second, tenth)
    with pytest.raises(CaseError, match="each one once"):
        write_exhibits(case, (second, second))


def test_hashing_again_finds_a_change_of_one_bit(case, tmp_path, declare):
    exhibit = add_exhibit(case, declare(), source=file_of(tmp_path))
    assert recheck(exhibit, case).matches
    (case / exhibit.path).chmod(0o644)
    (case / exhibit.path).write_bytes(b"some bytez")
    assert not recheck(exhibit, case).matches
    (case / exhibit.path).unlink()
    assert isinstance(recheck(exhibit, case), NotMeasured)


@pytest.mark.parametrize("name", ["..", "../../../etc/passwd", "exhibits/../../x", "/etc/passwd", "", "a//b", "a\\b"])
def test_a_stored_path_never_leads_out_of_the_case(case, tmp_path, declare, name):
    exhibit = add_exhibit(case, declare(), source=file_of(tmp_path))
    assert isinstance(recheck(replace(exhibit, path=name), case), NotMeasured)


def test_a_link_in_the_case_is_not_followed(case, tmp_path, declare):
    exhibit = add_exhibit(case, declare(), source=file_of(tmp_path))
    (case / exhibit.path).unlink()
    (case / exhibit.path).symlink_to(tmp_path / "clip.bin")
    assert isinstance(recheck(exhibit, case), NotMeasured)
    (case / exhibit.path).unlink()
    (case / "exhibits" / "E1").rmdir()
    (case / "exhibits" / "E1").symlink_to(tmp_path)
    assert isinstance(recheck(exhibit, case), NotMeasured)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        (".hidden.mp4", "hidden.mp4"),
        ("a\nb\u202e.mp4", "ab.mp4"),
        ("con", "_con"),
        ("what?.mp4", "what_.mp4"),
        ("城" * 80 + ".mp4", "城" * 38 + ".mp4"),
    ],
)
def test_hostile_names_are_made_harmless_in_the_case(case, tmp_path, declare, name, stored):
    exhibit = add_exhibit(case, declare(), source=file_of(tmp_path, name))
    assert exhibit.path == f"exhibits/E1/{stored}"
    assert exhibit.original_name.isprintable()
    assert recheck(exhibit, case).matches


def test_a_name_that_is_not_utf8_can_be_copied_in_but_not_referred_to(case, tmp_path, declare):
    source = tmp_path / os.fsdecode(b"bad\xff.mp4")
    try:
        source.write_bytes(b"bytes")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    assert add_exhibit(case, declare(), source=source).path == "exhibits/E1/bad.mp4"
    with pytest.raises(CaseError, match="not UTF-8"):
        add_exhibit(case, declare("E2", is_copied_in=False), source=source)


@pytest.mark.parametrize("number", ["", "E0", "E01", "e1", "../E1", "E1/..", "E1\n", "E" + "9" * 50])
def test_only_numbers_of_exhibits_become_folders(case, film, declare, number):
    with pytest.raises(CaseError, match="such as E1"):
        add_exhibit(case, declare(number), source=film)
    assert not list(case.iterdir())


def test_what_can_not_be_an_exhibit_is_refused(case, tmp_path, declare):
    for source, says in (
        (tmp_path / "none", "can't be found"),
        (tmp_path, "regular file"),
        (file_of(tmp_path, "empty", b""), "empty"),
        (tmp_path / ("x" * 5000), "can't be found"),
    ):
        with pytest.raises(CaseError, match=says):
            add_exhibit(case, declare(is_copied_in=False), source=source)
        with pytest.raises(CaseError, match=says):
            add_exhibit(case, declare(), source=source)
    assert not [path for path in case.rglob("*") if path.is_file()]


def test_a_copy_that_the_disk_spoils_is_not_kept(case, tmp_path, declare, monkeypatch):
    real = exhibits_module.hash_file

    def spoiled(path):
        path.write_bytes(b"spoilt")
        return real(path)

    monkeypatch.setattr(exhibits_module, "hash_file", spoiled)
    with pytest.raises(CaseError, match="differs from its source"):
        add_exhibit(case, declare(), source=file_of(tmp_path))
    assert not list((case / "exhibits" / "E1").iterdir())


def test_a_full_disk_leaves_no_half_copy(case, tmp_path, declare, monkeypatch):
    def fail(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CaseError, match="No space left"):
        add_exhibit(case, declare(), source=file_of(tmp_path))
    assert not list((case / "exhibits" / "E1").iterdir())


def test_a_copy_that_an_interrupted_attempt_left_is_taken_up(case, tmp_path, declare):
    first = add_exhibit(case, declare(), source=file_of(tmp_path))
    again = add_exhibit(case, declare(), source=file_of(tmp_path))
    assert again.sha256 == first.sha256
    with pytest.raises(CaseError, match="another file stands there"):
        add_exhibit(case, declare(), source=file_of(tmp_path, content=b"others"))


def test_metadata_is_kept_within_bounds(tmp_path, monkeypatch):
    path = write_video(tmp_path / "film.mkv", moving_pattern(3))
    assert header_facts(path).tags
    monkeypatch.setattr(media_facts, "_MAX_TAGS", 1)
    monkeypatch.setattr(media_facts, "_MAX_TAG_CHARACTERS", 3)
    facts = header_facts(path)
    assert len(facts.tags) == 1
    assert facts.num_tags_left_out > 0
    assert facts.tags[0].value.endswith("characters)")


@pytest.mark.parametrize(
    "content",
    ["", "[]]", "{}", '[{"number": "E1"}]', "[null]", "[" * 100_000, "\ud800".encode("utf-8", "surrogatepass")],
)
def test_a_table_that_was_spoilt_is_refused(case, content):
    (case / "exhibits.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CaseError, match="not what was written"):
        read_exhibits(case)


def test_a_table_with_a_field_too_many_is_refused(case, film, declare):
    write_exhibits(case, (add_exhibit(case, declare(), source=film),))
    rows = json.loads((case / "exhibits.json").read_text())
    (case / "exhibits.json").write_text(json.dumps([rows[0] | {"verdict": "guilty"}]))
    with pytest.raises(CaseError, match="verdict"):
        read_exhibits(case)


def test_a_still_keeps_its_pixels_and_its_place(case, keep_still):
    still = keep_still(case, PICTURE, pts=1536, time_base=Fraction(1, 1024), start_pts=512)
    assert np.array_equal(np.asarray(Image.open(case / still.path)), PICTURE)
    assert still.pixels_sha256 == pixels_sha256(7, 5, PICTURE.tobytes())
    write_stills(case, (still,))
    assert read_stills(case) == (still,)
    assert still_problem(still, case) == ""


def test_a_still_with_other_pixels_is_found_even_where_its_own_hash_was_changed_too(case, keep_still):
    still = keep_still(case, PICTURE, pts=0, time_base=Fraction(1, 25))
    Image.fromarray(PICTURE + 1).save(case / still.path)
    assert "SHA-256 differs" in still_problem(still, case)

    def as_it_is_now(**changes):
        return replace(still, sha256=hash_file(case / still.path).sha256, **changes)

    assert "pixels differ" in still_problem(as_it_is_now(), case)
    assert "expected 70 x 5" in still_problem(as_it_is_now(width=70), case)
    (case / still.path).write_bytes(b"no picture")
    assert "can't be decoded" in still_problem(as_it_is_now(), case)
    assert "inside the case" in still_problem(as_it_is_now(path="../../x.png"), case)
