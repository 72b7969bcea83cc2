from __future__ import annotations

from pathlib import Path

import av
import pytest
from PIL import Image

from similarity.media.walk import find_media, passed_over_in_words, walk_media


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_folders_are_walked_in_sorted_order_for_known_suffixes(tmp_path: Path) -> None:
    _touch(tmp_path, "b.MP4", "a/z.mkv", "a/y.JPG", "a/notes.txt", "c.gif", "no_suffix")
    found = [path.relative_to(tmp_path).as_posix() for path in find_media([tmp_path])]
    assert found == ["b.MP4", "c.gif", "a/y.JPG", "a/z.mkv"]


def test_hidden_files_and_folders_are_skipped(tmp_path: Path) -> None:
    _touch(tmp_path, ".a.mp4", ".cache/b.mp4", "c.mp4")
    assert find_media([tmp_path]) == (tmp_path / "c.mp4",)


def test_files_named_explicitly_are_kept_whatever_their_suffix_and_even_if_missing(tmp_path: Path) -> None:
    _touch(tmp_path, "upload", ".hidden.mp4")
    named = [tmp_path / "upload", tmp_path / "gone.mp4", tmp_path / ".hidden.mp4"]
    assert find_media(named) == tuple(named)


def test_no_file_is_listed_twice(tmp_path: Path) -> None:
    _touch(tmp_path, "a/b.mp4", "a/c.mp4")
    paths = [tmp_path / "a" / "c.mp4", tmp_path, tmp_path / "a", tmp_path / "a" / ".." / "a" / "b.mp4"]
    assert find_media(paths) == (tmp_path / "a" / "c.mp4", tmp_path / "a" / "b.mp4")


def test_nothing_gives_nothing() -> None:
    assert find_media([]) == ()


def test_what_is_passed_over_is_counted_by_suffix_the_most_first(tmp_path: Path) -> None:
    _touch(tmp_path, "a.mp4", "b.txt", "sub/c.TXT", "d.pdf", "e", ".f", ".g/h.mp4", "i.mp4.part")
    (tmp_path / "linked").symlink_to(tmp_path / "sub", target_is_directory=True)
    walked = walk_media([tmp_path])
    assert walked.files == (tmp_path / "a.mp4",)
    counted = {".txt": 2, "hidden": 2, ".pdf": 1, "without suffix": 1, ".part": 1, "linked folders": 1}
    assert walked.passed_over == counted
    assert passed_over_in_words(walked.passed_over).startswith("passed over: 2 ")
    assert passed_over_in_words({}) == ""


def test_a_file_that_is_named_is_not_passed_over(tmp_path: Path) -> None:
    _touch(tmp_path, "a.mp4", "b.txt")
    assert walk_media([tmp_path, tmp_path / "b.txt"]).passed_over == {}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP", "AVIF", "PPM"])
@pytest.mark.parametrize("name", ["IMG", "IMG.jfif", "IMG.heic", "IMG.unknown"])
def test_pictures_are_found_by_content_whatever_the_suffix(tmp_path: Path, form: str, name: str) -> None:
    Image.new("RGB", (8, 8), (200, 30, 30)).save(tmp_path / name, form)
    (tmp_path / "notes").write_text("BMW, GIFs and II others\n", encoding="utf-8")
    assert find_media([tmp_path]) == (tmp_path / name,)


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".avi", ".mpg", ".ts", ".flv", ".asf", ".webm", ".mxf"])
def test_videos_are_found_by_content_and_programs_of_the_same_suffix_are_not(tmp_path: Path, suffix: str) -> None:
    codec = {".webm": "libvpx", ".mxf": "mpeg2video", ".flv": "flv"}.get(suffix, "mpeg4")
    codec = {".mpg": "mpeg2video", ".ts": "mpeg2video"}.get(suffix, codec)
    made = tmp_path / f"made{suffix}"
    with av.open(str(made), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(12):
            container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))
    made.rename(tmp_path / "upload")
    (tmp_path / "program.ts").write_text("export const G = 'G';\n" * 200, encoding="utf-8")
    assert find_media([tmp_path]) == (tmp_path / "upload",)


def test_sound_is_read_and_protected_sound_and_raw_pictures_are_passed_over(tmp_path: Path) -> None:
    sound = {"film": b"OggS\0\x02" + bytes(22) + b"\x80theora", "song": b"\0\0\0\x20ftypM4A ", "tune": b"fLaC\0"}
    for name, head in sound.items():
        (tmp_path / name).write_bytes(head + bytes(200))
    (tmp_path / "speech.ogg").write_bytes(b"OggS\0\x02" + bytes(22) + b"OpusHead" + bytes(200))
    (tmp_path / "bought").write_bytes(b"\0\0\0\x20ftypM4P " + bytes(200))
    (tmp_path / "camera.nef").write_bytes(b"MM\0*" + bytes(200))
    found = walk_media([tmp_path])
    assert {path.name for path in found.files} == {*sound, "speech.ogg"}
    assert found.passed_over == {"without suffix": 1, ".nef": 1}
