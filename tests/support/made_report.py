"""A synthetic report of any size, deterministic, with pictures for every name in it."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from types import SimpleNamespace

import pytest
from PIL import Image
from support.made_findings import made_axes, made_facts, made_finding, made_unrelated

from index.records import DescriptorSet, SearchCodes
from similarity.absence import NotMeasured, not_measured
from similarity.align.candidates import NO_VOTING, RouteRank
from similarity.align.fit import LineFit
from similarity.align.rescoring import ScoreSteps
from similarity.align.values import NOT_PLACED, DensePlacement, VisiblePair
from similarity.compare.values import (
    BackgroundSensitivity,
    Control,
    ControlMatch,
    Decoy,
    DecoyStanding,
    FigureRange,
    LibraryFacts,
)
from similarity.describe.facts import SamplingFacts, VideoFacts
from similarity.describe.picture_text import NOT_READ_WHEN_INDEXED, PictureText, TextLine
from similarity.describe.views import AS_IS, MIRRORED
from similarity.geometry.change import PictureChange, PicturePart
from similarity.geometry.colour import ColourChange
from similarity.geometry.fit import PairPoints
from similarity.geometry.map_labels import SuspectShares, WorkShares
from similarity.geometry.standing_marks import StandingMark
from similarity.geometry.verification import Verification
from similarity.measure.filtration import Filtration
from similarity.measure.standing import Rank, Standing
from similarity.measure.values import AxisValue, Coverage
from similarity.phrases import joined_by_commas, phrase
from similarity.provenance.values import LabelField, LabelReading
from similarity.provenance.visible import visible_marks
from similarity.report.build.use import use_forms
from similarity.report.schema.match import Beside, Difference, FramePair, Match, MatrixPicture, PathPoint, Signal
from similarity.report.schema.report import (
    NOT_MAPPED,
    SCHEMA_VERSION,
    NotMeasuredItem,
    PackageVersion,
    Report,
    SceneFinding,
    SceneWork,
    SearchLimits,
    ToolFacts,
    WorkFinding,
)
from similarity.report.schema.taking import PairMap, SceneTaking, ShownMark, Taking

SCENE_SECONDS = 6.0
CONFIG_JSON = json.dumps({"align": {"operating_threshold": 4.0}, "profile": "standard"}, sort_keys=True)
NO_BACKGROUND = not_measured("the library holds no background footage; add some")
NOT_VERIFIED = not_measured("only the strongest matches are verified by local features")
TOO_PLAIN = not_measured("the suspect's picture is too plain: 7 local features, 12 needed")
SUSPECT_SHARES = SuspectShares(kept=0.62, moved=0.08, changed=0.1, added=0.2, can_tell=0.9)
WORK_SHARES = WorkShares(kept=0.66, moved=0.04, changed=0.1, gone=0.2, can_tell=0.7, cropped=0.25)
SUBTITLE = TextLine(
    text="Nobody leaves the harbour tonight",
    start_seconds=3.0,
    end_seconds=5.5,
    left=220,
    top=840,
    right=790,
    bottom=905,
    height_share=0.052,
    confidence=0.98,
)
TEXT_OF_SUSPECT = PictureText(
    reader="rapidocr 3.10.0, onnxruntime 1.32.0: PP-OCRv6 small",
    weights_sha256=sha256(b"reader").hexdigest(),
    num_frames_read=9,
    num_frames_followed=96,
    lines=(replace(SUBTITLE, text="AI生成", start_seconds=0.0, end_seconds=48.0, height_share=0.031), SUBTITLE),
    num_lines_left_out=0,
)
LABELS = (
    LabelReading(kind="c2pa", state="absent", place="uuid box", fields=(), problems=()),
    LabelReading(
        kind="encoder",
        state="present",
        place="tags of the container",
        fields=(LabelField(name="format.encoder", value="Lavf62.3.100"),),
        problems=(),
    ),
)
TEXT_OF_WORK = replace(TEXT_OF_SUSPECT, lines=(SUBTITLE,) * 70, num_frames_read=31)
SCENE_TAKING = SceneTaking(pairs=(0, 1), suspect=SUSPECT_SHARES, work=WORK_SHARES)
NOT_DRAWN = not_measured("corresponding points are drawn for confirmed frame pairs only")
STILL = not_measured("a still has no duration")
COLOURS = ColourChange(num_pairs=1, is_grey=False, grey_correlation=0.97, contrast_factor=0.9, brightness_change=-0.08)
CUT = joined_by_commas([phrase("left {share}", share="20 %"), phrase("top {share}", share="20 %")])
CROPPED = (
    phrase("cropped to {share} of the work's picture ({cut})", share="64 %", cut=phrase("cut off: {sides}", sides=CUT)),
)


def make_video(video_id: str, *, seconds: float, title: str = "", is_still: bool = False) -> VideoFacts:
    num_samples = max(1, int(seconds * 2))
    return VideoFacts(
        video_id=video_id,
        title=title or video_id,
        owner="" if video_id == "suspect" else "Harbour Pictures",
        path=f"films/{video_id}.mp4",
        sha256=sha256(video_id.encode()).hexdigest(),
        size_bytes=18_734_211,
        reader="pyav",
        container="mov,mp4,m4a,3gp,3g2,mj2",
        codec="h264",
        width=1280,
        height=720,
        is_still=is_still,
        duration_seconds_from_header=seconds + 0.04,
        duration_seconds_from_content=seconds,
        num_frames_from_header=not_measured("the header gives no number of frames"),
        num_frames_from_content=max(1, round(seconds * 25)),
        num_decode_failures=0,
        is_variable_frame_rate=False,
        is_truncated=False,
        sampling=SamplingFacts(
            samples_per_second=2.0,
            num_samples=num_samples,
            num_indexed=max(1, num_samples - 3),
            num_black=2,
            num_flat=1,
            num_near_empty=0,
            bars=phrase("none"),
        ),
        text=TEXT_OF_SUSPECT if video_id == "suspect" else NOT_READ_WHEN_INDEXED if is_still else TEXT_OF_WORK,
    )


def make_taking(name: str, path: tuple[PathPoint, ...]) -> Taking:
    pairs = tuple(
        PairMap(
            suspect_seconds=path[step].suspect_seconds,
            work_seconds=path[step].work_seconds,
            laid_by="placement" if step != 8 else "view",
            carried_by="surface" if step == 1 else "structure",
            suspect=SUSPECT_SHARES,
            work=WORK_SHARES,
            suspect_cells=("KKKA", "KMC."),
            work_cells=("XKKG", "XMC."),
            suspect_picture=f"{name}-map-{step}-suspect.jpg",
            work_picture=f"{name}-map-{step}-work.jpg",
            suspect_frame=f"{name}-map-{step}-suspect-frame.jpg",
            work_frame=f"{name}-map-{step}-work-frame.jpg",
            checkerboard_picture=f"{name}-map-{step}-checkerboard.jpg",
            difference_picture=f"{name}-map-{step}-difference.jpg",
        )
        for step in (1, 4, 8)
    )
    part = PicturePart(left=0.75, top=0.05, right=0.95, bottom=0.2, area_share=0.03)
    mark = ShownMark(
        mark=StandingMark(kind="overlay", fate="added", side="suspect", part=part, num_pairs=3),
        start_seconds=path[1].suspect_seconds,
        end_seconds=path[8].suspect_seconds,
        picture=f"{name}-mark-0.jpg",
    )
    return Taking(suspect=SUSPECT_SHARES, work=WORK_SHARES, pairs=pairs, marks=(mark,))


def make_match(number: int, *, work_id: str, suspect_start: float, work_start: float, is_above: bool = True) -> Match:
    suspect_end, speed = suspect_start + 5.0, 1.0 + 0.05 * (number % 3)
    name = f"pictures/m{number}"
    path = tuple(
        PathPoint(
            suspect_seconds=suspect_start + 0.5 * step,
            work_seconds=work_start + 0.5 * step * speed + 0.02 * (step % 3),
            similarity=7.5 - 0.2 * (step % 4),
            pdq_distance_bits=18 + step if step % 5 else not_measured("too little detail for PDQ"),
        )
        for step in range(10)
    )
    frames = tuple(
        FramePair(
            suspect_seconds=path[step].suspect_seconds,
            work_seconds=path[step].work_seconds,
            suspect_picture=f"{name}-{step}-suspect.jpg",
            work_picture=f"{name}-{step}-work.jpg",
            points=make_points(step),
            points_picture={1: f"{name}-{step}-points.jpg", 4: NOT_DRAWN, 8: TOO_PLAIN}[step],
        )
        for step in (1, 4, 8)
    )
    score = max(4.1, 16.0 - number) if is_above else max(0.5, 3.9 - 0.2 * (number % 10))
    is_mirrored, points = number % 2 == 0, 2.5 if is_above else 0.0
    place = {
        "work_id": work_id,
        "suspect_start_seconds": suspect_start,
        "suspect_end_seconds": suspect_end,
        "work_start_seconds": work_start,
        "work_end_seconds": work_start + 5.0 * speed,
        "score": score,
    }
    whole = made_finding(SimpleNamespace(**place), start=0.0, end=1e9, is_covered=number % 3 > 0)
    return Match(
        match_id=f"m{number}",
        **place,
        score_steps=ScoreSteps(
            alignment_score=score - points, verification_points=points, rival_factor=1.0, rival=None
        ),
        found_by=("copy",) if is_above else (),
        fit=LineFit(speed_factor=speed, offset_seconds=work_start - speed * suspect_start, residual_seconds=0.021),
        placement=make_placement(suspect_start, work_start, speed) if is_above else NOT_PLACED,
        view=MIRRORED if is_mirrored else AS_IS,
        num_samples_supporting=9,
        num_samples_available=10,
        signals=make_signals(is_verified=is_above),
        verification=make_verification(is_mirrored=is_mirrored) if is_above else NOT_VERIFIED,
        colours=COLOURS if is_above else NOT_VERIFIED,
        changes=((phrase("mirrored left to right"),) * is_mirrored + CROPPED) * is_above,
        differences=make_differences(is_mirrored=is_mirrored, is_verified=is_above),
        finding=dataclasses.replace(
            whole,
            axes=(
                AxisValue(axis="verbatim", value=0.8, background_percentile=99.9, num_samples=10),
                AxisValue(axis="copied", value=7.2, background_percentile=99.97, num_samples=10),
                *made_axes(7.2)[2:],
            ),
        ),
        beside=make_beside(score) if is_above else NOT_VERIFIED,
        common_sources=(),
        shared_with=(),
        path=path,
        frames=frames if is_above else (),
        taking=make_taking(name, path) if is_above else NOT_VERIFIED,
        matrix=MatrixPicture(
            picture=f"{name}-matrix.png",
            suspect_start_seconds=max(0.0, suspect_start - 2.0),
            suspect_end_seconds=suspect_end + 2.0,
            work_start_seconds=max(0.0, work_start - 2.0),
            work_end_seconds=work_start + 7.0,
            similarity_at_black=-1.0,
            similarity_at_white=8.0,
        )
        if is_above
        else not_measured("made only for matches above the threshold"),
    )


def make_beside(score: float) -> Beside:
    """Above eighteen of nineteen controls, without a value on one axis; decoys too few."""
    spread = FigureRange(lowest=2.1, highest=2.4, moved_most_without="street-4", without_all=2.6)
    rank = Rank(rank=2, num_others=19, num_nothing=10, median=STILL, nine_tenths=1.8, highest=score + 1)
    few = not_measured("only {number} others", number=4)
    return Beside(
        sensitivity=BackgroundSensitivity(
            num_items=40,
            num_touching=7,
            score=FigureRange(lowest=score, highest=score + 0.4, moved_most_without="street-4", without_all=score + 1),
            copy=spread,
            adaptation=not_measured("the likelihood ratio is withheld"),
        ),
        decoys=DecoyStanding(
            score=score - 2.5,
            num_works=12,
            num_aligned=12,
            num_related=1,
            num_too_short=7,
            strongest=Decoy(work_id="work-7", score=1.6),
            rank=few,
        ),
        controls=(
            Standing(figure="copy_score", value=score, rank=rank),
            Standing(figure="adaptation_score", value=3.2, rank=few),
            Standing(figure="verbatim", value=0.8, rank=rank),
            Standing(figure="motion", value=STILL, rank=STILL),
        ),
    )


def make_controls() -> tuple[Control, ...]:
    """One that was compared, one that could not be read."""
    reached = ControlMatch(work_id="work-1", copy_score=1.7, adaptation_score=-4.2, axes=made_axes(1.7))
    unread = not_measured("control-2.mp4: is no video")
    return (
        Control(
            name="control-1.mp4",
            sha256=sha256(b"control-1").hexdigest(),
            duration_seconds=41.0,
            matches=(reached,),
        ),
        Control(name="control-2.mp4", sha256=unread, duration_seconds=unread, matches=unread),
    )


def make_placement(suspect_start: float, work_start: float, speed: float) -> DensePlacement:
    """To the frame at 25 frames a second; of a speed that pictures do not tell where it is unchanged."""
    work_end = work_start + 5.0 * speed
    return DensePlacement(
        suspect_start_interval_seconds=(suspect_start - 0.02, suspect_start + 0.02),
        suspect_end_interval_seconds=(suspect_start + 4.96, suspect_start + 5.04),
        work_start_interval_seconds=(work_start - 0.04, work_start + 0.05),
        work_end_interval_seconds=(work_end - 0.06, work_end + 0.04),
        speed_interval=(speed - 0.004, speed + 0.003) if speed != 1.0 else not_measured("the pictures hardly change"),
        starts_at_cut=True,
        ends_at_cut=False,
        agreement=0.93,
        scale_interval=(0.838, 0.843),
        across_interval=(0.498, 0.502),
        down_interval=not_measured("the pictures leave it open: pairs of frames differ about it"),
        pairs=tuple(
            VisiblePair(
                suspect_seconds=suspect_start + step,
                work_seconds=work_start + step * speed,
                area_share=0.5,
                pdq_distance_bits=4 + 2 * step,
                pdq_distance_bits_as_shown=118 + 2 * step,
                pdq_quality=100,
                structure=0.97,
            )
            for step in range(4)
        ),
        pieces=(),
    )


def make_points(step: int) -> PairPoints | NotMeasured:
    """Confirmed, not confirmed, not measured: by step."""
    if step == 8:
        return TOO_PLAIN
    is_confirmed = step == 1
    return PairPoints(
        num_suspect_points=300,
        num_work_points=280,
        num_inliers=37 if is_confirmed else 0,
        num_elsewhere=30 if is_confirmed else 0,
        chance_exponent=41.5 if is_confirmed else 0.0,
        is_confirmed=is_confirmed,
    )


def make_signals(*, is_verified: bool) -> tuple[Signal, ...]:
    return (
        Signal(
            name=phrase("bundled descriptor (compact)"),
            unit=phrase("samples"),
            num_supporting=9,
            num_available=10,
            words=phrase("Far up."),
        ),
        Signal(
            name=phrase("perceptual hash (PDQ)"),
            unit=phrase("pairs"),
            num_supporting=8,
            num_available=9,
            words=phrase("At most 31 bits."),
        ),
        Signal(
            name=phrase("local features (SIFT)"),
            unit=phrase("frame pairs"),
            num_supporting=3 if is_verified else NOT_VERIFIED,
            num_available=4 if is_verified else NOT_VERIFIED,
            words=phrase("Beyond chance."),
        ),
    )


def make_verification(*, is_mirrored: bool) -> Verification:
    return Verification(
        num_pairs_tried=5,
        num_pairs_measured=4,
        num_pairs_confirmed=3,
        num_pairs_agreeing=2,
        strength=2.5,
        change=PictureChange(
            is_mirrored=is_mirrored,
            rotation_degrees=0.2,
            stretch_factor=1.01,
            work_part=PicturePart(left=0.2, top=0.2, right=1.0, bottom=1.0, area_share=0.64),
            suspect_part=PicturePart(left=0.0, top=0.0, right=1.0, bottom=1.0, area_share=1.0),
        ),
        is_negative=False,
    )


def make_differences(*, is_mirrored: bool, is_verified: bool) -> tuple[Difference, ...]:
    mirrored = phrase("mirrored") if is_mirrored else phrase("as in the work")
    crop = phrase("64 % of the work's frame") if is_verified else NOT_VERIFIED
    darker = phrase("{how} by {share} of full scale", how=phrase("darker"), share="8 %") if is_verified else None
    gaps = phrase("1 of 10 in the stretch: 00:00:02.000")
    differs = is_verified or NOT_VERIFIED
    rows = (
        ("left and right", "unaltered", mirrored, is_mirrored, None),
        ("part shown", "whole frame", crop, differs, None),
        ("speed", "unaltered", phrase("as in the work"), False, None),
        ("brightness", "unaltered", darker or NOT_VERIFIED, differs, darker),
        ("samples without support", "none", gaps, True, None),
    )
    return tuple(
        Difference(
            aspect=phrase(aspect), work=phrase(work), suspect=suspect, is_different=is_different, in_short=in_short
        )
        for aspect, work, suspect, is_different, in_short in rows
    )


def make_matches(
    count: int, *, work_ids: tuple[str, ...], num_scenes: int, first: int, is_above: bool
) -> tuple[Match, ...]:
    return tuple(
        make_match(
            first + number,
            work_id=work_ids[number % len(work_ids)],
            suspect_start=(number * 2 % max(1, num_scenes)) * SCENE_SECONDS + 0.5,
            work_start=20.0 + 11.25 * number,
            is_above=is_above,
        )
        for number in range(count if work_ids else 0)
    )


def make_scene(number: int, matches: tuple[Match, ...]) -> SceneFinding:
    start, end = (number - 1) * SCENE_SECONDS, number * SCENE_SECONDS
    over = [match for match in matches if match.suspect_start_seconds < end and match.suspect_end_seconds > start]
    found = [match for match in over if match.found_by]
    return SceneFinding(
        scene_number=number,
        start_seconds=start,
        end_seconds=end,
        is_gradual=number % 4 == 3,
        num_samples=12,
        match_ids=tuple(match.match_id for match in found),
        work_id=found[0].work_id if found else not_measured("no match that was found overlaps this scene"),
        covered_seconds=5.0 if found else 0.0,
        score=over[0].score if over else not_measured("no match overlaps this scene"),
        picture=f"pictures/scene-{number}.jpg",
        works=make_scene_works(over, start, end),
    )


def make_scene_works(matches: list[Match], start: float, end: float) -> tuple[SceneWork, ...]:
    """The strongest match of each work; every third match lies outside what the calibrations cover."""
    strongest: dict[str, Match] = {}
    for match in matches:
        strongest.setdefault(match.work_id, match)
    return tuple(
        SceneWork(
            match_id=match.match_id,
            finding=made_finding(match, start=start, end=end, is_covered=match.match_id[-1] not in "369"),
            taking=SceneTaking(pairs=(0, 1), suspect=SUSPECT_SHARES, work=WORK_SHARES)
            if match.found_by
            else NOT_MAPPED,
        )
        for match in strongest.values()
    )


def make_work_finding(work_id: str, matches: tuple[Match, ...], suspect_seconds: float) -> WorkFinding:
    own = [match for match in matches if match.work_id == work_id]
    covered = min(suspect_seconds, 5.0 * len(own))
    return WorkFinding(
        work=make_video(work_id, seconds=900.0, title=f"The film {work_id}"),
        score=own[0].score,
        match_ids=tuple(match.match_id for match in own),
        suspect_coverage=make_coverage(covered, suspect_seconds),
        work_coverage=make_coverage(min(900.0, covered * 1.05), 900.0),
        same_content_as=(),
        routes=(RouteRank(route="composition", rank=1), RouteRank(route="copies", rank=3)),
    )


def make_coverage(covered: float, total: float) -> Coverage:
    return Coverage(covered_seconds=covered, total_seconds=total, fraction=covered / total if total else STILL)


def make_tool() -> ToolFacts:
    return ToolFacts(
        version="0.1.0",
        python_version="3.11.7",
        platform="Linux x86_64",
        packages=(PackageVersion(name="av", version="15.0.0"), PackageVersion(name="faiss-cpu", version="1.12.0")),
        profile="standard",
        config_json=CONFIG_JSON,
        config_sha256=sha256(CONFIG_JSON.encode()).hexdigest(),
    )


def make_codes() -> SearchCodes:
    """Search codes of the copy descriptor."""
    return SearchCodes(
        set_name="compact",
        role="work",
        factory="IVF1264,PQ16",
        num_rows=120_000,
        num_rows_coded=100_000,
        num_codes=70_000,
        size_bytes=3_000_000,
    )


def make_library(num_works: int) -> LibraryFacts:
    return LibraryFacts(
        num_works=num_works + 10,
        num_background=40,
        work_seconds=900.0 * (num_works + 10),
        num_work_samples=1800 * (num_works + 10),
        num_background_samples=4800,
        state_sha256=sha256(b"library").hexdigest(),
    )


def make_limits(num_works: int) -> SearchLimits:
    return SearchLimits(
        num_works=num_works + 10,
        num_works_aligned=num_works + 10,
        num_comparisons=8_000,
        voting=NO_VOTING,
        num_hits_per_sample=64,
        num_weaker_matches_left_out=0,
    )


def build_report(*, num_scenes: int = 8, num_works: int = 2, num_matches: int = 3, num_weaker: int = 2) -> Report:
    """A consistent report; no works, no matches, no scenes are all allowed."""
    work_ids = tuple(f"work-{number}" for number in range(1, num_works + 1))
    matches = make_matches(num_matches, work_ids=work_ids, num_scenes=num_scenes, first=1, is_above=True)
    weaker = make_matches(
        num_weaker, work_ids=("work-9",), num_scenes=num_scenes, first=num_matches + 1, is_above=False
    )
    seconds = num_scenes * SCENE_SECONDS
    hit = [work_id for work_id in work_ids if any(match.work_id == work_id for match in matches)]
    works = tuple(make_work_finding(work_id, matches, seconds) for work_id in hit)
    scenes = tuple(make_scene(number, matches + weaker) for number in range(1, num_scenes + 1))
    return Report(
        schema_version=SCHEMA_VERSION,
        created_utc="2026-03-04T05:06:07Z",
        tool=make_tool(),
        describers=(
            DescriptorSet(name="pdq", version="1.0", weights_sha256=None, kind="binary", dimensions=256),
            DescriptorSet(
                name="compact",
                version="handmade-1",
                weights_sha256=sha256(b"compact").hexdigest(),
                kind="float",
                dimensions=256,
            ),
        ),
        library=make_library(num_works),
        operating_threshold=4.0,
        suspect=make_video("suspect", seconds=seconds),
        suspect_is_indexed_as=(),
        suspect_coverage=make_coverage(min(seconds, 5.0 * len(matches)), seconds),
        works=works,
        scenes=scenes,
        matches=matches,
        weaker_matches=weaker,
        use_forms=use_forms(matches, weaker, make_video("suspect", seconds=seconds), works=works, scenes=scenes),
        closest_unrelated=made_unrelated(weaker[0]) if weaker else NO_BACKGROUND,
        controls=make_controls(),
        calibrations=(made_facts("copy"), made_facts("adaptation")),
        not_measured=(NotMeasuredItem(what=phrase("Sound"), reason=phrase("sound is not compared by this version")),),
        limits=make_limits(num_works),
        deviations=(phrase("GPU was not used: none was found"),),
        filtration=Filtration(ranges=(), suggestions=(), filtered=not_measured("nothing was excluded")),
        case=not_measured("the comparison was made outside a case folder"),
        exhibits=(),
        requests=(),
        access=not_measured("no facts of access were given"),
        labels=LABELS,
        visible_labels=visible_marks(TEXT_OF_SUSPECT),
    )


def make_still_report() -> Report:
    report = build_report(num_scenes=0, num_matches=0, num_weaker=0)
    return replace(report, suspect=make_video("suspect", seconds=0.0, is_still=True))


def picture_names(report: Report) -> tuple[str, ...]:
    names: list[str | NotMeasured] = [scene.picture for scene in report.scenes]
    for match in report.matches + report.weaker_matches:
        names += [name for pair in match.frames for name in (pair.suspect_picture, pair.work_picture)]
        names += [pair.points_picture for pair in match.frames]
        names += [] if isinstance(match.taking, NotMeasured) else pictures_of_taking(match.taking)
        names += [] if isinstance(match.matrix, NotMeasured) else [match.matrix.picture]
    return tuple(name for name in names if isinstance(name, str))


def pictures_of_taking(taking: Taking) -> list[str]:
    names = []
    for pair in taking.pairs:
        names += [
            pair.suspect_frame,
            pair.work_frame,
            pair.suspect_picture,
            pair.work_picture,
            pair.checkerboard_picture,
            pair.difference_picture,
        ]
    return names + ([] if isinstance(taking.marks, NotMeasured) else [one.picture for one in taking.marks])


def make_pictures(report: Report) -> dict[str, bytes]:
    """A small JPEG or PNG per picture name of the report, each of another tone."""
    return {name: one_picture(number, name) for number, name in enumerate(picture_names(report))}


def one_picture(number: int, name: str) -> bytes:
    buffer = io.BytesIO()
    picture = Image.new("RGB", (32, 18), (number * 37 % 256, number * 91 % 256, number * 53 % 256))
    picture.save(buffer, format="PNG" if name.endswith(".png") else "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def sample_report() -> Callable[..., Report]:
    return build_report


@pytest.fixture(scope="session")
def still_report() -> Report:
    return make_still_report()


@pytest.fixture(scope="session")
def sample_pictures() -> Callable[[Report], dict[str, bytes]]:
    return make_pictures
