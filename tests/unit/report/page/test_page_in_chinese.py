# ruff: noqa: RUF001  Chinese punctuation is meant
"""The page in Chinese: nothing left in English that has a translation, the same parts, as inert as in English."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from support.made_findings import INSIDE
from support.made_report import make_codes

from similarity.absence import NotMeasured, not_measured
from similarity.align.candidates import RouteRank, Voting
from similarity.align.values import Rival
from similarity.compare.values import IndexedAs, UnrelatedFootage
from similarity.measure.envelope import EnvelopeCheck
from similarity.measure.values import AXIS_NAMES, AxisValue, Reading
from similarity.phrases import as_it_is, phrase
from similarity.report.page.html_form import to_html
from similarity.report.phrases.language import CHINESE
from similarity.report.schema.report import NotMeasuredItem, Report, SceneWork

ENGLISH_RUN = re.compile(r"[A-Za-z][A-Za-z'’]*(?:[ ,;:.]+[A-Za-z][A-Za-z'’]*){2,}")
ALLOWED = (
    "Vergeer et al",  # citations
    "ENFSI Guideline for Evaluative Reporting in Forensic Science: Strengthening the Evaluation of Forensic Results "
    "across Europe",
    "European Network of Forensic Science Institutes, version",
    "The film work",  # titles
    "A street at noon",
    "Harbour Pictures",
    "mov,mp4,m4a,3gp,3g2,mj2",  # container
    "format.encoder: Lavf",  # field of a label
    "logistic",  # names of calibrators
    "pool_adjacent_violators",
)
VERDICT_WORDS = (
    "侵权|抄袭|剽窃|盗版|盗用|窃取|非法|违法|构成实质性相似|认定为|infring|plagiar|stolen|pirat|unlawful|guilt"
)
REASON = not_measured("no pair of pictures is confirmed by its local features")
SILENT = {"script", "style", "code", "pre"}
VOID = {"meta", "img", "input", "br", "link", "hr", "col"}


class Words(HTMLParser):
    """What a reader of the page sees or hears, without code and without what is marked as English."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.skipped: list[bool] = []
        self.words: list[str] = []
        self.english: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        is_silent = tag in SILENT or attributes.get("lang") == "en"
        self.words += [
            attributes[name] or "" for name in ("alt", "aria-label", "data-label", "title") if name in attributes
        ]
        if tag not in VOID:
            self.skipped.append(is_silent or (bool(self.skipped) and self.skipped[-1]))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.skipped.pop()

    def handle_data(self, data):
        (self.english if self.skipped and self.skipped[-1] else self.words).append(data)

    @property
    def left_in_english(self) -> set[str]:
        text = "\n".join(self.words)
        for allowed in ALLOWED:
            text = text.replace(allowed, "")
        return set(ENGLISH_RUN.findall(text))


def no_picture(name: str) -> bytes:
    raise FileNotFoundError(name)


def chinese(report: Report) -> Words:
    return Words(to_html(report, no_picture, language="zh"))


