"""What supports a match, for the report: signals, verification by local features, the steps of the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.records import SampleTable
from similarity.absence import NotMeasured, not_measured
from similarity.align.lines import LineRules
from similarity.align.pair import CEILING, FLOOR, FULL_QUALITY
from similarity.align.rescoring import ScoreSteps, score_steps
from similarity.align.values import AlignedMatch
from similarity.config import Config
from similarity.describe.views import View
from similarity.geometry.change import PictureChange, PicturePart
from similarity.geometry.colour import ColourChange
from similarity.geometry.verification import Verification
from similarity.phrases import joined_sentences, phrase
from similarity.report.build.differences import differences_of
from similarity.report.phrases.change_words import transformation_words
from similarity.report.schema.report import (
    ChangeFacts,
    ColourFacts,
    Difference,
    PictureBox,
    SeenIn,
    Signal,
    VerificationFacts,
)

__all__ = ["Evidence", "Seen", "evidence_of", "seen_in", "signals_of", "verification_of"]

Seen = Sequence[ColourChange | NotMeasured] | NotMeasured
"""Colours of the confirmed frame pairs that are shown, or why none are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What stands beside the figures of a match."""

    steps: ScoreSteps
    """How its score came about."""
    signals: tuple[Signal, ...]
    """What supports it."""
    verification: VerificationFacts | NotMeasured
    """What local features say of it."""
    differences: tuple[Difference, ...]
    """What differs between suspect and work."""


def evidence_of(
    match: AlignedMatch, suspect: SampleTable, work: SampleTable, *, colours: Seen, config: Config
) -> Evidence:
    """All of it for one match.

    Args:
        match: the match.
        suspect: the suspect's samples.
        work: the work's samples.
        colours: of confirmed frame pairs, or why there are none.
        config: the distance that counts as support of a hash.
    """
    verification = verification_of(match, colours)
    return Evidence(
        steps=score_steps(match),
        signals=signals_of(match, config),
        verification=verification,
        differences=differences_of(match, verification, suspect, work),
    )


def seen_in(view: View) -> SeenIn:
    """The part of the suspect's picture that a view shows."""
    left, top, right, bottom = view.box
    return SeenIn(
        region=view.region,
        left_thousandths=left,
        top_thousandths=top,
        right_thousandths=right,
        bottom_thousandths=bottom,
    )


def signals_of(match: AlignedMatch, config: Config) -> tuple[Signal, ...]:
    """Each signal with how many it could look at and how many of those support the match."""
    return (_of_descriptor(match), _of_hash(match, config.align.pdq_distance_bits), _of_features(match.verification))


def _of_descriptor(match: AlignedMatch) -> Signal:
    return Signal(
        name=phrase("bundled descriptors (compact, composition)"),
        unit=phrase("samples of the suspect's stretch"),
        num_supporting=match.num_supporting,
        num_available=match.num_available,
        words=phrase(
            "At least {least} standard deviations above unrelated pictures, by either. The alignment's score is made "
            "of all aligned samples, each counted as {low} at least and {high} at most.",
            least=f"{LineRules().asked_per_bin:g}",
            low=f"{FLOOR:g}",
            high=f"{CEILING:g}",
        ),
    )


def _of_hash(match: AlignedMatch, distance_bits: int) -> Signal:
    trusted = match.pdq_quality >= FULL_QUALITY
    left_out = int(np.count_nonzero(~trusted))
    words = [phrase("Hashes that differ in at most {bits} of 256 bits; edits easily exceed that.", bits=distance_bits)]
    if left_out:
        words.append(phrase("Left out for too little detail: {number}.", number=left_out))
    words.append(phrase("Helps to find works; does not enter the score."))
    return Signal(
        name=phrase("perceptual hash (PDQ)"),
        unit=phrase("aligned pairs of samples"),
        num_supporting=int(np.count_nonzero(match.pdq_distance_bits[trusted] <= distance_bits)),
        num_available=int(np.count_nonzero(trusted)),
        words=joined_sentences(words),
    )


def _of_features(verification: Verification | NotMeasured) -> Signal:
    words = [phrase("Points of both frames that one transformation puts in place, beyond chance.")]
    confirmed = measured = verification if isinstance(verification, NotMeasured) else 0
    if isinstance(verification, Verification):
        confirmed, measured = verification.num_pairs_confirmed, verification.num_pairs_measured
        if left_out := verification.num_pairs_tried - measured:
            words.append(phrase("Left out as too plain or not decoded: {number}.", number=left_out))
    words.append(phrase("Confirmed pairs add to the score; the silence of two or more takes off."))
    return Signal(
        name=phrase("local features (SIFT)"),
        unit=phrase("frame pairs looked at again"),
        num_supporting=confirmed,
        num_available=measured,
        words=joined_sentences(words),
    )


def verification_of(match: AlignedMatch, colours: Seen) -> VerificationFacts | NotMeasured:
    """What local features say, with what most of the colours say.

    Args:
        match: the match.
        colours: of confirmed frame pairs, or why there are none.
    """
    found = match.verification
    if isinstance(found, NotMeasured):
        return found
    known = () if isinstance(colours, NotMeasured) else tuple(colours)
    return VerificationFacts(
        num_pairs_tried=found.num_pairs_tried,
        num_pairs_measured=found.num_pairs_measured,
        num_pairs_confirmed=found.num_pairs_confirmed,
        num_pairs_agreeing=found.num_pairs_agreeing,
        strength=found.strength,
        change=found.change if isinstance(found.change, NotMeasured) else _change(found.change),
        is_negative=found.is_negative,
        colours=found.change if isinstance(found.change, NotMeasured) else _colours(colours),
        words=transformation_words(found, known),
    )


def _change(change: PictureChange) -> ChangeFacts:
    return ChangeFacts(
        is_mirrored=change.is_mirrored,
        rotation_degrees=change.rotation_degrees,
        stretch=change.stretch,
        work_part=_box(change.work_part),
        suspect_part=_box(change.suspect_part),
    )


def _box(part: PicturePart) -> PictureBox:
    return PictureBox(left=part.left, top=part.top, right=part.right, bottom=part.bottom, area=part.area)


def _colours(colours: Seen) -> ColourFacts | NotMeasured:
    if isinstance(colours, NotMeasured):
        return colours
    known = [colour for colour in colours if isinstance(colour, ColourChange)]
    if not known:
        absent = [colour for colour in colours if isinstance(colour, NotMeasured)]
        return absent[0] if absent else not_measured("no confirmed frame pair was decoded to compare its colours")
    return ColourFacts(
        num_pairs=len(known),
        is_grey=_majority([colour.is_grey for colour in known]),
        grey_correlation=_middle([colour.grey_correlation for colour in known]),
        contrast_factor=_middle([colour.contrast_factor for colour in known]),
        brightness_change=float(np.median([colour.brightness_change for colour in known])),
    )


def _majority(answers: Sequence[bool | NotMeasured]) -> bool | NotMeasured:
    given = [answer for answer in answers if isinstance(answer, bool)]
    return sum(given) * 2 > len(given) if given else next(one for one in answers if isinstance(one, NotMeasured))


def _middle(figures: Sequence[float | NotMeasured]) -> float | NotMeasured:
    given = [figure for figure in figures if not isinstance(figure, NotMeasured)]
    return float(np.median(given)) if given else next(one for one in figures if isinstance(one, NotMeasured))
