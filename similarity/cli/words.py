"""Results in a few lines of words, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.records import Entry, SearchCodes
from similarity.absence import NotMeasured
from similarity.demo.run import DemoRun
from similarity.describe.facts import VideoFacts, stored_facts
from similarity.measure.values import Coverage
from similarity.media.walk import passed_over_in_words
from similarity.report.phrases.words import indexed_sentences, limit_sentences
from similarity.report.schema.report import Report
from similarity.scan.results import ScanSummary
from similarity.text import one_line

__all__ = [
    "codes_in_words",
    "compared_in_words",
    "demo_in_words",
    "entries_in_words",
    "entry_in_words",
    "scanned_in_words",
    "written_in_words",
]

_MAX_LINES = 20
_MAX_ID_WIDTH = 48
_SHORT_SECONDS = 0.2
"""Stretches below are given to a hundredth of a second."""


def compared_in_words(report: Report, files: Sequence[Path]) -> str:
    """What was found, and where the report lies."""
    scenes = sum(1 for scene in report.scenes if scene.match_ids)
    which = "the picture resembles" if report.suspect.is_still else f"{scenes} of {len(report.scenes)} scenes resemble"
    lines = [f"{report.suspect.video_id}: {which} {len(report.works)} of {report.library.num_works} works"]
    lines += [
        f"  {work.work.video_id}: {_covered(work.suspect_coverage, report.suspect)} of the suspect, "
        f"{_covered(work.work_coverage, work.work)} of the work, strongest match {work.score:.1f}"
        for work in report.works
    ]
    settings = [match.work_id for match in report.weaker_matches if match.finding.reading.name == "shared_setting"]
    lines += [
        f"  {work_id}: set aside, support lies only in what never moves in either (a set, an interface, a frame)"
        for work_id in dict.fromkeys(settings)
    ]
    lines += _heard(report)
    lines += [f"  {sentence}" for sentence in indexed_sentences(report.suspect_is_indexed_as)]
    lines += [f"  {sentence}" for sentence in limit_sentences(report.limits)]
    if not report.is_anything_found:
        lines.append("  no match found; this is not proof of originality")
    page = next(path for path in files if path.suffix == ".html")
    return "\n".join(map(one_line, [*lines, f"report: {page}"]))


def _covered(coverage: Coverage, video: VideoFacts) -> str:
    return "the picture" if video.is_still else f"{coverage.covered_seconds:.1f} s"


def _span(start_seconds: float, end_seconds: float) -> str:
    digits = 1 if end_seconds - start_seconds >= _SHORT_SECONDS else 2
    return "the picture" if start_seconds == end_seconds else f"{start_seconds:.{digits}f}-{end_seconds:.{digits}f} s"


def _heard(report: Report) -> list[str]:
    if isinstance(report.sound, NotMeasured):
        return []
    return [
        f"  {work.work_id}: {work.suspect_covered_seconds:.1f} s of the suspect's sound, "
        f"{work.work_covered_seconds:.1f} s of the work's"
        for work in report.sound.works
    ]


def scanned_in_words(summary: ScanSummary, folder: Path) -> str:
    """Counts, the strongest matches, and where the tables lie."""
    how = f"{summary.num_resumed} taken over"
    if summary.num_updated:
        how += f", {summary.num_updated} brought up to date"
    lines = [
        f"{summary.num_compared} suspects compared ({how}), {summary.num_failed} failed; "
        f"{summary.num_with_match} with a match that was found{_by(summary)}"
    ]
    lines += [
        f"  {row.query_id} {_span(row.query_start_seconds, row.query_end_seconds)}  ~  "
        f"{row.ref_id} {_span(row.ref_start_seconds, row.ref_end_seconds)}  score {row.score:.1f}"
        for row in summary.strongest[:_MAX_LINES]
    ]
    if len(summary.strongest) > _MAX_LINES:
        lines.append(f"  and {len(summary.strongest) - _MAX_LINES} more")
    if summary.indexed:
        lines.append(f"  suspects that stand in the library themselves: {len(summary.indexed)} (summary.json, indexed)")
    if summary.num_at_limit:
        lines.append(f"  suspects for which a limit of the search was met: {summary.num_at_limit} (suspects/, limits)")
    if said := passed_over_in_words(summary.passed_over):
        lines.append(f"  {said}")
    return "\n".join(map(one_line, [*lines, f"overview: {folder / 'overview.html'}"]))


def written_in_words(summary: ScanSummary, folder: Path) -> str:
    """What the tables of a run that goes on hold by now, in one line."""
    return one_line(
        f"{summary.num_compared} suspects compared, {summary.num_failed} failed; {summary.num_with_match} with a match "
        f"that was found{_by(summary)}: {folder / 'overview.html'}"
    )


def _by(summary: ScanSummary) -> str:
    counts = ", ".join(f"{number} by {name}" for name, number in summary.num_found_by.items())
    return f" ({counts})" if counts else ""


def entries_in_words(entries: Sequence[Entry], library: Path) -> str:
    """One line per entry."""
    if not entries:
        return one_line(f"{library} is empty; add works: similarity add PATH... --library {library}")
    width = min(_MAX_ID_WIDTH, max(len(entry.entry_id) for entry in entries))
    return "\n".join(
        f"{entry.entry_id:<{width}}  {entry.role:<10}  {entry.duration_seconds:>9.1f} s  "
        f"{entry.num_indexed:>6} samples  {entry.num_scenes:>5} scenes  {one_line(entry.source_path)}"
        for entry in entries
    )


def entry_in_words(entry: Entry, same_content: Sequence[Entry] = ()) -> str:
    """Everything that is known of one entry, and which others hold the same bytes."""
    facts = stored_facts(entry.facts_json)
    rows = {
        "id": entry.entry_id,
        "role": entry.role,
        **dict(entry.catalogue),
        "file": entry.source_path,
        "sha256": entry.sha256,
        **({"same content": ", ".join(f"{one.entry_id} ({one.role})" for one in same_content)} if same_content else {}),
        "size": f"{entry.size_bytes} bytes",
        "added": entry.added_utc,
        "picture": f"{facts.width} x {facts.height}, {facts.codec} in {facts.container}, read by {facts.reader}",
        "length": f"{entry.duration_seconds:.3f} s, {facts.num_frames_from_content} frames decoded, "
        f"{facts.num_decode_failures} failures",
        "samples": f"{entry.num_indexed} of {entry.num_samples} indexed ({facts.sampling.num_black} black, "
        f"{facts.sampling.num_flat} flat, {facts.sampling.num_near_empty} near-empty)",
        "bars": str(facts.sampling.bars),
        "scenes": str(entry.num_scenes),
    }
    width = max(len(name) for name in rows)
    return "\n".join(f"{name:<{width}}  {one_line(value)}" for name, value in rows.items())


def codes_in_words(made: Sequence[SearchCodes], recalls: Sequence[float]) -> str:
    """What answers searches, set by set, and how often it finds what exact search finds."""
    if not made:
        return "the library is small: every row is searched, exactly; no search codes were made"
    return "\n".join(
        f"{one.set_name} of {one.role}: {one.factory}, {one.num_codes} codes for {one.num_rows_coded} of "
        f"{one.num_rows} rows, {one.size_bytes / one.num_rows:.1f} bytes a row; recall at 1 {recall:.3f}"
        for one, recall in zip(made, recalls, strict=True)
    )


def demo_in_words(run: DemoRun) -> str:
    """What the demo found, with the paths of the reports, and what its suspects truly took."""
    rows = [
        f"  {row.query_id} {row.query_start:.1f}-{row.query_end:.1f} s from {row.ref_id} "
        f"{row.ref_start:.1f}-{row.ref_end:.1f} s: {row.edit}"
        for row in run.footage.copied
    ]
    found = [compared_in_words(report, files) for report, files in run.reports]
    return "\n".join([*found, "what the demo's suspects truly took:", *rows])
