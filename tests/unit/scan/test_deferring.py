"""What nodes want written is written below the run folder, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from similarity.errors import ConfigurationError
from similarity.scan.deferring import Change, write_changes


class Folder:
    """Where a run would be written."""

    def __init__(self, path: Path) -> None:
        self.folder = path

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def remove(self, name):
        (self.folder / name).unlink(missing_ok=True)


def test_changes_are_made_in_order(tmp_path):
    made = [("suspects/a.json", b"1"), ("reports/a/report.json", b"2"), ("suspects/a.json", None), ("a..b", b"3")]
    write_changes(Folder(tmp_path), [Change(name=name, content=content) for name, content in made])
    files = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"reports/a/report.json": b"2", "a..b": b"3"}


@pytest.mark.parametrize("name", ["../beside", "suspects/../../beside", "/beside", "", "."])
@pytest.mark.parametrize("content", [b"hostile", None])
def test_what_lies_outside_is_neither_written_nor_removed(name, content, tmp_path):
    (tmp_path / "beside").write_bytes(b"ours")
    (tmp_path / "run").mkdir()
    wanted = Change(name=name.replace("/beside", f"{tmp_path}/beside") if name == "/beside" else name, content=content)
    with pytest.raises(ConfigurationError, match="not in the run folder"):
        write_changes(Folder(tmp_path / "run"), [wanted])
    assert (tmp_path / "beside").read_bytes() == b"ours"
    assert list((tmp_path / "run").iterdir()) == []
