"""What a block is given: the report, a language, the profile's terms, numbers of exhibits, and forms for values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from similarity.absence import NotMeasured
from similarity.describe.facts import VideoFacts
from similarity.phrases import Phrase, filled
from similarity.report.document.filing_form import FilingForm, LocalText
from similarity.report.document.parts import Passage, Text
from similarity.report.phrases.language import Language, msgid
from similarity.report.phrases.words import clock
from similarity.report.schema.case import Exhibit
from similarity.report.schema.report import Report
from similarity.text import plain_line

__all__ = ["Context", "make_context"]

Value = TypeVar("Value")
NOT_MEASURED = msgid("not measured: {reason}")
NOT_STATED = msgid("not stated: {reason}")
NOT_MEASURED_NUMBER = msgid("not measured [{number}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything that a block reads."""

    report: Report
    """What is shown."""
    profile: FilingForm
    """Whose rules it follows."""
    language: Language
    """In which language."""
    report_sha256: str
    """SHA-256 of `report.json`."""
    terms: Mapping[str, str]
    """What suspect and works are called; a capital letter begins the name of the capitalised word."""
    exhibit_numbers: Mapping[str, str]
    """Number of each exhibit by the identifier of its video."""
    gap_numbers: Mapping[Phrase, int]
    """Number of each reason why something was not measured."""

    @property
    def match_anchors(self) -> dict[str, str]:
        """Where each match that was found stands on the page."""
        return {match.match_id: f"match-{number}" for number, match in enumerate(self.report.matches, 1)}

    @property
    def is_chinese(self) -> bool:
        """Whether the document is in Chinese."""
        return self.language.code == "zh"

    def say(self, text: str, /, **values: object) -> str:
        """A text of the product in the language of the document, with the profile's terms."""
        return plain_line(self.language.say(text, **{**self.terms, **values}))

    def fill(self, said: Phrase | str) -> str:
        """A phrase that the report holds, in the language of the document."""
        return plain_line(self.language.fill(said))

    def filled(self, text: LocalText, values: Mapping[str, str]) -> str:
        """A text of the profile with its placeholders filled.

        Raises:
            KeyError: a placeholder is not known.
        """
        known = {**self.terms, **values}
        return plain_line(filled(text.of(self.language.code), known))

    def shown(self, value: Value | NotMeasured, form: Callable[[Value], str] = str) -> str:
        """A value, or why it is missing."""
        if isinstance(value, NotMeasured):
            return self.say(NOT_MEASURED, reason=self.fill(value.reason))
        return plain_line(form(value))

    def stated(self, value: str | NotMeasured) -> str:
        """What a person states, or why it is missing."""
        if not isinstance(value, NotMeasured):
            return plain_line(value)
        if value.is_left_empty:
            return self.say("not stated")
        return self.say(NOT_STATED, reason=self.fill(value.reason))

    def exhibit(self, video: VideoFacts) -> Exhibit | None:
        """The exhibit of the case that is this file, byte for byte."""
        return next((one for one in self.report.exhibits if one.sha256 == video.sha256), None)

    def title(self, video: VideoFacts) -> str:
        """Title of a video: as the case states it, else as the library has it."""
        exhibit = self.exhibit(video)
        known = video.title or video.video_id
        return plain_line(known if exhibit is None or isinstance(exhibit.title, NotMeasured) else exhibit.title)

    def owner(self, video: VideoFacts) -> str:
        """Owner of a video: as the case states it, else as the library has it."""
        exhibit = self.exhibit(video)
        if exhibit is not None and not isinstance(exhibit.owner, NotMeasured):
            return plain_line(exhibit.owner)
        return plain_line(video.owner) or self.say("not stated")

    def cell(self, value: Value | NotMeasured, form: Callable[[Value], str] = str) -> Text:
        """A value for a narrow place, or the number of the reason why it is missing."""
        if not isinstance(value, NotMeasured):
            return plain_line(form(value))
        number = self.gap_numbers.get(value.reason)
        if number is None:
            return self.shown(value, form)
        return Passage(text=self.say(NOT_MEASURED_NUMBER, number=number), target=f"gap-{number}")

    def translated(self, phrase: Phrase | str) -> Text:
        """What the report holds; what has no translation is marked as English."""
        said = self.fill(phrase)
        return said if self.language.knows(phrase) else Passage(text=said, is_english=True)

    def yes(self, value: bool) -> str:  # noqa: FBT001 - a fact to be put into words, not a switch
        """Yes or no."""
        return self.say("yes") if value else self.say("no")

    def work_title(self, work_id: str) -> str:
        """Title of a work, or of the suspect; its identifier where the report does not show the work."""
        videos = {one.work.video_id: one.work for one in self.report.works}
        videos[self.report.suspect.video_id] = self.report.suspect
        return self.title(videos[work_id]) if work_id in videos else plain_line(work_id)

    def suspect_when(self, seconds: float) -> str:
        """A moment of the suspect; a still picture has none."""
        return self.say("the picture") if self.report.suspect.is_still else clock(seconds)

    def work_when(self, work_id: str, seconds: float) -> str:
        """A moment of a work; a still picture has none."""
        is_still = any(one.work.is_still for one in self.report.works if one.work.video_id == work_id)
        return self.say("the picture") if is_still else clock(seconds)

    def work_name(self, work_id: str) -> str:
        """Number and title of a work, or of the suspect."""
        number = self.exhibit_numbers.get(work_id, "")
        quoted = self.say("“{title}”", title=self.work_title(work_id))
        return f"{number} {quoted}" if number and not self.is_chinese else f"{number}{quoted}"

    def work_number(self, work_id: str) -> str:
        """Number of a work, or its identifier where it has none."""
        return self.exhibit_numbers.get(work_id) or plain_line(work_id)

    @property
    def suspect_number(self) -> str:
        """Number of the suspect."""
        return self.exhibit_numbers[self.report.suspect.video_id]


def make_context(report: Report, *, profile: FilingForm, language: Language, report_sha256: str) -> Context:
    """What the blocks of one document are given.

    Args:
        report: the report.
        profile: the form of the document.
        language: its language.
        report_sha256: SHA-256 of `report.json`.
    """
    from similarity.report.document.gaps import find_gaps

    code = language.code
    terms = {key: text.of(code) for key, text in profile.terms.items()}
    capitals = {f"{key[0].upper()}{key[1:]}": f"{text[:1].upper()}{text[1:]}" for key, text in terms.items()}
    return Context(
        report=report,
        profile=profile,
        language=language,
        report_sha256=report_sha256,
        terms={**terms, **capitals},
        exhibit_numbers=_exhibit_numbers(report, profile),
        gap_numbers={gap.reason: gap.number for gap in find_gaps(report)},
    )


def _exhibit_numbers(report: Report, profile: FilingForm) -> dict[str, str]:
    """The profile's number of each video, with that of the case folder where it has one."""
    works = [one.work for one in report.works]
    numbered = {one.video_id: f"{profile.prefixes['work']}{number}" for number, one in enumerate(works, 1)}
    numbered[report.suspect.video_id] = f"{profile.prefixes['suspect']}1"
    return {
        video.video_id: _with_case_number(numbered[video.video_id], video, report) for video in (*works, report.suspect)
    }


def _with_case_number(number: str, video: VideoFacts, report: Report) -> str:
    found = [one.number for one in getattr(report, "exhibits", ()) if one.sha256 == video.sha256]
    return f"{number} ({plain_line(found[0])})" if found else number
