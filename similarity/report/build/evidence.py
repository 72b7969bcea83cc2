"""What supports a match, for the report: signals, colours, how the picture was changed, what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.records import SampleTable
from similarity.absence import NotMeasured
from similarity.align.lines import LineRules
from similarity.align.pair import CEILING, FLOOR, FULL_QUALITY
from similarity.align.values import AlignedMatch
from similarity.config import Config
from similarity.geometry.colour import ColourChange, middle_colour_change
from similarity.geometry.verification import Verification
from similarity.phrases import Phrase, joined_sentences, phrase
from similarity.report.build.differences import differences_of
from similarity.report.phrases.change_words import transformation_words
from similarity.report.schema.match import Difference, Signal

__all__ = ["Evidence", "PairColours", "changes_of", "colours_of", "evidence_of", "signals_of"]

PairColours = Sequence[ColourChange | NotMeasured] | NotMeasured
"""Colours of the confirmed frame pairs that are shown, or why none are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What stands beside the figures of a match."""

    signals: tuple[Signal, ...]
    """What supports it."""
    colours: ColourChange | NotMeasured
    """Brightness and colour of the suspect's frames against the work's."""
    changes: tuple[Phrase, ...]
    """How the suspect's picture was made from the work's, in phrases."""
    differences: tuple[Difference, ...]
    """What differs between suspect and work."""


def evidence_of(
    match: AlignedMatch, suspect: SampleTable, work: SampleTable, *, colours: PairColours, config: Config
) -> Evidence:
    """All of it for one match.

    Args:
        match: the match.
        suspect: the suspect's samples.
        work: the work's samples.
        colours: of confirmed frame pairs, or why there are none.
        config: the distance that counts as support of a hash.
    """
    middle = colours_of(match, colours)
    return Evidence(
        signals=signals_of(match, config),
        colours=middle,
        changes=changes_of(match, colours),
        differences=differences_of(match, middle, suspect, work),
    )


def signals_of(match: AlignedMatch, config: Config) -> tuple[Signal, ...]:
    """Each signal with how many it could look at and how many of those support the match."""
    return (_of_descriptor(match), _of_hash(match, config.align.pdq_distance_bits), _of_features(match.verification))


def _of_descriptor(match: AlignedMatch) -> Signal:
    return Signal(
        name=phrase("bundled descriptors (compact, composition)"),
        unit=phrase("samples of the suspect's stretch"),
        num_supporting=match.num_samples_supporting,
        num_available=match.num_samples_available,
        words=phrase(
            "At least {least} points above unrelated pictures, by either. The alignment's score is made "
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
    words.append(phrase("They add to the score by their strength; the silence of two or more takes off a high one."))
    return Signal(
        name=phrase("local features (SIFT)"),
        unit=phrase("frame pairs examined"),
        num_supporting=confirmed,
        num_available=measured,
        words=joined_sentences(words),
    )


def colours_of(match: AlignedMatch, colours: PairColours) -> ColourChange | NotMeasured:
    """What most of the colours say; not measured where no change of the picture is known."""
    found = match.verification
    if isinstance(found, NotMeasured):
        return found
    if isinstance(found.change, NotMeasured):
        return found.change
    return colours if isinstance(colours, NotMeasured) else middle_colour_change(colours)


def changes_of(match: AlignedMatch, colours: PairColours) -> tuple[Phrase, ...]:
    """How the suspect's picture was made from the work's, in phrases; none where nothing is known of it."""
    if isinstance(match.verification, NotMeasured):
        return ()
    return transformation_words(match.verification, () if isinstance(colours, NotMeasured) else colours)
