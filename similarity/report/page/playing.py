"""What the page's script needs to play suspect and work in step: lines, scenes, and its own words."""

from __future__ import annotations

import json
from collections.abc import Sequence

from similarity.absence import NotMeasured
from similarity.report.document.context import Context
from similarity.report.page.views import WorkView
from similarity.report.phrases.language import Language
from similarity.report.schema.match import Match
from similarity.report.schema.report import Report

__all__ = ["play_json", "play_words_json"]


def play_json(context: Context, works: Sequence[WorkView]) -> str:
    """Matches and scenes in the order of the report; a match names its work by its place among the works."""
    report = context.report
    slots = {view.finding.work.video_id: number for number, view in enumerate(works)}
    titles = {view.mark.letter: context.work_title(view.finding.work.video_id) for view in works}
    letters = [context.language.say(": ").join(both) for both in titles.items()]
    shown = {"matches": [_match(match, slots) for match in report.matches], "scenes": _scenes(report), "works": letters}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _match(match: Match, slots: dict[str, int]) -> dict[str, object]:
    speed, offset = match.fit.speed_factor, match.fit.offset_seconds
    if isinstance(speed, NotMeasured) or isinstance(offset, NotMeasured):
        speed, offset = 0.0, match.work_start_seconds
    return {
        "name": match.match_id,
        "work": slots.get(match.work_id, -1),
        "start": match.suspect_start_seconds,
        "end": match.suspect_end_seconds,
        "speed": speed,
        "offset": offset,
        "mirrored": match.view.is_mirrored,
    }


def _scenes(report: Report) -> list[dict[str, object]]:
    numbers = {match.match_id: number for number, match in enumerate(report.matches)}
    return [
        {
            "number": scene.scene_number,
            "start": scene.start_seconds,
            "match": next((numbers[name] for name in scene.match_ids if name in numbers), -1),
        }
        for scene in report.scenes
    ]


def play_words_json(language: Language) -> str:
    """What the script says while it runs; it fills `{...}` itself."""
    said = {
        "play": language.say("Play"),
        "pause": language.say("Pause"),
        "hashing": language.text("computing SHA-256: {share} %"),
        "fits": language.say("This is the file of the report: the SHA-256 agrees."),
        "other": language.say("This is another file than the report's: the SHA-256 differs."),
        "otherSize": language.say("This is another file than the report's: it has another size."),
        "unread": language.say("The file can't be read, and was not checked."),
        "unreadable": language.say("This browser can't play the file."),
        "noSuspect": language.say("Choose the file of the suspect first."),
        "work": language.text("Work {letter}"),
        "atMatch": language.text("Match {match}: work time = {speed} \u00d7 suspect time {offset} s"),
        "atScene": language.text("Scene {scene}, no match found: the work stands still"),
        "noWork": language.text("Match {match}: choose the file of work {letter} to see it"),
        "enlarge": language.text("Enlarge: {picture}"),
        "place": language.text("suspect {suspect}, work {work}"),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
