"""Every `similarity` line of the documents' shell blocks is run, in order, one folder per document."""

from __future__ import annotations

import csv
import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.footage import write_video
from support.renders import shot

from similarity.report.schema.json_form import from_json
from similarity.scan.opinions import Opinion, opinions_csv
from similarity.signatures import create_key, load_key

PAGES = ("README.md", "docs/guide.md", "docs/access.md", "docs/prior-work-use-record.md")
NOT_RUN = {
    "similarity demo --out demo-output": "renders for a minute; test_main_job runs it over tiny footage",
    "similarity library describe --set clip": "needs fetched weights; test_later_sets has a small checkpoint",
    "similarity library relocate OLD NEW": "stands for folders of one's own; test_relocating moves some",
    "similarity add works/ --library library --ray HEAD:6379": "needs a cluster; test_ray has one",
    "similarity scan suspects/ --library library --out run/ --ray HEAD:6379": "needs a cluster; test_ray has one",
    "similarity serve --library works/ --data service/": "serves without end; test_service_demo serves",
}
"""Lines that are not run here, and why."""
NUM_GROUPS = 5
"""As many as a calibration needs."""
NUM_FRAMES = 30


def fill_in_decisions(folder: Path) -> None:
    """A person writes a stretch into the table, and says who decided and when; nothing was suggested here."""
    table = folder / "decisions.csv"
    assert not table.exists()
    row = {
        "work_id": "harbour",
        "start_seconds": "0.0",
        "end_seconds": "1.0",
        "kind": "licensed",
        "reason": "bought",
        "decided_by": "M. Counsel",
        "decided_on": "2026-03-02",
    }
    table.write_text("\n".join([",".join(row), ",".join(row.values())]), encoding="utf-8")


def save_opinions(folder: Path) -> None:
    """A person confirms a row of the overview and saves the table."""
    said = Opinion(
        suspect_sha256="0" * 64,
        work_sha256="1" * 64,
        work_start_seconds=0.0,
        work_end_seconds=1.0,
        score=7.0,
        verdict="confirmed",
        by="M. Counsel",
        note="",
        given_utc="2026-03-02T00:00:00Z",
    )
    (folder / "opinions.csv").write_text(opinions_csv([said]), encoding="utf-8")


def mark_a_part(folder: Path) -> None:
    """A person writes down where a figure stands in a work."""
    rows = [("work", "part", "box", "seconds"), ("harbour", "Captain", "10,10,60,80", "0.5")]
    with (folder / "marks.csv").open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows(rows)


BEFORE: dict[str, Callable[[Path], None]] = {
    "similarity parts mark": mark_a_part,
    "similarity filter set": fill_in_decisions,
    "similarity opinions import": save_opinions,
    "similarity access new": lambda folder: (folder / "facts.yaml").unlink(missing_ok=True),  # never written over
}
"""What people do before a command."""


def stood_for(word: str, folder: Path) -> str:
    """What a reader puts in the place of a word that only stands for one."""
    if word == "79ff495e...":
        return load_key(folder / "keys" / "mine.pem").key_id
    return "harbour" if word == "WORK" else word


def fenced(text: str, language: str, start: str) -> str:
    """The fenced block that begins with these words."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    (found,) = [block for block in blocks if block.startswith(start)]
    return found


def make_footage(folder: Path) -> Path:
    """A film of two shots, a suspect that takes one of them, a street, and `clips/` with `pairs.csv` about them.

    The clips are works and repainted versions of them, each pair of an origin of its own.
    """
    harbour, rows = shot(20, NUM_FRAMES), []
    for name, frames in {
        "film": harbour + shot(21, NUM_FRAMES),
        "suspect": shot(22, NUM_FRAMES) + harbour,
        "street": shot(23, NUM_FRAMES),
    }.items():
        write_video(folder / f"{name}.mp4", frames)
    for number in range(NUM_GROUPS):
        frames = shot(number, NUM_FRAMES)
        repainted = [np.ascontiguousarray(255 - frame[..., ::-1]) for frame in frames]
        write_video(folder / "clips" / f"work{number}.mp4", frames)
        write_video(folder / "clips" / f"remade{number}.mp4", repainted)
        rows.append((f"remade{number}", f"work{number}", "repainted", "high", f"group{number}"))
    with (folder / "pairs.csv").open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([("query_id", "ref_id", "relation", "resemblance", "footage_group"), *rows])
    return folder


@pytest.fixture(scope="module")
def footage(once) -> Path:
    def make(folder: Path) -> Path:
        (folder / "clips").mkdir()
        return make_footage(folder)

    return once("documents", make)


@pytest.fixture
def sandbox(footage, pages, tmp_path, monkeypatch) -> Path:
    """A folder that holds what the documents name."""
    for name in ("films", "stills", "unrelated", "suspects", "keys", "clips"):
        (tmp_path / name).mkdir()
    for source, *targets in (
        ("film.mp4", "films/harbour.mp4"),
        ("street.mp4", "unrelated/street.mp4"),
        ("suspect.mp4", "suspect.mp4", "suspects/clip.mp4", "video.mp4", "made.mp4"),
        ("pairs.csv", "pairs.csv"),
        *((f"clips/{path.name}",) * 2 for path in (footage / "clips").iterdir()),
    ):
        for target in targets:
            os.link(footage / source, tmp_path / target)
    Image.fromarray(shot(40, 1)[0]).save(tmp_path / "stills" / "poster.png")
    guide, record = pages["docs/guide.md"].text, pages["docs/prior-work-use-record.md"].text
    for name, text in {
        "works.csv": fenced(guide, "csv", "file,"),
        "festival.yaml": fenced(guide, "yaml", "# festival.yaml"),
        "use.yaml": fenced(record, "yaml", "user:"),
        "used.yaml": fenced(record, "yaml", "user:"),
        "facts.yaml": "works: [{id: harbour, title: Harbour at Night}]\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    create_key(tmp_path / "mine.pem")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", PAGES)
def test_every_command_of_a_document_runs(cli, pages, sandbox, name):
    for line in pages[name].commands():
        if line.partition("#")[0].strip() not in NOT_RUN:
            for start, act in BEFORE.items():
                if line.startswith(start):
                    act(sandbox)
            _, *words = shlex.split(line, comments=True)
            cli(*(stood_for(word, sandbox) for word in words))
    for report in sandbox.glob("*/report.json"):
        assert from_json(report.read_text(encoding="utf-8")).matches, report


def test_what_is_not_run_stands_in_the_documents(pages):
    lines = {line.partition("#")[0].strip() for name in PAGES for line in pages[name].commands()}
    assert set(NOT_RUN) <= lines


def test_every_other_document_with_commands_is_known(pages):
    """The worked example, notices and the service have their own tests; the benches' footage is not ours."""
    others = {name for name, page in pages.items() if page.commands()} - {*PAGES}
    own = {"docs/case-example.md", "docs/notices.md", "docs/service.md"}
    assert others == {*own, "docs/bench.md", "docs/error-rates.md", "docs/scale.md"}
