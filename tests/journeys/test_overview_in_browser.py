"""The overview of a run as a reader uses it: ten thousand suspects, sorted, filtered, searched, by keyboard, narrow."""

from __future__ import annotations

import pytest
from support.chromium import Browser, find_chromium

from similarity.absence import not_measured
from similarity.report.writers.csv_form import MatchRow, PairRow
from similarity.scan.opinions import Opinion, read_opinions
from similarity.scan.overview import Beside, overview_html
from similarity.scan.results import SuspectResult

CHROMIUM = find_chromium()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the page is not driven")
NUM_SUSPECTS = 10_000
HOSTILE = "</script><script>document.title='taken over'</script>"
NOTHING = not_measured("nothing")
JUDGED = Opinion(
    suspect_sha256="suspect-9982",
    work_sha256="content of work-1",
    work_start_seconds=3.0,
    work_end_seconds=4.5,
    score=9.982,
    verdict="rejected",
    by="Ada",
    note="stock footage",
    given_utc="2026-01-02T03:04:05Z",
)
BESIDE = Beside(
    picture_of=lambda suspect, name: None,
    report_of=lambda suspect: "reports/one/report.html" if suspect == "clip-09991" else None,
    command_of=lambda result: f"similarity compare {result.path}",
    work_sha256={f"work-{number}": f"content of work-{number}" for number in range(3)},
    opinions=[JUDGED],
)


def result(number, *, status="compared"):
    name, work = (HOSTILE if number == 7 else f"clip-{number:05d}"), f"work-{number % 3}"
    found = ("adaptation",) if number % 10 == 1 else ("copy",) if number % 10 == 2 else ()
    match = MatchRow(
        query_id=name,
        ref_id=work,
        query_start_seconds=1.0,
        query_end_seconds=2.5,
        ref_start_seconds=3.0,
        ref_end_seconds=4.5,
        score=number / 1000,
        found_by=found,
        shared_with=("work-9",) if number % 100 == 2 else (),
    )
    pair = PairRow(query_id=name, ref_id=work, score=match.score, found_by=found, num_comparisons=1, finding=None)
    is_compared = status == "compared"
    return SuspectResult(
        query_id=name,
        path=f"in/{name}.mp4",
        status=status,
        detail="" if is_compared else "is damaged",
        sha256=f"suspect-{number}",
        duration_seconds=4.0,
        num_frames=100,
        library=NOTHING,
        matches=(match,) if is_compared else (),
        pairs=(pair,) if is_compared else (),
        scenes=(),
        is_indexed_as=(),
        limits=NOTHING,
    )


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("overview")
    results = [result(number, status="failed" if number == 5 else "compared") for number in range(NUM_SUSPECTS)]
    (folder / "overview.html").write_bytes(overview_html(results, BESIDE))
    browser = Browser(CHROMIUM, tmp_path_factory.mktemp("profile"))
    tab = browser.open(folder / "overview.html")
    yield tab
    assert tab.troubles() == []
    browser.close()


@pytest.fixture(autouse=True)
def as_opened(tab):
    for name in ("search", "route", "reading", "work", "shared", "opinion"):
        enter(tab, name, "")
    enter(tab, "state", "found")


def enter(tab, name, value):
    field = f"document.getElementById({name!r})"
    tab.js(f"{{ {field}.value = {value!r}; {field}.dispatchEvent(new Event('input')); }}")


def count(tab):
    return tab.js("document.getElementById('count').textContent")


def names(tab):
    return tab.js("[...document.querySelectorAll('.row > span:nth-child(2) b')].map((one) => one.textContent)")


def test_what_was_found_stands_first_and_strongest_first(tab):
    assert count(tab) == "2,000 rows"
    assert names(tab)[:2] == ["clip-09992", "clip-09991"]


