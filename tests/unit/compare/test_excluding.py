"""Decisions about what is left out: the table that people write, and what the tool suggests for it."""

from __future__ import annotations

import csv
import io

import pytest
from PIL import Image
from support.footage import write_video
from support.small_case import CONFIG, RATE, pan

from index.local.library import Library
from similarity.compare.exclusions import COLUMNS, read_decisions, set_ranges, suggestions_csv
from similarity.compare.suggestions import suggested_ranges, suggestions_for
from similarity.compare.works import Works
from similarity.errors import ConfigurationError, TableError
from similarity.ingest.add import add_files

ROW = {
    "work_id": "film",
    "start_seconds": "1.5",
    "end_seconds": "3",
    "picture": "",
    "kind": "credits",
    "reason": "opening titles",
    "decided_by": "counsel",
    "decided_on": "2026-01-02",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """film: black, a card, a shot that the background holds too, a shot of its own."""
    folder = tmp_path_factory.mktemp("footage")
    black = [frame * 0 for frame in pan("coins.png", 2)]
    card = [pan("page.png")[0]] * (2 * RATE)
    film = write_video(folder / "film.mp4", [*black, *card, *pan("coffee.png"), *pan("chelsea.png")], rate=RATE)
    stock = write_video(folder / "stock.mp4", pan("coffee.png"), rate=RATE)
    Image.fromarray(card[0]).save(folder / "card.png")
    with Library.create(folder / "library") as opened:
        add_files([film], opened, config=CONFIG)
        add_files([stock], opened, config=CONFIG, role="background")
        yield opened


def table(tmp_path, *rows, name="decisions.csv"):
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows([ROW | row for row in rows])
    path = tmp_path / name
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def test_decisions_are_kept_with_the_library_with_who_and_why(library, tmp_path):
    set_ranges(library, read_decisions(table(tmp_path, {}), library))
    (found,) = library.filter_ranges("film")
    assert (found.start_seconds, found.end_seconds, found.kind) == (1.5, 3.0, "credits")
    assert (found.reason, found.decided_by, found.decided_on) == ("opening titles", "counsel", "2026-01-02")
    set_ranges(library, {"film": ()})


def test_yaml_says_the_same(library, tmp_path):
    path = tmp_path / "decisions.yaml"
    path.write_text(
        "- {work_id: film, start_seconds: 1.5, end_seconds: 3, kind: credits, reason: opening titles, "
        "decided_by: counsel, decided_on: 2026-01-02}\n",
        encoding="utf-8",
    )
    assert read_decisions(path, library) == read_decisions(table(tmp_path, {}), library)


def test_a_card_is_left_out_wherever_it_fills_the_frame(library, tmp_path):
    card = table(tmp_path, {"start_seconds": "", "end_seconds": "", "picture": "../card.png"})
    card = card.rename(library.path.parent / "decisions.csv")
    card.write_text(card.read_text(encoding="utf-8").replace("../card.png", "card.png"), encoding="utf-8")
    (found,) = read_decisions(card, library)["film"]
    assert found.start_seconds == pytest.approx(2.0, abs=0.6)
    assert found.end_seconds == pytest.approx(4.0, abs=0.6)
    assert "SHA-256" in str(found.reason)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"work_id": "other"}, "no work of the library"),
        ({"kind": "mine"}, "kind: expected one of"),
        ({"decided_by": ""}, "decided_by: empty"),
        ({"reason": " ", "decided_on": ""}, "reason, decided_on: empty"),
        ({"decided_on": "31 February"}, "decided_on"),
        ({"start_seconds": "soon"}, "start_seconds: expected a number such as 12.5, got 'soon'"),
        ({"start_seconds": "3", "end_seconds": "3"}, "start_seconds < end_seconds"),
        ({"end_seconds": "inf"}, "start_seconds < end_seconds"),
        ({"start_seconds": "99", "end_seconds": "100"}, "behind the end"),
        ({"picture": "card.png"}, "not both"),
        ({"start_seconds": "", "end_seconds": "", "picture": "none.png"}, "picture"),
    ],
)
def test_an_unusable_row_is_named_and_nothing_counts(library, tmp_path, wrong, says):
    with pytest.raises(TableError) as refused:
        read_decisions(table(tmp_path, {}, wrong), library)
    assert "row 3" in str(refused.value)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"work_id,kind\n", b"", b"work_id,when,kind,reason,decided_by,decided_on\n"]
)
def test_what_is_no_such_table_is_refused(library, tmp_path, content):
    path = tmp_path / "decisions.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="decisions"):
        read_decisions(path, library)


def test_black_cards_and_footage_of_the_background_are_suggested(library):
    found = suggested_ranges(Works(library), "film")
    kinds = {one.kind: one for one in found}
    assert kinds["black"].start_seconds == 0.0
    assert kinds["black"].end_seconds == pytest.approx(2.0, abs=0.6)
    assert "'stock'" in str(kinds["licensed"].grounds)
    assert kinds["licensed"].start_seconds == pytest.approx(4.0, abs=0.6)
    assert kinds["licensed"].end_seconds == pytest.approx(7.0, abs=0.6)
    assert all(one.end_seconds <= 10.0 for one in found)


def test_a_suggestion_counts_only_after_a_person_decided(library, tmp_path):
    path = tmp_path / "suggestions.csv"
    path.write_text(suggestions_csv(suggestions_for(Works(library), ["film"])), encoding="utf-8")
    with pytest.raises(TableError, match="a person decides"):
        read_decisions(path, library)
    decided = path.read_text(encoding="utf-8").replace(",,\n", ",counsel,2026-01-02\n")
    path.write_text(decided, encoding="utf-8")
    set_ranges(library, read_decisions(path, library))
    assert suggested_ranges(Works(library), "film") == ()
    set_ranges(library, {"film": ()})


def test_a_still_has_no_stretch_to_leave_out(library, tmp_path):
    """A row for a still would leave out nothing, and look as if it did."""
    add_files([library.path.parent / "card.png"], library, config=CONFIG)
    for row in ({"start_seconds": "0", "end_seconds": "1"}, {"start_seconds": "", "end_seconds": "", "picture": "x"}):
        with pytest.raises(TableError, match="is a still and has no stretches"):
            read_decisions(table(tmp_path, {"work_id": "card"} | row), library)
    library.remove("card")
