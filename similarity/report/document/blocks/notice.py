"""Blocks of notices: which work, and exactly where in the material."""

from __future__ import annotations

from similarity.absence import not_measured
from similarity.report.document.context import Context
from similarity.report.document.forms import number
from similarity.report.document.parts import Column, Facts, Paragraph, Part, Table
from similarity.report.phrases.words import file_name, span

__all__ = ["locations", "noticed_works"]


def noticed_works(context: Context) -> tuple[Part, ...]:
    """The works that a notice speaks of."""
    say, report = context.say, context.report
    if not report.works:
        return (Paragraph(text=say("No work has a match that was found: there is no work to name."), tone="note"),)
    registered = {one.sha256: one.registration for one in report.exhibits}
    rows = tuple(
        (
            context.work_number(one.work.video_id),
            context.title(one.work),
            context.owner(one.work),
            context.stated(registered[one.work.sha256]) if one.work.sha256 in registered else say("not stated"),
        )
        for one in report.works
    )
    columns = (
        Column(title=say("Number"), width=0.7),
        Column(title=say("Title"), width=1.4),
        Column(title=say("Owner as stated"), width=1.3),
        Column(title=say("Registration"), width=1.2),
    )
    return (Table(key="noticed-works", caption=say("Works named"), columns=columns, rows=rows),)


def locations(context: Context) -> tuple[Part, ...]:
    """Where the material lies, with exact times in it and in the work."""
    say, report = context.say, context.report
    sources = [one.source for one in report.exhibits if one.role == "suspect" and one.sha256 == report.suspect.sha256]
    source = sources[0] if sources else not_measured("no exhibit of the case names where it was obtained")
    facts = Facts(
        rows=(
            (say("Address it was obtained from"), context.stated(source)),
            (say("File examined"), context.shown(file_name(report.suspect.path))),
            ("SHA-256", report.suspect.sha256),
        )
    )
    rows = tuple(
        (
            str(number),
            span(match.suspect_start_seconds, match.suspect_end_seconds, language=context.language),
            context.work_name(match.work_id),
            span(match.work_start_seconds, match.work_end_seconds, language=context.language),
            match.match_id,
        )
        for number, match in enumerate(sorted(report.matches, key=lambda one: one.suspect_start_seconds), 1)
    )
    columns = (
        Column(title=say("No."), width=0.4, is_number=True),
        Column(title=say("Time in the material"), width=1.7),
        Column(title=say("{Work}"), width=1.6),
        Column(title=say("Time in the {work}"), width=1.7),
        Column(title=say("Match"), width=0.6),
    )
    if not rows:
        return (
            facts,
            Paragraph(text=say("No match was found: there is no place to name."), tone="note"),
        )
    total = number(report.suspect_coverage.covered_seconds)
    caption = say("Exact places") if report.suspect.is_still else say("Exact places; {seconds} s in all", seconds=total)
    return (facts, Table(key="locations", caption=caption, columns=columns, rows=rows))
