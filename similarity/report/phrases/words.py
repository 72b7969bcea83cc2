"""Numbers as a reader of the page sees them: every figure with its unit, times to the millisecond."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath, PureWindowsPath

from index.records import SearchCodes
from similarity.absence import NotMeasured
from similarity.align.candidates import Route
from similarity.align.values import speeds_along
from similarity.compare.values import IndexedAs
from similarity.report.phrases.language import ENGLISH, Language, msgid
from similarity.report.schema.match import Match
from similarity.report.schema.report import SearchLimits

__all__ = [
    "clock",
    "codes_in_short",
    "decimal",
    "duration",
    "file_name",
    "indexed_sentences",
    "limit_sentences",
    "match_sentence",
    "moment",
    "number_ranges",
    "percent",
    "pretty_json",
    "route_name",
    "same_content_sentence",
    "short_clock",
    "span",
]

MINUS = "\u2212"
DASH = "\u2013"
TIMES = "\u00d7"
SPACE = "\u00a0"
"""Keeps a figure and its unit on one line."""
SAME_SPEED_TOLERANCE = 0.005
LONG_DURATION_SECONDS = 120.0

_ROUTES: dict[Route, str] = {
    "copies": msgid("copy descriptor and hash"),
    "composition": msgid("composition"),
    "motion": msgid("motion"),
    "concept": msgid("subject (CLIP), by which nothing counts as taken"),
}


def clock(seconds: float) -> str:
    """`hh:mm:ss.mmm`, rounded to the millisecond."""
    milliseconds = round(abs(seconds) * 1000)
    sign = MINUS if seconds < 0 and milliseconds else ""
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def short_clock(seconds: float, step_seconds: float) -> str:
    """`m:ss`, `h:mm:ss` or, where ticks lie closer than a second, `m:ss.s`: a label of an axis."""
    digits = 0 if step_seconds >= 1 else 1 if step_seconds >= 0.1 else 2
    total = round(abs(seconds), digits)
    minutes, rest = divmod(total, 60)
    hours, minutes = divmod(int(minutes), 60)
    text = f"{rest:0{2 if digits == 0 else 3 + digits}.{digits}f}"
    sign = MINUS if seconds < 0 and total else ""
    return f"{sign}{hours}:{minutes:02d}:{text}" if hours else f"{sign}{minutes}:{text}"


def span(start_seconds: float, end_seconds: float, *, language: Language = ENGLISH) -> str:
    """A half-open interval; one that lasts no time is a still picture.

    Args:
        start_seconds: its start.
        end_seconds: its end.
        language: in which a still picture is spoken of.
    """
    if start_seconds == end_seconds:
        return language.say("the picture")
    return f"{clock(start_seconds)} {DASH} {clock(end_seconds)}"


def duration(seconds: float) -> str:
    """A length: seconds while they are few, then minutes or hours."""
    if seconds < LONG_DURATION_SECONDS:
        return f"{decimal(seconds, 1)}{SPACE}s"
    whole_minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(whole_minutes, 60)
    if hours:
        return f"{hours}{SPACE}h{SPACE}{minutes:02d}{SPACE}min"
    return f"{minutes}{SPACE}min{SPACE}{rest:02d}{SPACE}s"


def decimal(value: float, digits: int = 2) -> str:
    """A decimal number with a true minus sign and no negative zero."""
    text = f"{value:,.{digits}f}"
    if not text.startswith("-"):
        return text
    return MINUS + text[1:] if text.strip("-0.,") else text[1:]


def percent(fraction: float, *, language: Language = ENGLISH) -> str:
    """A share; little is never shown as nothing, nor almost all as all."""
    if 0 < fraction < 0.001:
        return language.say("under {figure}", figure=f"0.1{SPACE}%").replace(" ", SPACE)
    if 0.999 < fraction < 1:
        return language.say("over {figure}", figure=f"99.9{SPACE}%").replace(" ", SPACE)
    hundredths = fraction * 100
    digits = 0 if hundredths in {0, 100} or 10 <= hundredths < 99 else 1
    return f"{decimal(hundredths, digits)}{SPACE}%"


def moment(created_utc: str) -> str:
    """An ISO 8601 time as readers write it; anything else as it stands."""
    try:
        when = datetime.fromisoformat(created_utc)
    except ValueError:
        return created_utc
    return when.strftime("%Y-%m-%d %H:%M:%S UTC") if when.utcoffset() == timedelta(0) else created_utc


def number_ranges(numbers: Iterable[int]) -> str:
    """`1, 3-5, 9` out of single numbers."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}{DASH}{last}" for first, last in runs)


def file_name(path: str) -> str:
    """The last part of a path; a drive letter or share tells that Windows wrote it."""
    is_windows = path[1:3] == ":\\" or path.startswith("\\\\")
    return (PureWindowsPath(path) if is_windows else PurePosixPath(path)).name or path


def match_sentence(match: Match, *, language: Language = ENGLISH) -> str:
    """How much of a match supports it and how fast it runs, in one plain sentence without figures of merit."""
    parts = (_support_words(match, language), _speeds_words(match, language))
    return language.say("{sentence}.", sentence=language.say("; ").join(part for part in parts if part))


def _support_words(match: Match, language: Language) -> str:
    samples = language.several(match.num_samples_available, "{number} sample", "{number} samples")
    return language.several(
        match.num_samples_supporting,
        "{number} of {samples} supports it",
        "{number} of {samples} support it",
        samples=samples,
    )


