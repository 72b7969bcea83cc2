"""Identifiers of suspects."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from similarity.naming import ids_of, name_key


def made(tmp_path, *names):
    paths = [tmp_path / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return paths


def test_the_stem_where_it_is_enough_and_the_folder_where_it_is_not(tmp_path):
    paths = made(tmp_path, "a/clip.mp4", "b/clip.mp4", "b/other.mov", "c/d/film.mp4", "e/d/film.mp4", "e/d/film.avi")
    assert list(ids_of(paths, {}).values()) == ["a/clip", "b/clip", "other", "c/d/film", "e/d/film.mp4", "film.avi"]


def test_a_name_once_given_is_kept_until_its_file_is_gone(tmp_path):
    first, second = made(tmp_path, "a/clip.mp4", "b/clip.mp4")
    named = {name_key(path): name for path, name in ids_of([first], {}).items()}
    assert ids_of([first, second], named) == {first: "clip", second: "b/clip"}
    first.rename(tmp_path / "a" / "moved.mp4")
    assert ids_of([second], named) == {second: "clip"}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from(["mp4", "avi"])), unique=True))
def test_no_two_files_share_a_name(tmp_path_factory, parts):
    paths = [tmp_path_factory.getbasetemp() / folder / f"{stem}.{suffix}" for folder, stem, suffix in parts]
    assert len(set(ids_of(paths, {}).values())) == len(paths)
