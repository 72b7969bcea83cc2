"""Text in pictures: read in few frames, followed through the others, with its place, height and times."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pytest
from support.footage import moving_pattern, write_video
from support.lettering import soft_ground, write_lettered, write_words

from similarity.absence import NotMeasured
from similarity.config import DescribeConfig, SampleConfig
from similarity.describe.choose import choose_describers
from similarity.describe.descriptors.pdq import PdqDescriber
from similarity.describe.picture_text import NOT_ASKED_FOR, PictureText
from similarity.describe.stored import pack_video, unpack_video
from similarity.describe.text import engine
from similarity.describe.text.engine import ReadLine
from similarity.describe.text.follow import TextFollower
from similarity.describe.video import describe_video
from similarity.errors import MissingModelError


@dataclass
class Told:
    """A reader that says what it is told to say, and counts."""

    lines: tuple[ReadLine, ...]
    name: str = "told"
    weights_sha256: str = "0" * 64
    asked: list[int] = field(default_factory=list)

    def read(self, picture):
        self.asked.append(int(picture.shape[0]))
        return self.lines


def line(words, left, top, right, bottom, confidence=0.9):
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return ReadLine(text=words, corners=corners, confidence=confidence)


def shot(count, words=None):
    """Samples half a second apart; `words`: number of a sample -> what stands in it."""
    for number in range(count):
        picture = soft_ground(number)
        if words and number in words:
            write_words(picture, words[number], place=(40, 200), size=28)
        yield Fraction(number, 2), np.asarray(picture)


@pytest.fixture(scope="module")
def lettered(tmp_path_factory):
    """Six seconds: a mark throughout, a caption from 2 to 4."""
    path = tmp_path_factory.mktemp("lettered") / "film.mp4"
    words = {(0.0, 6.0): ("AI生成", (400, 16), 20), (2.0, 4.0): ("The end of the story", (60, 220), 28)}
    return write_lettered(path, 6.0, words)


@pytest.fixture(scope="module")
def read(lettered):
    pytest.importorskip("rapidocr", reason="the reader of text is not installed: pip install '.[text]'")
    return describe_video(lettered, [PdqDescriber()], config=SampleConfig(), text=engine.text_engine())


def test_words_are_read_with_place_height_and_times(read):
    mark, caption = read.text.lines
    assert (mark.text, caption.text) == ("AI生成", "The end of the story")
    assert (mark.start_seconds, mark.end_seconds) == (0.0, 6.0)
    assert caption.start_seconds == pytest.approx(2.0, abs=0.5)
    assert caption.end_seconds == pytest.approx(4.0, abs=0.5)
    assert (mark.left, mark.top) == (pytest.approx(781, abs=20), pytest.approx(56, abs=40))
    assert mark.height_share == pytest.approx(20 / 288, rel=0.15)
    assert read.text.num_frames_read < 6 < read.text.num_frames_followed


def test_text_is_stored_with_the_described_video(read):
    again = unpack_video(pack_video(read, with_record=True), "film.npz")
    assert again.text == read.text
    assert isinstance(again.text, PictureText)


def test_a_film_without_words_has_none(tmp_path):
    pytest.importorskip("rapidocr", reason="the reader of text is not installed: pip install '.[text]'")
    path = write_video(tmp_path / "pattern.mp4", moving_pattern(50))
    text = describe_video(path, [PdqDescriber()], config=SampleConfig(), text=engine.text_engine()).text
    assert text.lines == ()


def test_text_is_not_read_unless_asked_for(lettered):
    assert describe_video(lettered, [PdqDescriber()], config=SampleConfig()).text == NOT_ASKED_FOR
    assert choose_describers(DescribeConfig(use_clip="never")).text == NOT_ASKED_FOR


def test_a_line_is_followed_back_and_forward_from_where_it_was_read():
    told = Told((line("A caption", 40, 205, 180, 235),))
    follower = TextFollower(told)
    follower.look(shot(12, dict.fromkeys(range(3, 9), "A caption")))
    (found,) = follower.finished(Fraction(6)).lines
    assert (found.start_seconds, found.end_seconds) == (1.5, 4.5)
    assert len(told.asked) == 1


def test_nothing_is_read_where_nothing_looks_like_text():
    told = Told(())
    follower = TextFollower(told)
    follower.look(shot(20))
    assert told.asked == []
    assert follower.finished(Fraction(10)).lines == ()


def test_what_was_looked_at_in_vain_is_not_looked_at_again():
    told = Told(())
    follower = TextFollower(told)
    follower.look(shot(20, dict.fromkeys(range(20), "no letters")))
    assert len(told.asked) == 1


def test_a_line_that_comes_back_after_a_cut_is_the_same_line():
    told = Told((line("A mark", 40, 205, 130, 235),))
    follower = TextFollower(told)
    follower.look(shot(4, dict.fromkeys(range(4), "A mark")))
    follower.look(((time + 3, picture) for time, picture in shot(4, dict.fromkeys(range(4), "A mark"))))
    (found,) = follower.finished(Fraction(5)).lines
    assert (found.start_seconds, found.end_seconds) == (0.0, 5.0)


def test_other_words_in_the_same_place_are_another_line():
    told = Told((line("First words", 40, 205, 200, 235),))
    follower = TextFollower(told)
    follower.look(shot(4, dict.fromkeys(range(4), "First words")))
    told.lines = (line("Quite another", 40, 205, 220, 235),)
    follower.look(((time + 2, picture) for time, picture in shot(4, dict.fromkeys(range(4), "Quite another"))))
    assert [one.text for one in follower.finished(Fraction(4)).lines] == ["First words", "Quite another"]


def test_without_the_package_text_is_not_measured_and_the_command_is_named(monkeypatch):
    engine.text_engine.cache_clear()
    monkeypatch.setattr(engine, "find_spec", lambda package: None)
    chosen = choose_describers(DescribeConfig(use_clip="never", read_text="if_available"))
    assert isinstance(chosen.text, NotMeasured)
    assert "rapidocr, which reads text in the pictures, was not installed" in str(chosen.text.reason)
    with pytest.raises(MissingModelError, match=r"read_text is 'always'.*pip install"):
        choose_describers(DescribeConfig(use_clip="never", read_text="always"))
    engine.text_engine.cache_clear()


def test_describing_loads_no_reader_unless_asked_for():
    code = (
        "import sys; from similarity.describe.choose import choose_describers; "
        "from similarity.config import DescribeConfig; choose_describers(DescribeConfig(use_clip='never')); "
        "print(sorted({'rapidocr', 'onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
