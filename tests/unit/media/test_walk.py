from __future__ import annotations

from pathlib import Path

from similarity.media.walk import find_media


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