def _speeds_words(match: Match, language: Language) -> str:
    speeds = speeds_along(match.fit, match.placement)
    if len(speeds) < 2:
        return _speed_words(match.fit.speed_factor, language)
    first, last = (f"{decimal(speed)}{SPACE}{TIMES}" for speed in (speeds[0], speeds[-1]))
    return language.say("the suspect runs at {first} to {last} the work's speed", first=first, last=last)


def _speed_words(speed_factor: float | NotMeasured, language: Language) -> str:
    if isinstance(speed_factor, NotMeasured):
        return ""
    if abs(speed_factor) < SAME_SPEED_TOLERANCE:
        return language.say("the suspect holds one moment of the work")
    factor = f"{decimal(abs(speed_factor))}{SPACE}{TIMES}"
    if speed_factor < 0:
        return language.say("the suspect runs backwards through the work, at {factor} its speed", factor=factor)
    if abs(speed_factor - 1) < SAME_SPEED_TOLERANCE:
        return language.say("the suspect runs at the work's speed")
    return language.say("the suspect runs at {factor} the work's speed", factor=factor)


def indexed_sentences(entries: Sequence[IndexedAs], *, language: Language = ENGLISH) -> tuple[str, ...]:
    """What it means that the suspect's very file stands in the library."""
    works = [entry.entry_id for entry in entries if entry.role == "work"]
    background = [entry.entry_id for entry in entries if entry.role == "background"]
    sentences = []
    if works:
        sentences.append(
            language.several(
                len(works),
                "The suspect's file is byte for byte work {names}: a match with it is a match of the file with itself.",
                "The suspect's file is byte for byte works {names}: a match with them is a match of the file with "
                "itself.",
                names=_names(works, language),
            )
        )
    if background:
        sentences.append(
            language.several(
                len(background),
                "The suspect's file is byte for byte background item {names}: what it shows counts as usual, so its "
                "matches score too low. Remove it from the library and compare again.",
                "The suspect's file is byte for byte background items {names}: what it shows counts as usual, so its "
                "matches score too low. Remove them from the library and compare again.",
                names=_names(background, language),
            )
        )
    return tuple(sentences)


def same_content_sentence(ids: Sequence[str], *, language: Language = ENGLISH) -> str:
    """Which other works are the same file; empty where none is."""
    if not ids:
        return ""
    return language.several(
        len(ids),
        "Same bytes as work {names}: what is found in one is found in the other.",
        "Same bytes as works {names}: what is found in one is found in each.",
        names=_names(ids, language),
    )


def limit_sentences(limits: SearchLimits, *, language: Language = ENGLISH) -> tuple[str, ...]:
    """Bounds that were met, each in one sentence; none where nothing was left out."""
    sentences = []
    if limits.num_works_aligned < limits.num_works:
        sentences.append(
            language.several(
                limits.num_works,
                "Aligned with the suspect: {aligned} of {number} work. {others}",
                "Aligned with the suspect: {aligned} of {number} works. {others}",
                aligned=f"{limits.num_works_aligned:,}",
                others=_works_left_out(limits, language),
            )
        )
        if limits.voting.routes:
            names = (route_name(route, language=language) for route in limits.voting.routes)
            sentences.append(language.say("Works were sought by {routes}.", routes=language.say(", ").join(names)))
    if limits.voting.codes:
        sentences.append(
            language.say(
                "Works were searched for by search codes ({codes}), not row by row, and aligned only around the places "
                "that samples of the suspect voted for: a likeness that no code named may have been left out.",
                codes=codes_in_short(limits.voting.codes, language),
            )
        )
    if limits.voting.num_samples_at_hit_limit:
        sentences.append(
            language.say(
                "For {number} of {samples}, all {hits} hits allowed counted as votes: "
                "further library samples that look alike, and works with them, may have been left out.",
                number=f"{limits.voting.num_samples_at_hit_limit:,}",
                samples=language.several(
                    limits.voting.num_samples, "{number} suspect sample", "{number} suspect samples"
                ),
                hits=f"{limits.num_hits_per_sample:,}",
            )
        )
    if limits.num_weaker_matches_left_out:
        sentences.append(
            language.say(
                "Weaker matches that are not listed: {number}.",
                number=f"{limits.num_weaker_matches_left_out:,}",
            )
        )
    return tuple(sentences)


def codes_in_short(codes: Sequence[SearchCodes], language: Language) -> str:
    """What answered for each descriptor set: `compact: IVF4096,PQ16`."""
    return language.say(", ").join(f"{one.set_name}: {one.factory}" for one in codes)


def route_name(route: Route, *, language: Language = ENGLISH) -> str:
    """Descriptors by which works are found."""
    return language.say(_ROUTES[route])


def _works_left_out(limits: SearchLimits, language: Language) -> str:
    if limits.voting.num_works_left_out:
        return language.several(
            limits.voting.num_works_left_out,
            "Left out although samples of the suspect voted for them, because others got more votes: {number} work.",
            "Left out although samples of the suspect voted for them, because others got more votes: {number} works.",
        )
    if limits.voting.num_samples:
        return language.say("No sample of the suspect voted for the others.")
    return language.say("The others hold no sample that can be compared.")


def _names(ids: Sequence[str], language: Language) -> str:
    return language.say(", ").join(f"“{one}”" for one in ids)


def pretty_json(text: str) -> str:
    """JSON indented for reading; text that is no JSON as it stands."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
