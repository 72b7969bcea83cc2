"""What a task's page shows of the report: differences and pictures of each match, closest unrelated footage, scenes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from similarity.absence import NotMeasured
from similarity.measure.calibration import LikelihoodRatio
from similarity.phrases import Phrase
from similarity.report.folder import read_report
from similarity.report.phrases.language import Language
from similarity.report.schema.match import Difference, FramePair, Match
from similarity.report.schema.report import Report
from similarity.service.web.page_words import figure
from similarity.service.web.speaking import Speaker, sentence

__all__ = ["MatchPart", "ReportParts", "UnrelatedPart", "report_parts"]

_MOST_MATCHES = 12
_MOST_PAIRS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencePart:
    """One thing that was looked at in both."""

    aspect: str
    work: str
    upload: str
    outcome: str
    """`differs`, `agrees` or `unknown`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPart:
    """Two pictures of the same moment of a match."""

    upload_seconds: float
    work_seconds: float
    upload_picture: str | None
    work_picture: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPart:
    """A match that was found."""

    match_id: str
    work_title: str
    start_seconds: float
    end_seconds: float
    differences: tuple[DifferencePart, ...]
    pairs: tuple[PairPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnrelatedPart:
    """Counter-evidence: what unrelated footage reaches."""

    title: str
    upload_seconds: tuple[float, float]
    work_seconds: tuple[float, float]
    copy_ratio: str
    adaptation_ratio: str
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParts:
    """Parts of one report, in the language of the page."""

    matches: tuple[MatchPart, ...]
    num_further: int
    unrelated: UnrelatedPart | str
    """Or why there is none."""
    scene_starts: tuple[float, ...]
    """Where the scenes of the upload begin, seconds."""


def report_parts(folder: Path, work_id: str | None, speaker: Speaker) -> ReportParts:
    """Parts of the report of a folder.

    Args:
        folder: holds `report.json`.
        work_id: the work that the task is about; its matches come first.
        speaker: language of the page.

    Raises:
        ReportError: the folder holds no report that this version reads.
    """
    report, language = read_report(folder), Language(speaker.code)
    found = [one for one in report.matches if one.found_by] or list(report.matches)
    ordered = sorted(found, key=lambda one: (one.work_id != work_id, -one.score))
    return ReportParts(
        matches=tuple(_match(one, report, language) for one in ordered[:_MOST_MATCHES]),
        num_further=max(0, len(ordered) - _MOST_MATCHES),
        unrelated=_unrelated(report, speaker, language),
        scene_starts=tuple(scene.start_seconds for scene in report.scenes),
    )


def _match(match: Match, report: Report, language: Language) -> MatchPart:
    titles = {work.work.video_id: work.work.title for work in report.works}
    return MatchPart(
        match_id=match.match_id,
        work_title=titles.get(match.work_id, match.work_id),
        start_seconds=match.suspect_start_seconds,
        end_seconds=match.suspect_end_seconds,
        differences=tuple(_difference(one, language) for one in match.differences),
        pairs=tuple(_pair(one) for one in match.frames[:_MOST_PAIRS]),
    )


def _difference(one: Difference, language: Language) -> DifferencePart:
    unknown = isinstance(one.is_different, NotMeasured)
    return DifferencePart(
        aspect=language.fill(one.aspect),
        work=language.fill(one.work),
        upload=_said(one.suspect, language),
        outcome="unknown" if unknown else "differs" if one.is_different else "agrees",
    )


def _said(one: Phrase | NotMeasured, language: Language) -> str:
    return language.fill(one.reason if isinstance(one, NotMeasured) else one)


def _pair(pair: FramePair) -> PairPart:
    return PairPart(
        upload_seconds=pair.suspect_seconds,
        work_seconds=pair.work_seconds,
        upload_picture=_name(pair.suspect_picture),
        work_picture=_name(pair.work_picture),
    )


def _name(picture: str | NotMeasured) -> str | None:
    return None if isinstance(picture, NotMeasured) else picture.rpartition("/")[2]


def _unrelated(report: Report, speaker: Speaker, language: Language) -> UnrelatedPart | str:
    one = report.closest_unrelated
    if isinstance(one, NotMeasured):
        return language.fill(one.reason)
    finding = one.finding
    return UnrelatedPart(
        title=one.title,
        upload_seconds=(finding.suspect_start_seconds, finding.suspect_end_seconds),
        work_seconds=(finding.work_start_seconds, finding.work_end_seconds),
        copy_ratio=_ratio(finding.copy_ratio, speaker, language),
        adaptation_ratio=_ratio(finding.adaptation_ratio, speaker, language),
        reading=finding.reading.name,
    )


def _ratio(ratio: LikelihoodRatio | NotMeasured, speaker: Speaker, language: Language) -> str:
    if isinstance(ratio, NotMeasured):
        reason = language.fill(ratio.reason)
        return str(speaker.say(sentence("not measured: {reason}"), reason=reason))
    return figure(ratio.log10_lr)