def test_only_rows_in_sight_are_in_the_page_and_scrolling_brings_the_others(tab):
    assert len(names(tab)) < 60
    tab.js("document.getElementById('list').scrollTop = 1e9")
    tab.until("[...document.querySelectorAll('.row b')].some((one) => one.textContent === 'clip-00001')")


def test_filters_search_and_sorting(tab):
    enter(tab, "route", "adaptation")
    assert count(tab) == "1,000 rows"
    enter(tab, "search", "clip-0000")
    assert names(tab) == ["clip-00001"]
    enter(tab, "route", "")
    enter(tab, "state", "")
    assert count(tab) == "9 rows"
    tab.js("document.querySelector('button[data-key=suspect]').click()")
    assert names(tab)[0] == "clip-00000"
    tab.js("document.querySelector('button[data-key=score]').click()")


def test_a_failed_suspect_says_why_and_a_hostile_name_is_a_name(tab):
    enter(tab, "state", "failed")
    assert "is damaged" in tab.js("document.querySelector('.row').textContent")
    enter(tab, "state", "weaker")
    enter(tab, "search", "</script>")
    assert names(tab) == [HOSTILE]
    assert tab.js("document.title") == "Overview of a scan"


def test_a_row_gives_the_command_that_makes_its_report(tab):
    enter(tab, "search", "clip-09992")
    tab.js("document.querySelector('.row').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'}))")
    tab.until("document.getElementById('count').textContent.includes('similarity compare in/clip-09992.mp4')")


def test_a_report_that_is_there_is_opened(tab):
    enter(tab, "search", "clip-09991")
    assert tab.js("document.querySelector('.row a').getAttribute('href')") == "reports/one/report.html"
    tab.js("window.open = (url) => { window.opened = url; }")
    tab.js("document.querySelector('.row').click()")
    assert tab.js("window.opened") == "reports/one/report.html"


def test_shared_footage_is_marked_and_folded_away(tab):
    enter(tab, "shared", "fold")
    assert count(tab) == "1,900 rows, 100 of shared footage folded away"
    enter(tab, "shared", "only")
    assert count(tab) == "100 rows"
    assert "shared with work-9" in tab.js("document.querySelector('.row').textContent")


def test_on_a_narrow_screen_nothing_is_cut_at_the_right_edge(tab):
    tab.resize(400, 800)
    try:
        assert tab.js("document.documentElement.scrollWidth") <= 400
    finally:
        tab.resize(1280, 900)


def test_what_was_rejected_is_folded_away_and_says_by_whom(tab):
    enter(tab, "opinion", "open")
    assert count(tab) == "1,999 rows"
    enter(tab, "opinion", "rejected")
    assert names(tab) == ["clip-09982"]
    assert "Ada: stock footage" in tab.js("document.querySelector('.row').textContent")


def test_an_opinion_is_given_by_name_and_saved_as_a_table_that_is_read_again(tab, tmp_path):
    enter(tab, "search", "clip-09992")
    tab.js("document.querySelector('.opinion button').click()")
    assert count(tab) == "Enter your name first"
    enter(tab, "by", "Grace")
    enter(tab, "note", '=1+1, "quoted"')
    tab.js("document.querySelector('.opinion button').click()")
    assert tab.js("document.querySelector('.opinion button').getAttribute('aria-pressed')") == "true"
    tab.js("URL.createObjectURL = (blob) => { window.saved = blob; return ''; }")
    tab.js("HTMLAnchorElement.prototype.click = () => {}; document.getElementById('save').click()")
    (tmp_path / "opinions.csv").write_text(tab.js("window.saved.text()"), encoding="utf-8")
    (opinion,) = read_opinions(tmp_path / "opinions.csv")
    assert (opinion.suspect_sha256, opinion.verdict, opinion.by) == ("suspect-9992", "confirmed", "Grace")
    assert (opinion.note, opinion.stretch, opinion.score) == ('=1+1, "quoted"', (3.0, 4.5), 9.992)
