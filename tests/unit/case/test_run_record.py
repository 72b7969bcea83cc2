"""The record of a comparison: one of another version is told from one that is spoilt."""

from __future__ import annotations

import pytest

from similarity.case.evidence import RUN_FILE, read_run
from similarity.errors import CaseError


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"schema_version": "1.0", "suspect": {}}', "schema version '1.0', expected '2.3'; verify the case with"),
        (b'{"schema_version": "2.3", "suspect": {}}', "restore the file, or compare again"),
        (b'{"schema_version": 1}', "restore the file, or compare again"),
        (b"[]", "restore the file, or compare again"),
        (b"[" * 100_000, "restore the file, or compare again"),
        (b"\xff", "restore the file, or compare again"),
    ],
)
def test_a_record_that_cannot_be_read_says_why(tmp_path, content, says):
    path = tmp_path / RUN_FILE
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(CaseError, match=says):
        read_run(tmp_path)
