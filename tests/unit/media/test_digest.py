from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from similarity.errors import UnreadableMediaError
from similarity.media.digest import digest_file


def test_the_digest_is_sha256_and_size_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc" * 100_000)
    digest = digest_file(path)
    assert digest.sha256 == hashlib.sha256(b"abc" * 100_000).hexdigest()
    assert digest.size_bytes == 300_000


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.touch(), "is empty"),
        (lambda path: path.mkdir(), "is a folder"),
        (os.mkfifo, "regular file"),
    ],
)
def test_what_has_no_bytes_is_refused_in_one_line_that_names_it(make, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    make(path)
    with pytest.raises(UnreadableMediaError, match=reason) as refused:
        digest_file(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert "\n" not in str(refused.value)


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read anything, so the refusal is played
    with pytest.raises(UnreadableMediaError, match="no permission"):
        digest_file(path)
