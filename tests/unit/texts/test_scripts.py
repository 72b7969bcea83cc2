# ruff: noqa: RUF001  Chinese punctuation is meant
"""Scripts are read form by form, and compared word by word, in order, both ways."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from docx import Document
from support.footage import moving_pattern, write_video

from similarity.absence import NotMeasured
from similarity.errors import ScriptError
from similarity.texts.script_compare import closest_scripts, compare_scripts
from similarity.texts.script_files import SCRIPT_SUFFIXES, read_script, scripts_at, scripts_of_film

FOUNTAIN = """Title: The Harbour

INT. HARBOUR OFFICE - NIGHT

Rain against the window. The old keeper counts the ropes once more.

KEEPER (tired)
Nobody leaves the harbour tonight, not while the lantern on the mole is dark.
(pause)
Tell the captain that I said so.

MIRA
Then I shall row out alone and light it myself, whatever the captain says.

EXT. THE MOLE - LATER

Mira climbs the iron ladder with the burning torch between her teeth.
"""
FDX = """<?xml version="1.0" encoding="UTF-8"?>
<FinalDraft DocumentType="Script"><Content>
<Paragraph Type="Scene Heading"><Text>INT. HARBOUR OFFICE - NIGHT</Text></Paragraph>
<Paragraph Type="Character"><Text>KEEPER (V.O.)</Text></Paragraph>
<Paragraph Type="Dialogue"><Text>Nobody leaves the harbour </Text><Text>tonight.</Text></Paragraph>
<Paragraph Type="Action"><Text>Rain.</Text></Paragraph>
</Content></FinalDraft>
"""
SRT = """1
00:00:01,500 --> 00:00:03,000
<i>Nobody leaves the harbour tonight,</i>

2
00:00:03,100 --> 00:00:05,000
not while the lantern on the mole is dark.