def in_product_words(value):
    """The report with every reason replaced by one that the product knows."""
    if isinstance(value, NotMeasured):
        return value if CHINESE.knows(value.reason) else REASON
    if isinstance(value, tuple):
        return tuple(in_product_words(item) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    return replace(
        value, **{field.name: in_product_words(getattr(value, field.name)) for field in dataclasses.fields(value)}
    )


@pytest.fixture
def shapes(sample_report, still_report):
    """Reports of every kind, with sentences of the product."""
    usual = in_product_words(sample_report())
    signals = tuple(
        replace(signal, words=phrase("Points of both frames that one transformation puts in place, beyond chance."))
        for signal in usual.matches[0].signals
    )
    signals = tuple(
        replace(signal, name=phrase(name), unit=phrase("frame pairs examined"))
        for signal, name in zip(
            signals,
            ("bundled descriptors (compact, composition)", "perceptual hash (PDQ)", "local features (SIFT)"),
            strict=True,
        )
    )

    def said(report):
        return replace(
            in_product_words(report),
            matches=tuple(replace(in_product_words(match), signals=signals) for match in report.matches),
            deviations=(
                phrase(
                    "A CUDA search was asked for and not used: {reason}", reason=phrase("no NVIDIA driver shows here")
                ),
            ),
            not_measured=(NotMeasuredItem(what=phrase("Sound"), reason=phrase("sound was not compared")),),
        )

    return {
        "usual": said(sample_report()),
        "no match": said(sample_report(num_matches=0)),
        "nothing at all": said(sample_report(num_scenes=0, num_works=0, num_weaker=0)),
        "still": said(still_report),
        "large": said(sample_report(num_scenes=30, num_works=12, num_matches=16, num_weaker=9)),
    }


def rich_report(report: Report) -> Report:
    """Every sentence that only some reports hold."""
    match = report.matches[0]
    axes = tuple(AxisValue(axis=name, value=0.5, background_percentile=100.0, num_samples=3) for name in AXIS_NAMES)
    pane = replace(match.view, region="pane", box=(0, 0, 500, 1000))
    steps = replace(match.score_steps, rival=Rival(work_id="work-2", score=21.0), rival_factor=0.25)
    other = replace(match, score_steps=steps, view=pane, finding=replace(match.finding, axes=axes))
    elsewhere = replace(report.matches[1].score_steps, rival=Rival(work_id=report.matches[1].work_id, score=2.0))
    backwards = replace(report.matches[1], fit=replace(report.matches[1].fit, speed_factor=-1.0), score_steps=elsewhere)
    unverified = replace(report.matches[2], verification=REASON, differences=(), frames=(), path=(), matrix=REASON)
    works = (replace(report.works[0], same_content_as=("2", "3"), routes=(RouteRank(route="motion", rank=2),)),)
    limits = replace(
        report.limits,
        num_works_aligned=2,
        voting=Voting(num_samples=90, num_samples_at_hit_limit=7, num_works_left_out=9, codes=(make_codes(),)),
        num_weaker_matches_left_out=1200,
    )
    indexed = (IndexedAs(entry_id="work-1", role="work"), IndexedAs(entry_id="b", role="background"))
    return replace(
        report,
        matches=(other, backwards, unverified),
        works=(*works, *report.works[1:]),
        limits=limits,
        suspect_is_indexed_as=indexed,
        closest_unrelated=not_measured(
            "no stretch of the library's background footage could be aligned with the suspect"
        ),
        calibrations=(),
    )


def test_no_english_sentence_is_left(shapes):
    shapes["rich"] = rich_report(shapes["usual"])
    for name, report in shapes.items():
        page = chinese(report)
        assert page.left_in_english == set(), name


def test_the_page_names_its_language_and_keeps_its_parts(shapes):
    for name, report in shapes.items():
        english, translated = Words(to_html(report, no_picture)), chinese(report)
        assert dict(english.tags)["html"] == {"lang": "en"}
        assert dict(translated.tags)["html"] == {"lang": "zh-CN"}
        assert translated.ids == english.ids, name


def test_the_words_of_an_examiner_are_used(shapes):
    text = "".join(chinese(shapes["usual"]).words)
    for word in (
        "检材",
        "样本",
        "抽取画面",
        "对应片段",
        "相同点",
        "差异点",
        "似然比",
        "置信区间",
        "覆盖率",
        "镜头",
        "阈值",
    ):
        assert word in text
    assert "本报告只作测量，判断由人作出。" in text
    assert "未查见对应片段，不能证明作品为独立创作" in text


def test_a_sentence_without_translation_is_marked_as_english(shapes):
    report = replace(shapes["usual"], deviations=(as_it_is("the <disk> sang a song"),))
    page = chinese(report)
    assert "the <disk> sang a song" in page.english
    assert ("span", {"lang": "en"}) in page.tags


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_verdict_is_spoken_in_any_language(shapes, language):
    for name, report in shapes.items():
        text = to_html(report, no_picture, language=language)
        assert not re.search(VERDICT_WORDS, text, re.IGNORECASE), name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_report_holds_stays_inert_in_any_language(sample_report, language):
    bad = "</title></script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}{name}{reason}"
    report = sample_report()
    old = report.matches[0]
    said = as_it_is(bad)
    outside = phrase("{name}: got {got}, expected {low} to {high}", name=bad, got=bad, low=bad, high=bad)
    rows = tuple(replace(row, aspect=said, work=said, suspect=said) for row in old.differences)
    signals = tuple(replace(signal, name=said, unit=said, words=said) for signal in old.signals)
    cropped = phrase("cropped to {share} of the work's picture ({cut})", share=bad, cut=said)
    match = replace(old, match_id=bad, differences=rows, signals=signals, changes=(said, cropped))
    match = replace(match, score_steps=replace(old.score_steps, rival=Rival(work_id=bad, score=1.0)))
    gone = not_measured("the file of work {name} has changed since it was indexed", name=bad)
    found = replace(
        report.scenes[0].works[0].finding,
        work_id=bad,
        reading=Reading(name="part", reasons=(said, phrase("{share} of the windows kept unchanged", share=bad))),
        envelope=EnvelopeCheck(
            is_inside=False,
            reasons=(outside,),
        ),
        conditions=INSIDE,
        copy_ratio=gone,
        adaptation_ratio=NotMeasured(reason=said),
    )
    work = replace(report.works[0], work=replace(report.works[0].work, title=bad, owner=bad, path=bad, video_id=bad))
    report = replace(
        report,
        suspect=replace(report.suspect, title=bad, path=bad, video_id=bad, codec=bad, sha256=bad),
        works=(work, *report.works[1:]),
        matches=(match, *report.matches[1:]),
        scenes=(replace(report.scenes[0], works=(SceneWork(match_id=bad, finding=found),), picture=gone),),
        closest_unrelated=UnrelatedFootage(entry_id=bad, title=bad, finding=found),
        suspect_is_indexed_as=(IndexedAs(entry_id=bad, role="work"),),
        not_measured=(NotMeasuredItem(what=said, reason=gone.reason),),
        deviations=(said, phrase("A CUDA search was asked for and not used: {reason}", reason=bad)),
    )
    page = Words(to_html(report, no_picture, language=language))
    names = [tag for tag, _ in page.tags]
    assert names.count("script") == 1
    assert not [attributes for _, attributes in page.tags if any(name.startswith("on") for name in attributes)]
    assert all(attributes.get("src") != "x" for _, attributes in page.tags)
    assert bad in "".join(page.words + page.english)
    assert "49{name}" not in "".join(page.words + page.english)
