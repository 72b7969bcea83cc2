"""`similarity opinions ...`: what a reader saved from an overview stays with the library, and the next run shows it."""

from __future__ import annotations

import csv
import re

from similarity.cli.exits import Exit

COLUMNS = "suspect_sha256,work_sha256,work_start_seconds,work_end_seconds,score,verdict,by,note,given_utc"


def test_an_opinion_outlives_its_run(cli, demo, own_library, tmp_path):
    suspect = demo.paths("suspect")[0]
    scan = ("scan", suspect, "--library", own_library, "--out", tmp_path / "run")
    cli(*scan)
    (row,) = re.findall(
        r'"suspect_sha256": "(\w+)".*?"there": \[([\d.]+), ([\d.]+)\].*?"score": ([\d.]+).*?"work_sha256": "(\w+)"',
        (tmp_path / "run" / "overview.html").read_text(encoding="utf-8"),
    )[:1]
    said = (row[0], row[4], row[1], row[2], row[3], "rejected", "Ada", "licensed", "2026-01-02T03:04:05Z")
    table = tmp_path / "opinions.csv"
    table.write_text("\n".join([COLUMNS, ",".join(said)]), encoding="utf-8")
    assert cli("opinions", "import", table, "--library", own_library).stdout.startswith("1 read, 1 kept: ")

    cli(*scan)
    assert '"verdict": "rejected", "by": "Ada"' in (tmp_path / "run" / "overview.html").read_text(encoding="utf-8")
    cli("opinions", "export", tmp_path / "out.csv", "--library", own_library)
    with (tmp_path / "out.csv").open(newline="") as handle:
        (kept,) = csv.DictReader(handle)
    assert (kept["suspect_sha256"], kept["verdict"], kept["note"]) == (row[0], "rejected", "licensed")
    refused = cli("opinions", "import", tmp_path / "none.csv", "--library", own_library, exit_code=Exit.FAILED)
    assert "save one from a run's overview.html" in refused.stderr
