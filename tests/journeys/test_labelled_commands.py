"""`calibrate` and `evaluate` over labelled footage, from files to figures, and what is wrong in people's labels."""

from __future__ import annotations

import csv
import math
import shutil

import numpy as np
import pytest
from support.footage import write_video
from support.renders import shot
from typer.testing import CliRunner

from similarity.absence import NotMeasured
from similarity.cli.app import app
from similarity.cli.exits import Exit
from similarity.measure.calibration import from_json
from similarity.report.schema.json_form import from_json as report_from_json

NUM_WORKS, NUM_FRAMES = 6, 35
PAIR_HEAD = ["query_id", "ref_id", "relation", "resemblance", "footage_group"]


def repainted(frames):
    """The same things in the same places in other colours."""
    return [np.ascontiguousarray(255 - frame[..., ::-1]) for frame in frames]


def write(path, head, rows):
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([head, *rows])
    return path


def read(path):
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def make_labelled(folder):
    """Footage, labels, and in `run of generated` a run over the labels, which any command over them takes over."""
    for name in ("works", "suspects", "background", "generated", "copies"):
        (folder / name).mkdir()
    pairs, truth = [], []
    for number in range(NUM_WORKS):
        work, frames = f"work{number}", shot(number, NUM_FRAMES)
        write_video(folder / "works" / f"{work}.mp4", frames)
        write_video(folder / "suspects" / f"copy{number}.mp4", frames[5:], options={"crf": "30"})
        write_video(folder / "suspects" / f"remade{number}.mp4", repainted(frames[5:]))
        pairs.append((f"copy{number}", work, "recompressed", "copy", f"group{number}"))
        pairs.append((f"remade{number}", work, "repainted", "high", f"group{number}"))
        truth.append((f"copy{number}", work, 0.0, 1.2, 0.2, 1.4, "recompressed"))
    for number in range(2):
        write_video(folder / "suspects" / f"stranger{number}.mp4", shot(50 + number, NUM_FRAMES))
        write_video(folder / "background" / f"elsewhere{number}.mp4", shot(70 + number, NUM_FRAMES))
    strangers = [[f"stranger{number}"] for number in range(2)]
    write(folder / "generated" / "pairs.csv", PAIR_HEAD, pairs)
    write(folder / "generated" / "independent.csv", ["query_id"], strangers)
    head = ["query_id", "ref_id", "query_start", "query_end", "ref_start", "ref_end", "family"]
    write(folder / "copies" / "truth.csv", head, truth)
    write(folder / "copies" / "suspects.csv", ["query_id"], [[row[0]] for row in truth] + strangers)
    groups = [(f"work{number}", f"group{number}") for number in range(NUM_WORKS)]
    write(folder / "copies" / "groups.csv", ["id", "group"], groups)
    evaluate(folder / "generated" / "pairs.csv", folder, folder / "run of generated")
    return folder


def evaluate(table, labelled, run):
    """Compare the labelled suspects, so that `run` holds what any command over the same labels and files needs."""
    footage = ("--suspects", labelled / "suspects", "--works", labelled / "works")
    words = ["evaluate", table, *footage, "--run", run, "--quiet"]
    result = CliRunner().invoke(app, [*map(str, words)])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def labelled(once):
    """Six works, a copy and a repainted version of each, two strangers, and both layouts of labels; only read."""
    return once("labelled", make_labelled)


@pytest.fixture(scope="module")
def runs(labelled, tmp_path_factory):
    """Where commands over the same labels share a run; the first of `generated` was made with the footage."""
    folder = tmp_path_factory.mktemp("runs")
    shutil.copytree(labelled / "run of generated", folder / "run of generated")
    return folder


@pytest.fixture
def asked(labelled, runs):
    """A function that gives the arguments of a command over labels; runs over the same labels share a folder."""

    def arguments(labels="generated/pairs.csv", *, run=None, **changed):
        footage = {"suspects": labelled / "suspects", "works": labelled / "works"} | changed
        options = [part for name, path in footage.items() for part in (f"--{name}", path)]
        table = labelled / labels
        return (table, *options, "--run", run or runs / f"run of {table.parent.name}", "--quiet")

    return arguments


@pytest.fixture
def own_labels(labelled, tmp_path):
    """A function that writes changed labels into a folder of their own."""

    def put(change, *, name="pairs.csv", source="generated"):
        shutil.copytree(labelled / source, tmp_path / "labels", dirs_exist_ok=True)
        table = tmp_path / "labels" / name
        rows = change(read(table))
        write(table, list(rows[0]), [row.values() for row in rows])
        return table

    return put


