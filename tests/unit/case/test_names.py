"""Names of files that come from anywhere become names that any file system takes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.case.disk.names import MAX_NAME_BYTES, safe_name


@pytest.mark.parametrize(
    ("original", "safe"),
    [
        ("film.mp4", "film.mp4"),
        ("长城 第一集.mp4", "长城 第一集.mp4"),
        ("Cafe\u0301.mov", "Café.mov"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\x.dll", "x.dll"),
        ("/etc/shadow", "shadow"),
        ("C:\\films\\a.mp4", "a.mp4"),
        ("..", "file"),
        (".", "file"),
        ("", "file"),
        ("/", "file"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("-rf", "rf"),
        ("a\0b\nc\x1b[31m.mp4", "abc[31m.mp4"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"),
        ("CON", "_CON"),
        ("con.mp4", "_con.mp4"),
        ("LPT1.txt", "_LPT1.txt"),
        ("console.mp4", "console.mp4"),
        ("name. . ", "name"),
        ("half\ud800.mp4", "half.mp4"),
    ],
)
def test_names_are_made_harmless(original, safe):
    assert safe_name(original) == safe


def test_a_name_of_enormous_length_keeps_its_suffix():
    name = safe_name("城" * 100_000 + ".mp4")
    assert name.endswith("城.mp4")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert len(safe_name("x." + "y" * 9000).encode()) <= MAX_NAME_BYTES


@given(st.text(max_size=300))
def test_every_name_is_safe_and_stays_itself(original):
    name = safe_name(original)
    assert name
    assert len(name.encode("utf-8")) <= MAX_NAME_BYTES + 1
    assert not set(name) & set('<>:"/\\|?*\0')
    assert name[0] not in ".~- "
    assert name[-1] not in ". "
    assert name == unicodedata.normalize("NFC", name)
    assert safe_name(name) == name