3
00:00:09,250 --> 00:00:11,000
Then I shall row out alone
and light it myself, whatever he says.
"""
ASS = """[Script Info]
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.50,0:00:03.00,Default,KEEPER,0,0,0,,{\\i1}Nobody leaves{\\i0} the harbour,\\Ntonight
"""


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def pdf_of(text: str) -> bytes:
    """A page of text, as small as a PDF can be."""
    shown = "".join(f"({line}) Tj 0 -14 Td " for line in text.splitlines())
    stream = f"BT /F1 10 Tf 40 700 Td {shown}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 5\n0000000000 65535 f \n" + table
    return content + head + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(content)


def test_fountain_has_headings_speakers_and_action(tmp_path):
    script = read_script(written(tmp_path, "a.fountain", FOUNTAIN))
    found = [(line.kind, line.speaker) for line in script.lines]
    assert found == [
        ("heading", None),
        ("action", None),
        ("dialogue", "KEEPER"),
        ("dialogue", "KEEPER"),
        ("dialogue", "MIRA"),
        ("heading", None),
        ("action", None),
    ]


def test_final_draft_has_the_same(tmp_path):
    lines = read_script(written(tmp_path, "a.fdx", FDX)).lines
    assert [(line.kind, line.speaker, line.text) for line in lines] == [
        ("heading", None, "INT. HARBOUR OFFICE - NIGHT"),
        ("dialogue", "KEEPER", "Nobody leaves the harbour tonight."),
        ("action", None, "Rain."),
    ]


@pytest.mark.parametrize(
    ("name", "text"), [("a.srt", SRT), ("a.vtt", "WEBVTT\n\n" + SRT.replace(",", ".")), ("a.ass", ASS)]
)
def test_subtitles_have_times_and_no_marks_of_style(tmp_path, name, text):
    first = read_script(written(tmp_path, name, text)).lines[0]
    assert first.start_seconds == 1.5
    assert "Nobody leaves the harbour" in first.text
    assert not set("<>{}\\") & set(first.text)


def test_documents_of_word_processors_are_read_as_their_text(tmp_path):
    document = Document()
    document.add_paragraph("第一场 码头 夜")
    document.add_paragraph("老周：今晚谁也不许离开码头。")
    document.save(str(tmp_path / "a.docx"))
    (tmp_path / "b.pdf").write_bytes(pdf_of("Chapter 1\nKeeper: Nobody leaves tonight."))
    found = [read_script(tmp_path / name).lines[-1] for name in ("a.docx", "b.pdf")]
    assert [(line.kind, line.speaker) for line in found] == [("dialogue", "老周"), ("dialogue", "Keeper")]
    assert found[0].text == "今晚谁也不许离开码头。"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xyz", b"words", "expected a script with one of the suffixes"),
        ("a.txt", b"", "holds no text"),
        ("a.docx", b"no zip", "can't be read as DOCX"),
        ("a.pdf", b"no pdf", "can't be read as PDF"),
        ("a.pdf", pdf_of(""), "holds no text; a scan"),
        ("a.fdx", b"<FinalDraft>", "can't be read as a Final Draft document"),
        ("a.fdx", b'<!DOCTYPE a [<!ENTITY b "c">]><FinalDraft/>', "declares a document type"),
        ("a.srt", b"\0\1\2", "can't be read as text"),
    ],
)
def test_what_is_no_script_says_why(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ScriptError, match=told):
        read_script(tmp_path / name)
    with pytest.raises(ScriptError, match="no such file"):
        read_script(tmp_path / "none.srt")


def test_subtitles_against_a_screenplay_are_found_in_order(tmp_path):
    suspect = read_script(written(tmp_path, "suspect.srt", SRT))
    work = read_script(written(tmp_path, "work.fountain", FOUNTAIN))
    found = compare_scripts(suspect, work, work_id="work")
    assert sorted({one.kind for one in found.passages}) == ["near_verbatim", "verbatim"]
    assert [one.suspect_seconds for one in found.passages if one.kind == "verbatim"] == [1.5, 9.25]
    assert all(isinstance(one.work_seconds, NotMeasured) for one in found.passages)
    assert [one.work_line for one in found.passages if one.kind == "verbatim"] == [3, 5]
    assert all(one.is_in_order for one in found.passages)
    assert found.suspect_share == found.suspect_share_in_order
    assert found.suspect_share > 0.9
    assert 0.4 < found.work_share < 0.7
    assert found.num_work_headings == 2


def test_what_was_put_in_another_order_is_said(tmp_path):
    second, first = SRT.split("3\n")[1], SRT.split("3\n", maxsplit=1)[0]
    turned = f"1\n00:00:00,000 --> 00:00:01,000{second.partition('11,000')[2]}\n{first}"
    suspect = read_script(written(tmp_path, "turned.srt", turned))
    work = read_script(written(tmp_path, "work.fountain", FOUNTAIN))
    found = compare_scripts(suspect, work, work_id="work")
    assert len(found.passages) == 2
    assert sorted(one.is_in_order for one in found.passages) == [False, True]
    assert found.suspect_share_in_order < found.suspect_share


def test_the_same_subject_in_other_words_shares_nothing(tmp_path):
    other = (
        "KEEPER: Stay in port until somebody has lit the lamp at the end of the wall.\nMIRA: I will do it on my own.\n"
    )
    suspect = read_script(written(tmp_path, "other.txt", other))
    work = read_script(written(tmp_path, "work.fountain", FOUNTAIN))
    found = compare_scripts(suspect, work, work_id="work")
    assert found.passages == ()
    assert found.suspect_share == found.work_share == 0.0
    assert found.shared_speakers == ("KEEPER", "MIRA")
    assert found.headings_in_order == ()


def test_headings_of_both_in_one_order(tmp_path):
    work = read_script(written(tmp_path, "work.fountain", FOUNTAIN))
    found = compare_scripts(work, work, work_id="work")
    assert found.headings_in_order == ("INT. HARBOUR OFFICE - NIGHT", "EXT. THE MOLE - LATER")
    assert found.work_share == 1.0


def test_a_film_brings_its_subtitle_streams_and_what_stands_beside_it(tmp_path):
    film = write_video(tmp_path / "film.mp4", moving_pattern(50))
    assert scripts_of_film(film) == ()
    with pytest.raises(ScriptError, match="found neither"):
        scripts_at(film)
    subtitles = written(tmp_path, "words.srt", SRT)
    both = tmp_path / "both.mkv"
    command = ["ffmpeg", "-v", "error", "-i", str(film), "-i", str(subtitles), "-c:v", "copy", "-c:s", "srt"]
    try:
        subprocess.run([*command, "-metadata:s:s:0", "language=eng", str(both)], check=True)
    except FileNotFoundError:
        pytest.skip("ffmpeg, which puts subtitles into a film, is not installed")
    written(tmp_path, "both.fountain", FOUNTAIN)
    beside, stream = scripts_of_film(both)
    assert (beside.form, stream.form) == ("fountain", "stream")
    assert stream.name == "both.mkv, stream 1, eng"
    assert [line.start_seconds for line in stream.lines] == [1.5, 3.1, 9.25]
    assert stream.lines[0].text == "Nobody leaves the harbour tonight,"
    closest = closest_scripts((stream,), (beside,), work_id="work")
    assert closest.suspect_share > 0.9


def test_the_command_compares_two_files(tmp_path, cli):
    suspect, work = written(tmp_path, "a.srt", SRT), written(tmp_path, "b.fountain", FOUNTAIN)
    said = cli("scripts", suspect, work).stdout
    assert "word for word, 00:00:01.500 / line 3" in said
    assert "paraphrase and translation: not measured" in said
    assert '"is_in_order": true' in cli("scripts", suspect, work, "--json").stdout
    assert "can't" not in cli("scripts", Path("none.srt"), work, exit_code=1).stdout


def test_every_suffix_has_a_reader(tmp_path):
    for suffix in SCRIPT_SUFFIXES:
        with pytest.raises(ScriptError):
            read_script(written(tmp_path, f"empty{suffix}", ""))
