"""A control: clips made from the same idea without the work, against the same works under the same configuration.

What they reach is reached by the idea.  Each is described as the suspect was and aligned with the works that the
suspect was aligned with; its strongest match with each work in question is looked at again in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from similarity.absence import NotMeasured, not_measured
from similarity.align.candidates import Candidates
from similarity.align.rescoring import against_rivals
from similarity.compare.engine import Comparison, align
from similarity.compare.session import Session
from similarity.compare.values import Control, ControlMatch
from similarity.compare.works import suspect_track
from similarity.describe.video import DescribedVideo
from similarity.errors import MediaError
from similarity.measure.finding import Finding
from similarity.measure.standing import FigureName, Standing, rank_among
from similarity.media.digest import digest_file
from similarity.media.walk import find_media
from similarity.phrases import as_it_is
from similarity.progress import SILENT, Progress
from similarity.text import storable

__all__ = ["ControlClip", "compared_controls", "describe_controls", "standings"]

NO_CONTROLS = not_measured("no controls were given: clips made from the same idea without the work")


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlClip:
    """A file that was given as a control."""

    name: str
    """Name of the file."""
    sha256: str | NotMeasured
    """SHA-256 of its bytes."""
    video: DescribedVideo | NotMeasured
    """The described clip; or why it is not used."""


def describe_controls(
    paths: Sequence[Path], session: Session, suspect_sha256: str, *, progress: Progress = SILENT
) -> tuple[ControlClip, ...]:
    """Describe every clip under some folders; one that can't be read or is none is kept with its reason.

    Args:
        paths: files, and folders of them.
        session: the library, and how it is compared with.
        suspect_sha256: the suspect's content, which is no control.
        progress: hears of every step.
    """
    return tuple(_described(find_media(paths), session, suspect_sha256, progress))


def _described(
    files: Sequence[Path], session: Session, suspect_sha256: str, progress: Progress
) -> Iterator[ControlClip]:
    seen = {suspect_sha256: _IS_SUSPECT}
    for number, path in enumerate(files, start=1):
        name, sha256 = storable(path.name), None
        progress.begin(path, number=number, total=len(files))
        try:
            sha256 = digest_file(path).sha256
            reason = seen.get(sha256) or _no_control(sha256, session)
            video = session.describe(path, progress) if reason is None else reason
        except MediaError as error:
            video = NotMeasured(reason=as_it_is(storable(str(error).replace(str(path), path.name))))
        if sha256 is not None:
            seen.setdefault(sha256, _IS_ANOTHER)
        left_out = str(video.reason) if isinstance(video, NotMeasured) else ""
        progress.end(path, status="failed" if left_out else "compared", detail=left_out)
        yield ControlClip(name=name, sha256=_UNREAD if sha256 is None else sha256, video=video)


def _no_control(sha256: str, session: Session) -> NotMeasured | None:
    """Why a file that the library holds is no control."""
    indexed = session.rows.indexed_as(sha256)
    if not indexed:
        return None
    return _IS_WORK if indexed[0].role == "work" else _IS_BACKGROUND


def compared_controls(
    clips: Sequence[ControlClip], session: Session, *, aligned: Sequence[str], wanted: Sequence[str]
) -> tuple[Control, ...]:
    """Compare controls with the works that the suspect was aligned with.

    Args:
        clips: described, in order.
        session: the library.
        aligned: works that were aligned with the suspect.
        wanted: works of the matches that were found.
    """
    return tuple(_compared(one, session, aligned, wanted) for one in clips)


def _compared(clip: ControlClip, session: Session, aligned: Sequence[str], wanted: Sequence[str]) -> Control:
    video, rows = clip.video, session.rows
    if isinstance(video, NotMeasured):
        return Control(name=clip.name, sha256=clip.sha256, duration_seconds=video, matches=video)
    suspect = suspect_track(video, rows.background)
    pairs = [align(suspect, rows.work(work_id), rows.background, config=session.config) for work_id in aligned]
    verified = session.verifier.verified(video, pairs, always=wanted)
    comparison = Comparison(
        suspect=suspect, alignments=against_rivals(verified), candidates=Candidates(work_ids=tuple(aligned))
    )
    settled = {one.work_id: one for one in session.placer.placed(video, comparison).alignments}
    measurer = session.measurer(video, suspect)
    strongest = {work_id: settled[work_id].matches[0] for work_id in wanted if settled[work_id].matches}
    return Control(
        name=clip.name,
        sha256=clip.sha256,
        duration_seconds=video.counts.duration_seconds_from_content,
        matches=tuple(_control_match(match.score, measurer.finding(match)) for match in strongest.values()),
    )


def _control_match(score: float, finding: Finding) -> ControlMatch:
    return ControlMatch(
        work_id=finding.work_id, copy_score=score, adaptation_score=finding.adaptation_score, axes=finding.axes
    )


def standings(score: float, finding: Finding, controls: Sequence[Control]) -> tuple[Standing, ...] | NotMeasured:
    """Where a match stands among the controls' strongest matches with the same work, figure by figure.

    Args:
        score: of the match.
        finding: of the whole match.
        controls: every one that was given.
    """
    if not controls:
        return NO_CONTROLS
    used = [one.matches for one in controls if not isinstance(one.matches, NotMeasured)]
    reached = [match for matches in used for match in matches if match.work_id == finding.work_id]
    others = [_figures(one) for one in reached]
    own = _figures(_control_match(score, finding))
    return tuple(
        _standing(name, value, [one[name] for one in others], num_nothing=len(used) - len(reached))
        for name, value in own.items()
    )


def _figures(match: ControlMatch) -> dict[FigureName, float | NotMeasured]:
    return {
        "copy_score": match.copy_score,
        "adaptation_score": match.adaptation_score,
        **{one.axis: one.value for one in match.axes},
    }


def _standing(
    name: FigureName, value: float | NotMeasured, others: Sequence[float | NotMeasured], *, num_nothing: int
) -> Standing:
    """A control whose match was not measured on an axis does not stand on it."""
    known = [one for one in others if not isinstance(one, NotMeasured)]
    rank = value if isinstance(value, NotMeasured) else rank_among(value, known, num_nothing=num_nothing)
    return Standing(figure=name, value=value, rank=rank)


_UNREAD = not_measured("the file could not be read")
_IS_SUSPECT = not_measured("it is the suspect itself, byte for byte")
_IS_ANOTHER = not_measured("it is another of the controls, byte for byte")
_IS_WORK = not_measured("it is a work of the library, byte for byte")
_IS_BACKGROUND = not_measured("it stands in the library's background: what it shows counts as usual")