def calibrated(cli, asked, out, proposition, **more):
    return cli("calibrate", *asked(**more), "--proposition", proposition, "--out", out)


@pytest.mark.parametrize(("proposition", "part"), [("copy", "recompressed"), ("adaptation", "repainted")])
def test_a_calibration_is_fitted_to_labelled_footage_and_has_its_page(cli, asked, tmp_path, proposition, part):
    out = tmp_path / "mine.json"
    said = calibrated(cli, asked, out, proposition).stdout
    found = from_json(out.read_text(encoding="utf-8"))
    assert (found.name, found.proposition) == ("mine", proposition)
    assert said.startswith(f"{out}: {NUM_WORKS} taken and ")
    assert said.endswith(f"sha256 {found.sha256}\n")
    card = found.data_card
    assert card.whole.num_taken == NUM_WORKS
    assert card.num_groups >= NUM_WORKS
    assert [row.name for row in card.families] == [part]
    assert found.bounds.lower < 0 < found.bounds.upper
    assert found.interval.scores[0] < found.interval.scores[-1]
    best, worst = (float(found.calibrator.log10_lr(found.interval.scores[place])) for place in (-1, 0))
    assert worst < 0 < best
    page = (tmp_path / "mine.md").read_text(encoding="utf-8")
    assert found.sha256 in page
    assert part in page


def test_decisions_about_matches_are_labels_of_the_pairs_decided_about_alone(cli, asked, runs, tmp_path):
    names = [f"work{number % NUM_WORKS}" for number in range(NUM_WORKS + 2)]
    rows = [(f"copy{number}", names[number], "confirmed", "copy", names[number]) for number in range(NUM_WORKS)]
    rows += [(f"copy{number}", names[number + 1], "rejected", "none", names[number + 1]) for number in range(NUM_WORKS)]
    rows += [(f"remade{number}", names[number + 2], "rejected", "none", "") for number in range(NUM_WORKS)]
    table = write(tmp_path / "judged.csv", ["query_id", "ref_id", "decision", "resemblance", "footage_group"], rows)
    out = tmp_path / "mine.json"
    calibrated(cli, asked, out, "copy", labels=table, run=runs / "run of generated")
    found = from_json(out.read_text(encoding="utf-8"))
    assert found.data_card.whole.num_taken == NUM_WORKS
    assert found.data_card.whole.num_independent <= 2 * NUM_WORKS
    assert found.alarms.populations == ()


def test_several_populations_are_fitted_together_and_named(cli, labelled, tmp_path):
    table = tmp_path / "populations.yaml"
    folders = f"suspects: {labelled / 'suspects'}\n    works: {labelled / 'works'}"
    table.write_text(
        "populations:\n"
        f"  - name: remade clips\n    labels: {labelled / 'generated' / 'pairs.csv'}\n    {folders}\n"
        f"  - name: copies\n    labels: {labelled / 'copies' / 'truth.csv'}\n    {folders}\n"
        f"    groups: {labelled / 'copies' / 'groups.csv'}\n"
    )
    light = tmp_path / "light.yaml"
    light.write_text("place: {max_matches: 0}\nverify: {max_matches: 0}\n")
    asked = ("--proposition", "copy", "--profile", light, "--quiet")
    out = tmp_path / "mine.json"
    cli("calibrate", table, "--run", tmp_path / "run", "--out", out, *asked)
    found = from_json(out.read_text(encoding="utf-8"))
    assert [one.population for one in found.alarms.populations] == ["remade clips", "copies"]
    assert [one.num_suspects for one in found.alarms.populations] == [2, 2]
    assert found.data_card.whole.num_taken == 2 * NUM_WORKS
    assert "remade clips" in (tmp_path / "mine.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "more", "reason"),
    [
        ("populations: []", (), "expected populations with names of their own"),
        ("populations: []", ("--works", "films"), "a YAML file names the folders of its populations"),
        ("people: []", (), "populations"),
    ],
)
def test_a_list_of_populations_that_can_not_be_used_is_refused(cli, tmp_path, content, more, reason):
    table = tmp_path / "populations.yaml"
    table.write_text(content)
    asked = (table, *more, "--run", tmp_path / "run", "--proposition", "copy", "--out", tmp_path / "mine.json")
    assert reason in in_one_line(cli("calibrate", *asked, exit_code=Exit.FAILED))


def test_a_table_of_labels_needs_its_folders(cli, labelled, tmp_path):
    table = labelled / "generated" / "pairs.csv"
    asked = (table, "--run", tmp_path / "run", "--proposition", "copy", "--out", tmp_path / "mine.json")
    assert "needs --suspects and --works" in in_one_line(cli("calibrate", *asked, exit_code=Exit.FAILED))


