"""The page as a reader uses it, in a real browser: files side by side, keys, drawings, dialogs, narrow, printed."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from hashlib import sha256

import pytest
from pypdf import PdfReader
from support.chromium import Browser, find_chromium
from support.footage import moving_pattern, write_video

from similarity.report.page.html_form import to_html

CHROMIUM = find_chromium()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the page is not driven")
IN_STEP_SECONDS = 0.2
FRAMES_PER_SECOND = 10


@pytest.fixture(scope="module")
def report(sample_report):
    """Two matches with one work, the second of them mirrored."""
    return sample_report(num_scenes=4, num_works=1, num_matches=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, report, sample_pictures):
    """Both files, and the pages of a report that knows them."""
    folder = tmp_path_factory.mktemp("page")
    for name, seconds in (("suspect", 24), ("work", 44)):
        pictures = moving_pattern(seconds * FRAMES_PER_SECOND, 96, 54, seed=seconds)
        write_video(folder / f"{name}.mp4", pictures, rate=FRAMES_PER_SECOND)

    def known(facts, name):
        content = (folder / f"{name}.mp4").read_bytes()
        return replace(facts, sha256=sha256(content).hexdigest(), size_bytes=len(content))

    work = replace(report.works[0], work=known(report.works[0].work, "work"))
    report = replace(report, suspect=known(report.suspect, "suspect"), works=(work,))
    pictures = sample_pictures(report)
    for language in ("en", "zh"):
        page = to_html(report, pictures.__getitem__, language=language)
        (folder / f"{language}.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(CHROMIUM, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def tab(browser, folder):
    """The English page; it must have said nothing to the console and asked for nothing when the test is over."""
    tab = browser.open(folder / "en.html")
    yield tab
    assert tab.troubles() == []
    tab.call("Page.close")


def choose_both(tab, folder):
    tab.choose("#file-suspect", folder / "suspect.mp4")
    tab.choose("#file-work-0", folder / "work.mp4")
    tab.until("document.getElementById('suspect-video').readyState >= 2")
    tab.until("document.getElementById('work-video').readyState >= 2")


def times(tab) -> tuple[float, float]:
    return tuple(tab.js("['suspect', 'work'].map((name) => document.getElementById(name + '-video').currentTime)"))


def test_chosen_files_are_held_against_the_hashes_of_the_report(tab, folder):
    choose_both(tab, folder)
    for name in ("suspect", "work-0"):
        tab.until(f"document.getElementById('file-{name}-state').dataset.fits === 'yes'")
    changed = bytearray((folder / "work.mp4").read_bytes())
    changed[-1] ^= 1
    (folder / "changed.mp4").write_bytes(changed)
    tab.choose("#file-work-0", folder / "changed.mp4")
    tab.until("document.getElementById('file-work-0-state').dataset.fits === 'no'")
    assert "SHA-256 differs" in tab.js("document.getElementById('file-work-0-state').textContent")
    tab.choose("#file-work-0", folder / "suspect.mp4")
    tab.until("document.getElementById('file-work-0-state').textContent.includes('another size')")


@pytest.mark.parametrize("num_bytes", [0, 55, 56, 64, 119, 1_000_000])
def test_the_hash_in_chunks_is_the_hash(tab, num_bytes):
    made = f"new Blob([Uint8Array.from({{length: {num_bytes}}}, (_, place) => place * 7)])"
    content = bytes(place * 7 % 256 for place in range(num_bytes))
    assert tab.js(f"Digest.sha256({made}, () => 0, -1)") == sha256(content).hexdigest()


def test_both_play_in_step_at_the_fitted_speed(tab, folder, report):
    choose_both(tab, folder)
    speed, offset = report.matches[0].fit.speed_factor, report.matches[0].fit.offset_seconds
    before, _ = times(tab)
    assert before == pytest.approx(0.5, abs=0.06)
    tab.press(" ")
    tab.until(f"document.getElementById('suspect-video').currentTime > {before + 1.5}")
    for _ in range(4):
        suspect, work = times(tab)
        assert work == pytest.approx(speed * suspect + offset, abs=IN_STEP_SECONDS)
        time.sleep(0.2)
    assert tab.js("document.getElementById('play-button').textContent") == "Pause"
    tab.press(" ")
    tab.until("document.getElementById('suspect-video').paused && document.getElementById('work-video').paused")


def test_keys_jump_by_scene_and_by_match_but_not_in_fields(tab, folder, report):
    choose_both(tab, folder)
    tab.press("j")
    tab.until("document.getElementById('suspect-time').textContent === '00:00:06.000'")
    tab.press("k")
    tab.until("document.getElementById('suspect-time').textContent === '00:00:00.000'")
    tab.press("n")
    match = report.matches[1]
    at_start = match.fit.speed_factor * match.suspect_start_seconds + match.fit.offset_seconds
    tab.until(f"Math.abs(document.getElementById('work-video').currentTime - {at_start}) < 0.06")
    assert tab.js("document.getElementById('work-video').classList.contains('mirrored')")
    assert tab.js("getComputedStyle(document.getElementById('work-video')).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    assert "Match m2" in tab.js("document.getElementById('player-state').textContent")
    tab.js("document.getElementById('suspect-seek').focus()")
    tab.press("p")
    assert "Match m2" in tab.js("document.getElementById('player-state').textContent")
    tab.js("document.activeElement.blur()")
    tab.press("p")
    tab.until("document.getElementById('player-state').textContent.includes('Match m1')")
    tab.js("document.getElementById('keys-on').checked = false")
    tab.press("n")
    assert "Match m1" in tab.js("document.getElementById('player-state').textContent")


def test_a_drawing_is_zoomed_moved_and_takes_the_players_along(tab, folder, report):
    choose_both(tab, folder)
    drawing = "document.querySelector('#match-1 .drawing')"
    view = "document.querySelector('#match-1 .view').getAttribute('viewBox').split(' ').map(Number)"
    ticks = "Array.from(document.querySelectorAll('#match-1 .ticks text'), (one) => one.textContent).join()"
    whole, labels = tab.js(view), tab.js(ticks)
    tab.js(f"{drawing}.scrollIntoView({{block: 'center'}}); {drawing}.focus()")
    tab.press("+")
    assert tab.js(view)[2] == pytest.approx(whole[2] / 1.6)
    assert tab.js(ticks) != labels
    left = tab.js(view)[0]
    tab.press("ArrowRight")
    assert tab.js(view)[0] > left
    tab.press("0")
    assert tab.js(view) == pytest.approx(whole)
    frame = "document.querySelector('#match-1 .frame').getBoundingClientRect()"
    x, y, width, height = tab.js(f"(({{x, y, width, height}}) => [x, y, width, height])({frame})")
    at = {"x": x + width / 4, "y": y + height / 2}
    tab.call("Input.dispatchMouseEvent", type="mouseWheel", deltaX=0, deltaY=-100, **at)
    tab.until(f"({view})[2] < {whole[2]}")
    tab.press("0")
    tab.click(**at)
    match = report.matches[0].matrix
    suspect = match.suspect_start_seconds + (match.suspect_end_seconds - match.suspect_start_seconds) / 4
    work = (match.work_start_seconds + match.work_end_seconds) / 2
    tab.until(f"Math.abs(document.getElementById('suspect-video').currentTime - {suspect}) < 0.1")
    tab.until(f"Math.abs(document.getElementById('work-video').currentTime - {work}) < 0.1")
    assert "suspect 00:00:" in tab.js("document.querySelector('#match-1 .field-place').textContent")


def test_dialogs_open_close_and_give_the_focus_back(tab):
    tab.js("document.querySelector('#match-1 .enlarge').focus()")
    tab.press("Enter")
    tab.until("document.getElementById('enlarged').open")
    assert tab.js("document.getElementById('enlarged-picture').src").startswith("data:image/")
    tab.press("Escape")
    tab.until("!document.getElementById('enlarged').open")
    assert tab.js("document.activeElement === document.querySelector('#match-1 .enlarge')")
    tab.js("document.activeElement.blur()")
    tab.press("?")
    tab.until("document.getElementById('keys').open")
    tab.press("Escape")
    tab.until("!document.getElementById('keys').open")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [400, 1280])
def test_the_page_never_scrolls_sideways(browser, folder, language, width):
    tab = browser.open(folder / f"{language}.html", width=width)
    tab.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert tab.js("document.documentElement.scrollWidth") <= width
    assert tab.troubles() == []


def test_everything_can_be_read_without_the_script(browser, folder):
    tab = browser.open(folder / "en.html")
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    tab.call("Page.navigate", url=(folder / "en.html").as_uri())
    time.sleep(0.5)
    root = tab.call("DOM.getDocument", depth=-1)["root"]["nodeId"]
    html = tab.call("DOM.getOuterHTML", nodeId=root)["outerHTML"]
    for part in re.findall(r"<[a-z]+ [^>]*needs-script[^>]*>", html):
        assert 'hidden=""' in part
    assert "Differences and agreements" in html
    assert 'class="enlarge"' not in html


def test_the_print_holds_everything_but_the_controls(tab):
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(tab.printed())).pages)
    for said in ("This report measures; people judge.", "Differences and agreements", "How the score of", "m2"):
        assert said in text
    for control in ("Play this match", "Choose the files on this computer", "Zoom", "show the aligned path"):
        assert control not in text
