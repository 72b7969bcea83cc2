"""Tables for spreadsheets and scripts: matches (the VSC2022 matching format), scenes and pairs.

Ranges are half-open.  A still has no length, and an empty range meets no other: it is written as lasting one second.

An identifier that a spreadsheet would take for a formula is written with an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.align.values import AlignedMatch, speeds_along
from similarity.measure.calibration import LikelihoodRatio
from similarity.measure.finding import Finding
from similarity.measure.found import Proposition
from similarity.measure.strength import strength
from similarity.measure.values import AXIS_NAMES
from similarity.parts.values import PartFinding
from similarity.report.schema.match import Match
from similarity.report.schema.report import Report
from similarity.report.schema.sound import SoundStretch
from similarity.sound.values import SoundMatch

__all__ = [
    "CONDITION_NAMES",
    "MatchRow",
    "PairRow",
    "SceneRow",
    "guarded_cell",
    "match_rows",
    "matches_csv",
    "pairs_csv",
    "parts_csv",
    "plain_identifier",
    "row_of",
    "scenes_csv",
]

MATCH_HEADER = (
    "query_id",
    "ref_id",
    "query_start",
    "query_end",
    "ref_start",
    "ref_end",
    "score",
    "found_by",
    "speeds",
    "shared_with",
    "copy_score",
)
SCENE_HEADER = ("query_id", "scene", "scene_start", "scene_end", *MATCH_HEADER[1:8], "shared_with", "reading")
PAIR_HEADER = (
    "query_id",
    "ref_id",
    "score",
    "found_by",
    "num_comparisons",
    "log10_lr",
    "adaptation_score",
    "log10_lr_adaptation",
    "reading",
    "part_score",
)
PART_HEADER = (
    "query_id",
    "ref_id",
    "part",
    "origin",
    "score",
    "found",
    "apart",
    "rival",
    "rival_score",
    "pictures",
    "query_seconds",
    "query_box",
    "ref_seconds",
    "ref_file",
    "ref_box",
    "mirrored",
    "colours",
    "marks",
    "outline",
    "proportions",
)
CONDITION_NAMES = ("used_side_pixels", "seconds", "num_samples", "bars_share", "bits_per_pixel")
"""Columns of a pair's conditions, after its axes."""
WORKS_PARTED_BY = "; "
"""Between the works of one cell."""
STILL_SECONDS = 1.0
"""Length with which a still is written."""
FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet calculate; the last four are the full-width forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """One match of one suspect against one work."""

    query_id: str
    """The suspect."""
    ref_id: str
    """The work."""
    query_start_seconds: float
    """Start in the suspect."""
    query_end_seconds: float
    """End in the suspect (exclusive)."""
    ref_start_seconds: float
    """Start in the work."""
    ref_end_seconds: float
    """End in the work (exclusive)."""
    score: float
    """Strength in points: of pictures that of `similarity.measure.strength`, of sound and parts their own score."""
    found_by: tuple[Proposition, ...]
    """Propositions on which it counts as found."""
    shared_with: tuple[str, ...]
    """Other works as copies of which its stretch of the suspect was found too: shared footage."""
    speeds: tuple[float, ...] = ()
    """Work seconds per suspect second, of each stretch of one speed in order; none where it is not measured."""
    copy_score: float | None = None
    """Of pictures, the score of the match, on which *found as a copy* rests; None for sound and parts."""

    @property
    def own_score(self) -> float:
        """The score of the match itself."""
        return self.score if self.copy_score is None else self.copy_score


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneRow:
    """One scene of one suspect against one work, as far as a match that was found lies in it."""

    query_id: str
    """The suspect."""
    scene_number: int
    """1, 2, 3 ... in order of time."""
    scene_start_seconds: float
    """Start of the scene in the suspect."""
    scene_end_seconds: float
    """Its end (exclusive)."""
    score: float
    """Strength of the whole match, points."""
    found_by: tuple[Proposition, ...]
    """Propositions on which the whole match counts as found."""
    shared_with: tuple[str, ...]
    """Other works as copies of which this stretch was found too."""
    finding: Finding
    """What of the match lies in the scene; its ratios are those of the whole match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """One suspect against one work as a whole."""

    query_id: str
    """The suspect."""
    ref_id: str
    """The work."""
    score: float
    """Score of the strongest match."""
    found_by: tuple[Proposition, ...]
    """Propositions on which any match of the pair counts as found."""
    num_comparisons: int
    """Samples of the suspect times samples of all works."""
    finding: Finding | None
    """What the strongest match measures; None where no stretch was aligned: empty cells."""
    part_score: float | None = None
    """How much the strongest part of the work stands out; None where no part was looked for: an empty cell."""


def match_rows(report: Report) -> tuple[MatchRow, ...]:
    """Every match of a report, found and weaker: of pictures, then of sound, whose scores are of two kinds."""
    pictures = (
        row_of(
            report.suspect.video_id,
            match,
            found_by=match.found_by,
            speeds=speeds_along(match.fit, match.placement),
            shared_with=match.shared_with,
            adaptation_score=match.finding.adaptation_score,
        )
        for match in report.matches + report.weaker_matches
    )
    heard = () if isinstance(report.sound, NotMeasured) else report.sound.stretches
    return (*pictures, *(_row_of_sound(report.suspect.video_id, one) for one in heard))


def _row_of_sound(query_id: str, stretch: SoundStretch) -> MatchRow:
    found_by: tuple[Proposition, ...] = ("sound",) if stretch.is_found else ()
    return row_of(query_id, stretch, found_by=found_by, speeds=(stretch.speed_factor,))


def matches_csv(rows: Iterable[MatchRow]) -> str:
    """Matches in the VSC2022 matching format; times in seconds."""
    return _table(MATCH_HEADER, (_match_cells(row) for row in rows))


def scenes_csv(rows: Iterable[SceneRow]) -> str:
    """One row per scene of a suspect and work of which a match that was found lies in it; times in seconds."""
    return _table((*SCENE_HEADER, *AXIS_NAMES, "kept_share"), (_scene_cells(row) for row in rows))


def pairs_csv(rows: Iterable[PairRow]) -> str:
    """One row per suspect and work."""
    header = (*PAIR_HEADER, *AXIS_NAMES, "kept_share", "kind", *CONDITION_NAMES)
    return _table(header, (_pair_cells(row) for row in rows))


def parts_csv(rows: Iterable[tuple[str, PartFinding]]) -> str:
    """One row per suspect and work of which a part stands out; boxes in percent: left,top,right,bottom.

    Args:
        rows: suspect and finding.
    """
    return _table(PART_HEADER, (_part_cells(query_id, found) for query_id, found in rows))


def _part_cells(query_id: str, found: PartFinding) -> tuple[str, ...]:
    rival = "" if isinstance(found.rival_work_id, NotMeasured) else guarded_cell(found.rival_work_id)
    traits = found.traits
    return (
        guarded_cell(query_id),
        guarded_cell(found.work_id),
        guarded_cell(found.part),
        found.origin,
        _number(found.score),
        _yes(found.is_found),
        _yes(found.is_apart),
        rival,
        _or_empty(found.rival_score),
        str(found.num_pictures),
        _number(found.suspect_seconds),
        _percent(found.suspect_box),
        "" if found.work_source else _number(found.work_seconds),
        guarded_cell(found.work_source),
        _percent(found.work_box),
        _yes(found.is_mirrored),
        _number(traits.colours),
        str(traits.marks),
        _or_empty(traits.outline),
        _number(traits.proportions),
    )


def _yes(is_so: bool) -> str:  # noqa: FBT001 - what is said
    return "yes" if is_so else "no"


def _percent(box: Sequence[int]) -> str:
    return ",".join(f"{edge / 10:g}" for edge in box)


def row_of(
    query_id: str,
    stretch: AlignedMatch | Match | SoundMatch | SoundStretch,
    *,
    found_by: tuple[Proposition, ...],
    speeds: tuple[float, ...],
    shared_with: tuple[str, ...] = (),
    adaptation_score: float | None = None,
) -> MatchRow:
    """The row of one match, of pictures or of sound.

    Args:
        query_id: the suspect.
        stretch: the match.
        found_by: propositions on which it counts as found.
        speeds: work seconds per suspect second, of each stretch of one speed in order.
        shared_with: other works as copies of which its stretch was found too.
        adaptation_score: of a match of pictures, natural log odds; None for sound.
    """
    return MatchRow(
        query_id=query_id,
        ref_id=stretch.work_id,
        query_start_seconds=stretch.suspect_start_seconds,
        query_end_seconds=stretch.suspect_end_seconds,
        ref_start_seconds=stretch.work_start_seconds,
        ref_end_seconds=stretch.work_end_seconds,
        score=stretch.score if adaptation_score is None else strength(stretch.score, adaptation_score),
        found_by=found_by,
        shared_with=shared_with,
        speeds=speeds,
        copy_score=None if adaptation_score is None else stretch.score,
    )


def _match_cells(row: MatchRow) -> tuple[str, ...]:
    names = (guarded_cell(row.query_id), guarded_cell(row.ref_id))
    here = _range(row.query_start_seconds, row.query_end_seconds)
    there = _range(row.ref_start_seconds, row.ref_end_seconds)
    return (
        *names,
        *map(_number, (*here, *there)),
        _number(row.score),
        _propositions(row.found_by),
        _speeds(row.speeds),
        _works(row.shared_with),
        "" if row.copy_score is None else _number(row.copy_score),
    )


def _scene_cells(row: SceneRow) -> tuple[str, ...]:
    found = row.finding
    scene = _range(row.scene_start_seconds, row.scene_end_seconds)
    here = _range(found.suspect_start_seconds, found.suspect_end_seconds)
    there = _range(found.work_start_seconds, found.work_end_seconds)
    return (
        guarded_cell(row.query_id),
        str(row.scene_number),
        *map(_number, scene),
        guarded_cell(found.work_id),
        *map(_number, (*here, *there)),
        _number(row.score),
        _propositions(row.found_by),
        _works(row.shared_with),
        found.reading.name,
        *_axes(found),
    )


def _range(start: float, end: float) -> tuple[float, float]:
    return (start, end) if end > start else (start, start + STILL_SECONDS)


def _pair_cells(row: PairRow) -> tuple[str, ...]:
    names = (guarded_cell(row.query_id), guarded_cell(row.ref_id))
    cells = (*names, _number(row.score), _propositions(row.found_by), str(row.num_comparisons))
    found, part = row.finding, "" if row.part_score is None else _number(row.part_score)
    if found is None:
        num_empty = len(PAIR_HEADER) - len(cells) - 1
        return (*cells, *("",) * num_empty, part, *("",) * (len(AXIS_NAMES) + 2 + len(CONDITION_NAMES)))
    return (
        *cells,
        _ratio(found.copy_ratio),
        _number(found.adaptation_score),
        _ratio(found.adaptation_ratio),
        found.reading.name,
        part,
        *_axes(found),
        found.conditions.kind,
        *(_or_empty(found.conditions.value(name)) for name in CONDITION_NAMES),
    )


def _axes(found: Finding) -> tuple[str, ...]:
    values = {one.axis: one.value for one in found.axes}
    return (*(_or_empty(values[name]) for name in AXIS_NAMES), _or_empty(found.kept_share))


def _works(names: tuple[str, ...]) -> str:
    return guarded_cell(WORKS_PARTED_BY.join(names))


def _propositions(names: tuple[Proposition, ...]) -> str:
    return " ".join(names)


def _speeds(speeds: tuple[float, ...]) -> str:
    return " ".join(f"{speed:.4f}" for speed in speeds)


def _ratio(ratio: LikelihoodRatio | NotMeasured) -> str:
    return "" if isinstance(ratio, NotMeasured) else _number(ratio.log10_lr)


def _or_empty(value: float | NotMeasured) -> str:
    return "" if isinstance(value, NotMeasured) else _number(value)


def guarded_cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{whole}" if whole.startswith(FORMULA_STARTS) else whole


def plain_identifier(cell: str) -> str:
    """An identifier as it was before `pairs.csv` and `matches.csv` guarded it against spreadsheets."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _number(value: float) -> str:
    return f"{value:.6f}"


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    buffer = io.StringIO(newline="")
    plain = csv.writer(buffer, lineterminator="\n")
    # left to itself the writer quotes no carriage return, which a reader takes for the end of the row
    quoted = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain.writerow(header)
    for row in rows:
        writer = quoted if any("\r" in cell for cell in row) else plain
        writer.writerow(row)
    return buffer.getvalue()