def test_the_same_run_again_gives_the_same_calibration(cli, asked, tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        calibrated(cli, asked, tmp_path / name / "mine.json", "adaptation")
    first, second = (from_json((tmp_path / name / "mine.json").read_text()) for name in ("first", "second"))
    assert first.sha256 == second.sha256


def test_a_calibration_of_ones_own_is_what_a_report_is_read_by(cli, asked, labelled, runs, tmp_path):
    calibrated(cli, asked, tmp_path / "mine.json", "adaptation")
    profile = tmp_path / "mine.yaml"
    profile.write_text(f"measure:\n  adaptation_calibration: {tmp_path / 'mine.json'}\n")
    library = runs / "run of generated" / "library"
    suspect = labelled / "suspects" / "remade3.mp4"
    case = ("compare", suspect, "--library", library, "--out", tmp_path / "case", "--profile", profile, "--json")
    report = report_from_json(cli(*case).stdout)
    own = from_json((tmp_path / "mine.json").read_text())
    used = {one.proposition: one for one in report.calibrations}
    assert (used["adaptation"].name, used["adaptation"].sha256) == ("mine", own.sha256)
    assert used["copy"].name != "mine"
    (best, *_) = [seen.finding for scene in report.scenes for seen in scene.works if seen.finding.work_id == "work3"]
    assert not isinstance(best.adaptation_ratio, NotMeasured)
    assert best.adaptation_ratio.log10_lr > 0


def test_a_calibration_of_the_other_proposition_is_refused(cli, asked, labelled, runs, tmp_path):
    calibrated(cli, asked, tmp_path / "mine.json", "copy")
    profile = tmp_path / "mine.yaml"
    profile.write_text(f"measure:\n  adaptation_calibration: {tmp_path / 'mine.json'}\n")
    library = runs / "run of generated" / "library"
    case = ("compare", labelled / "suspects" / "copy1.mp4", "--library", library, "--out", tmp_path / "case")
    refused = cli(*case, "--profile", profile, exit_code=Exit.FAILED)
    (line,) = refused.stderr.splitlines()
    assert "holds a calibration of 'copy', expected one of 'adaptation'" in line
    assert not (tmp_path / "case").exists()


@pytest.mark.parametrize("content", [None, "", "{}", "[1, 2]", "no json", '{"name": "x"}'])
def test_what_is_no_calibration_is_refused_by_its_name(cli, demo_library, unusual, tmp_path, content):
    if content is not None:
        (tmp_path / "mine.json").write_text(content)
    profile = tmp_path / "mine.yaml"
    profile.write_text(f"measure:\n  copy_calibration: {tmp_path / 'mine.json'}\n")
    case = ("compare", unusual["short"], "--library", demo_library, "--out", tmp_path / "case", "--profile", profile)
    (line, *_) = cli(*case, exit_code=Exit.FAILED).stderr.splitlines()
    assert line.startswith("error: ")
    assert "calibration" in line


def test_generated_footage_is_evaluated_to_a_page_and_a_table_of_scores(cli, asked, runs):
    said = cli("evaluate", *asked()).stdout
    run = runs / "run of generated"
    page = (run / "figures.md").read_text(encoding="utf-8")
    assert said == page
    assert f"{NUM_WORKS} derived and " in page
    assert "repainted" in page
    scores = {(row["query_id"], row["ref_id"]): row for row in read(run / "scores.csv")}
    assert all(math.isfinite(float(row[name])) for row in scores.values() for name in ("score", "log10_lr"))
    for number in range(NUM_WORKS):
        own = float(scores[f"remade{number}", f"work{number}"]["score"])
        pairs = [(f"remade{number}", f"work{other}") for other in range(NUM_WORKS) if other != number]
        assert all(own > float(scores[pair]["score"]) for pair in pairs if pair in scores)  # the others share nothing


def test_copies_are_evaluated_by_where_they_were_found(cli, asked, labelled, runs):
    arguments = asked("copies/truth.csv", groups=labelled / "copies" / "groups.csv", background=labelled / "background")
    said = cli("evaluate", *arguments).stdout
    run = runs / "run of copies"
    assert said == (run / "figures.md").read_text(encoding="utf-8")
    assert "recompressed" in said
    assert not (run / "scores.csv").exists()
    found = {(row["query_id"], row["ref_id"]) for row in read(run / "scan" / "matches.csv") if float(row["score"]) > 5}
    assert found == {(f"copy{number}", f"work{number}") for number in range(NUM_WORKS)}


def test_a_second_run_takes_everything_over(cli, asked, monkeypatch):
    from similarity.describe import video

    first = cli("evaluate", *asked()).stdout

    def decode(*arguments, **more):
        raise AssertionError("decoded again")

    monkeypatch.setattr(video, "open_video", decode)
    assert cli("evaluate", *asked()).stdout == first


def in_one_line(result):
    """What an error says, its list of problems on the same line."""
    first, *problems = result.stderr.splitlines()
    assert first.startswith("error: ")
    assert all(one.startswith("  ") for one in problems)
    assert result.stdout == ""
    return " ".join([first, *map(str.strip, problems)])


BAD_LABELS = {
    "an unknown tier": (
        lambda rows: [row | {"resemblance": "hihg"} for row in rows],
        r"resemblance 'hihg': expected one of copy, high, medium, low, none",
    ),
    "a missing column": (
        lambda rows: [{name: cell for name, cell in row.items() if name != "footage_group"} for row in rows],
        "column 'footage_group' is missing: expected query_id, ref_id, relation, footage_group; got query_id",
    ),
    "no works": (
        lambda rows: [{name: cell for name, cell in row.items() if name != "ref_id"} for row in rows],
        "column 'ref_id' is missing: expected",
    ),
    "files that are not there": (
        lambda rows: [*rows, rows[0] | {"query_id": "nowhere"}],
        "1 of 15 labelled files are not there, first 'nowhere'",
    ),
    "works that are not there": (
        lambda rows: [*rows, rows[0] | {"ref_id": "unknown work"}],
        "1 of 7 labelled files are not there, first 'unknown work'",
    ),
}


@pytest.mark.parametrize("wrong", BAD_LABELS)
@pytest.mark.parametrize("command", ["calibrate", "evaluate"])
def test_labels_that_cannot_be_used_are_refused_before_anything_is_decoded(
    cli, asked, own_labels, tmp_path, wrong, command
):
    change, reason = BAD_LABELS[wrong]
    table = own_labels(change)
    arguments = asked(table, run=tmp_path / "run")
    more = ("--proposition", "copy", "--out", tmp_path / "mine.json") if command == "calibrate" else ()
    line = in_one_line(cli(command, *arguments, *more, exit_code=Exit.FAILED))
    assert reason in line
    assert not (tmp_path / "run").exists()
    assert not (tmp_path / "mine.json").exists()


@pytest.mark.parametrize("what", ["no file", "a folder", "no text", "suspects"])
def test_a_table_that_cannot_be_read_is_named(cli, asked, labelled, tmp_path, what):
    table = tmp_path / "pairs.csv"
    if what == "a folder":
        table.mkdir()
    if what == "no text":
        table.write_bytes(b"query_id,ref_id\n\xff\xfe,x\n")
    if what == "suspects":  # truth.csv without suspects.csv beside it
        table = tmp_path / "suspects.csv"
        shutil.copy(labelled / "copies" / "truth.csv", tmp_path / "truth.csv")
    labels = tmp_path / "truth.csv" if what == "suspects" else table
    line = in_one_line(cli("evaluate", *asked(labels, run=tmp_path / "run"), exit_code=Exit.FAILED))
    assert line.startswith(f"error: {table}: can't be read as {'CSV' if what == 'no text' else 'a table'}")


@pytest.mark.parametrize("num_groups", [1, 3])
def test_too_few_groups_are_said_and_leave_no_calibration(cli, asked, own_labels, tmp_path, num_groups):
    table = own_labels(lambda rows: [row for row in rows if int(row["footage_group"][-1]) < num_groups])
    for proposition in ("copy", "adaptation"):
        arguments = (*asked(table, run=tmp_path / "run"), "--proposition", proposition, "--out", tmp_path / "mine.json")
        line = in_one_line(cli("calibrate", *arguments, exit_code=Exit.FAILED))
        assert str(table) in line
        assert "groups" in line
        assert not (tmp_path / "mine.json").exists()


def test_labels_of_no_copies_give_no_calibration_of_copies(cli, asked, own_labels, tmp_path):
    table = own_labels(lambda rows: [row for row in rows if row["resemblance"] == "high" and row["ref_id"] < "work2"])
    arguments = (*asked(table, run=tmp_path / "run"), "--proposition", "copy", "--out", tmp_path / "mine.json")
    line = in_one_line(cli("calibrate", *arguments, exit_code=Exit.FAILED))
    assert "0 aligned pairs speak for 'copy'" in line


def test_an_unknown_proposition_is_a_wrong_command_line(cli, asked, tmp_path):
    arguments = (*asked(run=tmp_path / "run"), "--proposition", "style", "--out", tmp_path / "mine.json")
    assert "copy" in cli("calibrate", *arguments, exit_code=Exit.USAGE).stderr
