"""The pages of the service as people use them, in a real browser: by keyboard, wide and narrow, in two languages."""

from __future__ import annotations

import shutil
import time

import pytest
from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from support.chromium import find_chromium
from support.service_pages import FRAMES_PER_SECOND, PASSWORD, found, serving, set_stage

CHROMIUM, DRIVER = find_chromium(), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="no Chromium with its driver on this machine: the pages are not driven"
)
WIDTHS = {1440: 900, 400: 800}
FRAME = 1 / FRAMES_PER_SECOND


class Person:
    """A browser in which somebody is signed in."""

    def __init__(self, driver, url: str) -> None:
        self.driver, self.url = driver, url

    def sign_in(self, name: str) -> None:
        self.driver.delete_all_cookies()
        self.open("/sign-in")
        self.type(name, self.one("input[name=name]"))
        self.type(PASSWORD + Keys.ENTER, self.one("input[name=password]"))
        self.until("location.pathname === '/queues'")

    def open(self, path: str) -> None:
        self.driver.get(self.url + path)

    def size(self, width: int, *, is_dark: bool = False) -> None:
        metrics = {"width": width, "height": WIDTHS[width], "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def one(self, selector: str):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def type(self, text: str, where=None) -> None:
        (where or self.driver.switch_to.active_element).send_keys(text)

    def press(self, keys: str) -> None:
        """Keys for the page, one after the other; nothing has the focus."""
        self.js("document.activeElement.blur()")
        for key in keys:
            self.type(key, self.one("body"))

    def js(self, expression: str):
        return self.driver.execute_script(f"return {expression}")

    def until(self, expression: str, seconds: float = 10.0) -> None:
        end = time.monotonic() + seconds
        while not self.js(expression):
            assert time.monotonic() < end, f"not so within {seconds} s: {expression}"
            time.sleep(0.03)

    def begin(self) -> None:
        """Take the next task of the copies by keyboard alone: from the head of the page, Tab by Tab."""
        self.open("/queues")
        for _ in range(30):
            self.type(Keys.TAB)
            if self.js("document.activeElement.matches('td button')"):
                break
        self.type(Keys.ENTER)
        self.ready()

    def ready(self) -> None:
        self.until("['upload', 'work'].every((side) => document.getElementById(side + '-video')?.readyState >= 2)")

    def chosen(self, name: str):
        return self.js(f"document.querySelector('input[name={name}]:checked')?.value ?? null")

    def times(self) -> tuple[float, float]:
        return tuple(self.js("['upload', 'work'].map((side) => document.getElementById(side + '-video').currentTime)"))


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with serving(set_stage(tmp_path_factory.mktemp("service"))) as stage:
        yield stage


@pytest.fixture(scope="module")
def driver():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for one in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio"):
        options.add_argument(one)
    options.add_experimental_option("prefs", {"intl.accept_languages": "en"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def person(driver, stage):
    """Somebody whose console stays empty: no violation of the content policy, no error, nothing missing."""
    stage.clear()
    person = Person(driver, stage.url)
    person.size(1440)
    driver.get_log("browser")
    yield person
    assert driver.get_log("browser") == []


@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_a_queue_is_worked_by_keyboard_and_an_answer_taken_back(person, stage, width):
    uploads = [stage.held(f"Number {number} at {width}") for number in (1, 2)]
    person.size(width)
    person.sign_in("rita")
    person.begin()
    assert person.js("document.documentElement.scrollWidth") <= width
    person.press("1w" + Keys.ENTER)
    person.until("document.activeElement.id === 'reason'")  # Enter without a reason asks for one
    person.type("the same takes" + Keys.ENTER)
    person.until(f"location.pathname === '/tasks/{stage.task_of(uploads[1])}'")
    assert stage.state(uploads[0]) == "withheld"
    person.until("!document.getElementById('undo').hidden")
    person.press("z")
    person.until(f"location.pathname === '/tasks/{stage.task_of(uploads[0])}'")
    assert stage.state(uploads[0]) == "held"
    person.press("3ac")
    person.type("a subject in common" + Keys.ENTER)
    person.until(f"location.pathname === '/tasks/{stage.task_of(uploads[1])}'")
    assert stage.state(uploads[0]) == "cleared"
    person.press("2lc")
    person.type("painted over" + Keys.ENTER)
    person.until("location.pathname === '/queues'")  # nothing is left
    assert stage.state(uploads[1]) == "cleared"


def test_both_videos_are_locked_by_the_fit_and_move_frame_by_frame(person, stage):
    stage.held("Locked")
    person.sign_in("rita")
    person.begin()
    person.until("document.getElementById('upload-time').textContent === '00:00:01.000'")
    assert person.times() == pytest.approx((1.0, 2.0), abs=0.01)
    person.press("n")
    person.until("document.getElementById('upload-video').currentTime > 3.9")
    assert person.times() == pytest.approx((4.0, 2.0), abs=0.01)
    assert person.js("getComputedStyle(document.getElementById('work-video')).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    person.press("p]")
    upload, work = person.times()
    step = work - 2.0
    assert (upload, step) == pytest.approx((1.0, FRAME), abs=0.07)
    person.press("[.")
    assert person.times() == pytest.approx((1.0 + step, 2.0 + step), abs=0.01)
    person.press(" ")
    person.until("document.getElementById('upload-video').currentTime > 2")
    upload, work = person.times()
    assert work - upload == pytest.approx(1.0, abs=0.2)
    person.press(" ")
    upload, work = person.times()
    assert work - upload == pytest.approx(1.0, abs=0.01)  # stopped, both stand where the line says
    person.press("dx")
    assert person.js("getComputedStyle(document.getElementById('work-side')).mixBlendMode") == "difference"
    assert person.js("document.getElementById('screens').className") == "screens is-difference is-swapped"


def test_keys_do_nothing_in_fields_with_modifiers_or_behind_a_dialog(person, stage):
    upload = stage.held("Typed")
    person.sign_in("rita")
    person.begin()
    here = person.js("location.pathname")
    person.press("c")
    person.type("1 was ez, lxdn?")
    assert person.js("document.getElementById('reason').value") == "1 was ez, lxdn?"
    assert (person.chosen("opinion"), person.chosen("action")) == (None, None)
    assert person.js("document.getElementById('screens').className") == "screens"
    person.type(Keys.ESCAPE)
    for modifier in (Keys.CONTROL, Keys.ALT, Keys.META, Keys.SHIFT):
        webdriver.ActionChains(person.driver).key_down(modifier).send_keys("1w").key_up(modifier).perform()
    assert (person.chosen("opinion"), person.chosen("action")) == (None, None)
    person.press("?")
    assert person.js("document.getElementById('help').open")
    person.type("4s")
    assert (person.chosen("opinion"), person.js("location.pathname")) == (None, here)
    person.type(Keys.ESCAPE)
    person.press("4e")
    assert (person.chosen("opinion"), person.chosen("action")) == ("cannot tell", "")
    assert stage.state(upload) == "held"


def test_a_second_look_is_blind(person, stage):
    upload = stage.held("Twice")
    person.sign_in("rita")
    person.begin()
    assert "uploader-7" in person.one("main").text
    person.press("1ec")
    person.type("my secret reason" + Keys.ENTER)
    person.until("location.pathname === '/queues'")
    person.sign_in("sam")
    person.begin()
    said = person.one("main").text
    assert "A second look" in said
    for hidden in ("uploader-7", "my secret reason", "log10 LR", "12.5", "+3.20", "pictures of a work found"):
        assert hidden not in said
    assert "00:00:03.000" in said  # where to look is shown
    person.open(f"/uploads/{upload}")
    assert "+3.20" not in person.driver.page_source
    assert "my secret reason" not in person.driver.page_source
    person.driver.back()
    person.ready()
    person.press("1wc")
    person.type("the same" + Keys.ENTER)
    person.until("location.pathname === '/queues'")
    assert stage.state(upload) == "withheld"


def test_a_queue_of_ten_thousand_is_painted_within_a_second(person, stage):
    stage.held("First of many")
    stage.crowd(10_000)
    person.sign_in("rita")
    painted = []
    for path in ["/queues/copies", "/queues/copies?page=200"] * 3:
        person.open(path)
        person.until("performance.getEntriesByName('first-contentful-paint').length")
        painted.append(person.js("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000)
    assert "10,000" in person.one("main").text
    assert sorted(painted)[len(painted) // 2] < 1.0, painted


def test_a_file_without_matches_stands_alone(person, stage):
    stage.held("Cut off", found(is_readable=False, reason="no pictures", works=()))
    person.sign_in("rita")
    person.open("/queues")
    person.one("td button").click()
    person.until("document.getElementById('lock')?.textContent === 'There is no match to show'")
    assert not person.one("#work-side").is_displayed()
    assert person.one("#upload-side").is_displayed()


@pytest.mark.parametrize(("language", "width", "is_dark"), [("en", 1440, False), ("zh", 400, True)])
def test_no_page_shuts_anybody_out(person, stage, language, width, is_dark):
    """axe-core without serious findings, nothing to scroll sideways; signed in as those who see each page."""
    upload = stage.held("Seen by all")
    person.size(width, is_dark=is_dark)
    seen = {"rita": ["/queues", "/queues/copies", f"/uploads/{upload}", "/uploads", "/quality", "/audit?check=1"]}
    seen |= {"ada": ["/policies/usual", "/access", "/policies"]}
    for name, paths in seen.items():
        person.sign_in(name)
        for path in paths:
            person.open(f"/language?to={language}&back={path}")
            _look(person, path, width, language)
    person.sign_in("rita")
    person.open(f"/language?to={language}")
    person.begin()
    _look(person, "task", width, language)
    person.press("?")
    _look(person, "help", width, language)
    person.type(Keys.ESCAPE)
    person.press("s")
    person.until("location.pathname === '/queues'")
    person.driver.delete_all_cookies()
    person.open("/sign-in")
    _look(person, "sign-in", width, "en")


def _look(person, where: str, width: int, language: str) -> None:
    assert person.js("document.documentElement.lang").startswith(language), where
    assert person.js("document.documentElement.scrollWidth") <= width, where
    found = Axe().run(person.driver)["violations"]
    grave = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}]
    assert grave == [], where
