"""The page: everything in it, nothing from elsewhere, no verdict, nothing that a title could inject."""

import dataclasses
import re
from dataclasses import replace
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser

import pytest
from support.made_report import make_codes

from similarity.absence import NotMeasured, not_measured
from similarity.align.candidates import NO_VOTING, Voting
from similarity.align.values import Rival
from similarity.compare.values import IndexedAs, UnrelatedFootage
from similarity.measure.envelope import EnvelopeCheck
from similarity.measure.values import Reading
from similarity.phrases import as_it_is
from similarity.report.document.gaps import find_gaps
from similarity.report.folder import write_report
from similarity.report.page.html_form import to_html
from similarity.report.schema.report import NotMeasuredItem, SceneWork

VERDICT_WORDS = (
    r"infring|plagiar|guilt|stolen|steal|theft|pirat|culpab|thie[fv]|counterfeit|rip-?off|unlawful|illegal|"
    r"\bliab|violat|forge[dr]|verdict|convict|conclusive|proven\b"
)
UNSEEN = not_measured("the work's file is gone")
LOADING_ATTRIBUTES = {"src", "href", "xlink:href", "srcset", "data", "poster", "action", "formaction", "background"}
VOID = {"meta", "img", "input", "br", "link", "hr", "col"}


class Page(HTMLParser):
    """The page as a parser sees it, checked for balance."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] not in {"script", "style"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


def no_picture(name: str) -> bytes:
    raise FileNotFoundError(name)


def page_of(report, pictures=None) -> Page:
    return Page(to_html(report, no_picture if pictures is None else pictures.__getitem__))


def all_absent(value):
    """The report without anything that may be absent, each kind of value absent for a reason of its own."""
    if isinstance(value, tuple):
        return tuple(all_absent(item) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, NotMeasured):
        return value
    changes = {}
    for field in dataclasses.fields(value):
        may_be_absent = "NotMeasured" in str(field.type) and "Item" not in str(field.type)
        reason = f"no {field.name} <at> all & never"
        old = getattr(value, field.name)
        changes[field.name] = NotMeasured(reason=as_it_is(reason)) if may_be_absent else all_absent(old)
    return replace(value, **changes)


@pytest.fixture(scope="module")
def shapes(sample_report, still_report):
    """Reports of every kind that must be shown."""
    return {
        "usual": sample_report(),
        "no match": sample_report(num_matches=0),
        "nothing at all": sample_report(num_scenes=0, num_works=0, num_weaker=0),
        "still": still_report,
        "still with match": replace(sample_report(num_scenes=1), suspect=still_report.suspect),
        "large": sample_report(num_scenes=200, num_works=40, num_matches=60, num_weaker=50),
        "absent": all_absent(sample_report()),
    }


@pytest.fixture(scope="module")
def written(shapes):
    """The page of each, without pictures."""
    return {name: to_html(report, no_picture) for name, report in shapes.items()}


def test_every_shape_is_a_balanced_page_with_unique_targets(written):
    for name, text in written.items():
        page = Page(text)
        assert page.open == [], name
        ids = page.attributes("id")
        assert len(ids) == len(set(ids)), name
        targets = {href[1:] for href in page.attributes("href") if href.startswith("#")}
        assert targets <= set(ids), (name, targets - set(ids))
        assert not re.search(r"\bNone\b(?!\.)", page.text), name


def test_nothing_is_loaded_from_elsewhere(shapes, sample_pictures):
    for name, report in shapes.items():
        text = to_html(report, sample_pictures(report).__getitem__)
        for tag, attributes in Page(text).tags:
            for attribute in LOADING_ATTRIBUTES & set(attributes):
                assert attributes[attribute].startswith(("data:image/", "#")), (name, tag, attribute)
            assert "style" not in attributes, "the content policy refuses styles in attributes"
            assert not [attribute for attribute in attributes if attribute.startswith("on")]
        assert not re.search(r"https?://|@import|url\((?!#mark-|data:font/)", text), name


def test_the_policy_lets_only_the_pages_own_style_and_script_run(sample_report):
    page = page_of(sample_report())
    (policy,) = [
        attributes["content"]
        for _, attributes in page.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert [rule for rule in policy.split("; ") if "blob:" in rule] == ["media-src blob:"]
    assert [rule for rule in policy.split("; ") if "data:" in rule] == ["img-src data:", "font-src data:"]
    assert [tag for tag, _ in page.tags].count("script") == 1


def test_no_verdict_is_spoken(written):
    for name, text in written.items():
        assert not re.search(VERDICT_WORDS, text, re.IGNORECASE), name


def test_the_reader_is_told_that_the_tool_measures_and_people_judge(sample_report):
    text = page_of(sample_report()).text
    assert "This report measures; people judge." in text
    assert "not an error rate" in text
    assert "A reading is proposed by a fixed rule for a person to weigh; it decides nothing." in text
    assert "It is not the probability of either" in text


def test_the_summary_counts_scenes_works_and_both_coverages_apart(sample_report):
    text = page_of(sample_report(num_scenes=8, num_works=2, num_matches=3)).text
    assert (
        "15.0 s of the 48.0 s of the suspect video have counterparts in 2 works of the 12 compared: 3 matches." in text
    )
    assert "Share of the suspect" in text
    assert "Share of the work" in text
    assert "21 % 10.0 s of 48.0 s" in text
    assert "1.2 % 10.5 s of 15 min 00 s" in text


def test_nothing_found_is_said_to_be_no_proof(sample_report):
    text = page_of(sample_report(num_matches=0)).text
    assert "No match found; this is not proof of originality." in text


def test_every_reason_for_an_absence_stands_on_the_page(shapes, written):
    for name, report in shapes.items():
        text = Page(written[name]).text
        for gap in find_gaps(report):
            assert re.sub(r"\s+", " ", str(gap.reason)) in text, (name, gap)


def test_what_was_not_measured_and_deviations_stand_on_the_page(sample_report):
    item = NotMeasuredItem(what=as_it_is("Sound <track>"), reason=as_it_is("not & compared"))
    text = page_of(replace(sample_report(), not_measured=(item,), deviations=(as_it_is("decord took over"),))).text
    assert "Sound <track>" in text
    assert "not & compared" in text
    assert "decord took over" in text


def test_titles_can_inject_nothing(sample_report):
    bad = "</title></script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}"
    report = sample_report()
    finding = replace(report.works[0], work=replace(report.works[0].work, title=bad, owner=bad, path=bad))
    match = replace(report.matches[0], match_id=bad)
    reading = Reading(name="part", reasons=(as_it_is(bad),))
    check = EnvelopeCheck(is_inside=False, reasons=(as_it_is(bad),))
    withheld = NotMeasured(reason=as_it_is(bad))
    found = replace(
        report.scenes[0].works[0].finding, work_id=bad, reading=reading, envelope=check, copy_ratio=withheld
    )
    scene = replace(report.scenes[0], works=(SceneWork(match_id=bad, finding=found),))
    row = replace(report.calibrations[0].data_card.whole, name=bad)
    card = replace(report.calibrations[0].data_card, tiers=(row,), families=(row,), versions=((bad, bad),))
    report = replace(
        report,
        suspect=replace(report.suspect, title=bad, path=bad, video_id=bad, codec=bad),
        works=(finding, *report.works[1:]),
        matches=(match, *report.matches[1:]),
        scenes=(scene, *report.scenes[1:]),
        closest_unrelated=UnrelatedFootage(entry_id=bad, title=bad, finding=found),
        calibrations=(replace(report.calibrations[0], name=bad, data_card=card), *report.calibrations[1:]),
        deviations=(as_it_is(bad),),
        tool=replace(report.tool, config_json=bad, profile=bad),
    )
    page = page_of(report)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not page.attributes("onerror")
    assert bad in page.text
    assert "49" not in re.findall(r"onerror=alert\(2\)>(..)", page.text)


def test_titles_in_any_script_are_shown(sample_report):
    report = sample_report()
    finding = replace(report.works[0], work=replace(report.works[0].work, title="流浪地球 导演剪辑版"))
    assert page_of(replace(report, works=(finding, *report.works[1:]))).text.count("流浪地球 导演剪辑版") > 3


def test_pictures_are_embedded_and_described(sample_report, sample_pictures):
    report = sample_report()
    page = page_of(report, sample_pictures(report))
    pictures = [attributes for tag, attributes in page.tags if tag == "img" and "id" not in attributes]
    in_matches = sum(2 * len(match.frames) for match in report.matches)
    with_points = len(report.matches)
    of_maps = sum(4 * len(match.taking.pairs) + len(match.taking.marks) for match in report.matches)
    on_first_page = 2 * len(report.matches)
    in_storyboard = 4 * sum(
        scene.start_seconds <= pair.suspect_seconds < scene.end_seconds
        for match in report.matches
        for pair in match.taking.pairs
        for scene in report.scenes
    )
    assert len(pictures) == len(report.scenes) + in_matches + with_points + of_maps + on_first_page + in_storyboard
    assert all(picture["alt"] for picture in pictures)
    assert [tag for tag, _ in page.tags].count("image") == len(report.matches) + len(report.scenes)
    assert "picture not at hand" not in page.text


def test_pictures_that_cannot_be_shown_are_listed(sample_report, sample_pictures):
    report = sample_report()
    pictures = sample_pictures(report)
    first, second, third = list(pictures)[:3]
    pictures[second] = b"<svg onload=alert(1)>"

    def read(name):
        if name == first:
            raise FileNotFoundError(name)
        if name == third:
            raise PermissionError(13, "Permission denied")
        return pictures[name]

    text = Page(to_html(report, read)).text
    assert f"{first}: the file is not in the case folder" in text
    assert f"{second}: expected a JPEG or PNG picture" in text
    assert f"{third}: [Errno 13] Permission denied" in text


def test_a_match_is_shown_with_times_transform_axes_and_path(sample_report):
    report = sample_report(num_matches=2)
    match = report.matches[1]
    text = page_of(report).text
    assert "00:00:12.500 \u2013 00:00:17.500" in text
    assert "00:00:31.250 \u2013 00:00:36.750" in text
    assert "1.10 \u00d7 the work's speed" in text
    assert "mirrored left to right" in text
    assert "9 of 10 samples support it" in text
    assert "percentile: share of independent pairs that score lower" in text
    assert "> 99.9 %" in text
    assert match.path[3].similarity == pytest.approx(6.9)
    assert "00:00:14.000" in text


def test_a_cosine_is_not_shown_without_its_background_percentile(sample_report):
    report = sample_report(num_matches=1)
    verbatim, copied, *_, concept, _ = report.matches[0].finding.axes
    assert concept.axis == "concept"
    concept = replace(concept, value=0.87654, background_percentile=not_measured("no background is indexed"))
    match = replace(report.matches[0], finding=replace(report.matches[0].finding, axes=(verbatim, copied, concept)))
    text = page_of(replace(report, matches=(match,))).text
    assert "0.877" not in text
    assert re.search(r"same subject \(concept\)\u2013not measured \[\d+\]", text)
    assert "no background is indexed" in text
    concept = replace(concept, background_percentile=97.0)
    match = replace(report.matches[0], finding=replace(report.matches[0].finding, axes=(verbatim, copied, concept)))
    assert "0.877" in page_of(replace(report, matches=(match,))).text


def test_record_shows_versions_hashes_and_configuration(sample_report):
    report = sample_report()
    text = page_of(report).text
    for shown in (
        report.suspect.sha256,
        report.works[0].work.sha256,
        report.library.state_sha256,
        report.tool.config_sha256,
        "faiss-cpu 1.12.0",
        '"operating_threshold": 4.0',
        "Compare the suspect video with that library again",
    ):
        assert shown in text


def test_the_foot_of_the_page_names_the_stored_report(sample_report, tmp_path):
    write_report(sample_report(), tmp_path, {})
    stored = sha256((tmp_path / "report.json").read_bytes()).hexdigest()
    assert f"SHA-256 of report.json: {stored}" in Page((tmp_path / "report.html").read_text(encoding="utf-8")).text


def test_the_page_is_reachable_by_keyboard_and_names_its_parts(sample_report):
    page = page_of(sample_report())
    tags = [tag for tag, _ in page.tags]
    assert {"header", "nav", "main", "footer"} <= set(tags)
    assert tags.count("h1") == 1
    assert ("html", {"lang": "en"}) in page.tags
    for tag, attributes in page.tags:
        if tag == "svg":
            named = attributes.get("aria-labelledby", "").split()
            assert "aria-label" in attributes or attributes.get("aria-hidden") == "true" or named
            assert set(named) <= set(page.attributes("id"))
    assert all(unescape(label).strip() for label in page.attributes("aria-label"))


def test_the_same_report_gives_the_same_page(sample_report, sample_pictures):
    report = sample_report()
    pictures = sample_pictures(report)
    assert to_html(report, pictures.__getitem__) == to_html(report, pictures.__getitem__)


def test_the_page_says_which_files_are_one_and_which_limits_were_met(sample_report):
    report = sample_report()
    assert "is byte for byte" not in page_of(report).text
    assert "No bound of the search was met." in page_of(report).text
    works = (replace(report.works[0], same_content_as=("<b>2</b>", "3")), *report.works[1:])
    indexed = (IndexedAs(entry_id="work-1", role="work"), IndexedAs(entry_id="b&w", role="background"))
    limits = replace(
        report.limits,
        num_works_aligned=2,
        voting=Voting(num_samples=90, num_samples_at_hit_limit=7, num_works_left_out=9, codes=(make_codes(),)),
        num_weaker_matches_left_out=1200,
    )
    text = page_of(replace(report, works=works, suspect_is_indexed_as=indexed, limits=limits)).text
    for said in (
        "The suspect's file is byte for byte work “work-1”: a match with it is a match of the file with itself.",
        "The suspect's file is byte for byte background item “b&w”",
        "Same bytes as works “<b>2</b>”, “3”: what is found in one is found in each.",
        "Aligned with the suspect: 2 of 12 works. Left out although samples of the suspect voted for them, because "
        "others got more votes: 9 works.",
        "Works were searched for by search codes (compact: IVF1264,PQ16), not row by row",
        "For 7 of 90 suspect samples, all 64 hits allowed counted as votes",
        "Weaker matches that are not listed: 1,200.",
    ):
        assert said in text
    for votes, said in ((90, "No sample of the suspect voted for the others."), (0, "The others hold no sample")):
        few = replace(report.limits, num_works_aligned=2, voting=replace(NO_VOTING, num_samples=votes))
        assert said in page_of(replace(report, limits=few)).text


def test_a_better_explanation_stands_at_the_match_and_in_its_score(sample_report):
    report = sample_report()
    steps = replace(report.matches[0].score_steps, rival=Rival(work_id="work-2", score=21.0), rival_factor=0.25)
    match = replace(report.matches[0], score_steps=steps)
    text = page_of(replace(report, matches=(match, *report.matches[1:]))).text
    assert "Work “The film work-2” explains this stretch better, with a score of 21.0." in text
    assert "\u00d7 0.250" in text
    assert "work work-2 reaches 21.00 for this stretch" in text


def test_every_match_shows_signals_differences_verification_and_points(sample_report, sample_pictures):
    report = sample_report(num_matches=1)
    page = page_of(report, sample_pictures(report))
    for said in (
        "From the work's picture to the suspect's: cropped to 64 % of the work's picture",
        "perceptual hash (PDQ)",
        "9 of 10",
        "3 of 4",
        "in commonleft and rightunalteredas in the work in commonspeedunalteredas in the work",
        "5 frame pairs examined, 4 could be measured, 3 show",
        "37 corresponding points; far beyond chance",
        "no common arrangement of points found",
        "Local features: not measured",
        "How the score of 15.00 came about",
    ):
        assert said in page.text, said
    (points,) = [
        attributes for tag, attributes in page.tags if tag == "img" and "corresponding points" in attributes["alt"]
    ]
    assert points["src"].startswith("data:image/jpeg")


def test_what_was_not_verified_says_so_at_the_match(sample_report):
    report = sample_report(num_matches=1)
    facts = replace(report.matches[0].verification, change=UNSEEN)
    for verification in (UNSEEN, facts):
        match = replace(report.matches[0], verification=verification, changes=(), differences=())
        text = page_of(replace(report, matches=(match,))).text
        assert "From the work's picture to the suspect's: not measured" in text
        assert str(UNSEEN.reason) in text


def test_weaker_matches_say_what_was_confirmed_and_what_explains_them_better(sample_report):
    report = sample_report(num_weaker=2)
    verified = replace(report.weaker_matches[0], verification=report.matches[0].verification)
    lowered, elsewhere = (
        replace(
            verified,
            score_steps=replace(verified.score_steps, rival=Rival(work_id=work_id, score=9.0), rival_factor=0.1),
        )
        for work_id in ("work-1", verified.work_id)
    )
    text = page_of(replace(report, weaker_matches=(lowered, elsewhere))).text
    assert "3 of 4" in text
    assert "better explained by W-1 “The film work-1”" in text
    assert "better explained by this work elsewhere" in text
