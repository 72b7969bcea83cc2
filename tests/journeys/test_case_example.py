"""The worked example: its table, its facts and its answers are those of the product."""

from __future__ import annotations

import re
import shutil
import textwrap

import pytest
from typer.testing import CliRunner

from similarity.cli.app import app

PAGE = "docs/case-example.md"


@pytest.fixture
def example(pages):
    return pages[PAGE].text


def fenced(text, language, start):
    """The fenced block that begins with these words."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    (found,) = [block for block in blocks if block.startswith(start)]
    return found


def run(*arguments):
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_facts_of_the_example_give_the_answer_that_it_quotes(example, demo, tmp_path):
    quoted = fenced(example, "text", "prompt.txt:")
    prompt, script = (textwrap.dedent(part).replace("\n", " ") for part in re.split(r"(?:^|\n)\w+\.txt: ", quoted)[1:])
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "prompt.txt").write_text(re.sub(r"\s+", " ", prompt), encoding="utf-8")
    script = re.sub(r"\s+", " ", script).replace("The meadow ", "The meadow\n", 1).strip()
    (papers / "script.txt").write_text(f"LIFTOFF\n\n{script}\n", encoding="utf-8")
    (papers / "job.txt").write_text("job 4711", encoding="utf-8")
    (papers / "upload.txt").write_text("uploaded", encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(fenced(example, "yaml", "suspect:"), encoding="utf-8")
    said = run("access", "check", tmp_path / "facts.yaml", "--suspect", demo.paths("suspect")[0])
    for line in fenced(example, "text", "work liftoff").splitlines()[:4]:
        assert line in said
    assert "passage, word for word, 100 %, 16 words" in said


def test_the_decisions_of_the_example_can_be_set(example, demo_library, tmp_path):
    library = shutil.copytree(demo_library, tmp_path / "library")
    table = tmp_path / "decisions.csv"
    decisions = fenced(example, "text", "work_id,")
    assert "garage,16.2,18.0," in decisions
    # the films of the tests are shorter than those of the demo
    table.write_text(decisions.replace("16.2,18.0", "1.2,3.0"), encoding="utf-8")
    assert run("filter", "set", table, "--library", library) == "garage: 1 stretches left out\n"
