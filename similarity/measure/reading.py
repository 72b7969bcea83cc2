"""From axes to a reading: a documented, monotone rule that proposes words for a person to weigh.

Monotone: more of any axis of expression never moves a reading away from reproduction.  Palette, concept and style can
only ever lead to `shared_subject_or_style`.  The rule proposes; it decides nothing in law.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from similarity.absence import NotMeasured, not_measured
from similarity.geometry.standing_support import NOT_WEIGHED, StandingSupport
from similarity.measure.values import AxisName, AxisValue, Reading, ReadingName
from similarity.phrases import Phrase, joined_by_semicolons, phrase

__all__ = ["propose_reading"]

MOST_VERBATIM = 0.75
"""Share of samples within the published PDQ distance from which the pictures themselves are there."""
WHOLE_KEPT = 0.65
"""Share of windows kept almost unchanged from which the whole picture counts as kept."""
PART_KEPT = 0.25
"""Share from which a part does."""
SURE_COPY, SURE_ADAPTATION = 1.0, 1.0
"""log10 of the stated ratio from which a reading rests on it."""
LEAST_SAMPLES = 2
"""Aligned samples of a moving picture from which anything is said."""
UNUSUAL_PERCENTILE = 99.0
"""Percentile from which a subject or a style counts as shared."""
_IDEAS: tuple[tuple[AxisName, Phrase], ...] = (("concept", phrase("concept")), ("style", phrase("style")))


def propose_reading(
    axes: Sequence[AxisValue],
    *,
    kept_share: float | NotMeasured,
    copy_log10: float | NotMeasured,
    adaptation_log10: float | NotMeasured,
    is_still: bool = False,
    support: StandingSupport | NotMeasured = NOT_WEIGHED,
) -> Reading:
    """Propose a reading of one finding.

    Args:
        axes: every axis.
        kept_share: share of windows kept almost unchanged.
        copy_log10: the copy ratio that is stated of the match.
        adaptation_log10: the adaptation ratio that is stated of the match.
        is_still: whether the suspect is a picture; one sample is all it has.
        support: what of the match's support stands still in both, and what moves.
    """
    known = {one.axis: one for one in axes}
    count = known["copied"].num_samples if "copied" in known else 0
    settled = _before_axes(count, support, is_still=is_still)
    if settled is not None:
        return settled
    verbatim, region = _value(known, "verbatim"), _value(known, "region")
    is_copy, is_remade = _reaches(copy_log10, SURE_COPY), _reaches(adaptation_log10, SURE_ADAPTATION)
    if _reaches(verbatim, MOST_VERBATIM) and is_copy:
        within = phrase("{share} of the samples lie within the published PDQ distance", share=_share(verbatim))
        return _reading("reproduction", within)
    if is_copy and _reaches(kept_share, WHOLE_KEPT):
        kept = phrase("{share} of the picture's windows are kept almost unchanged", share=_share(kept_share))
        return _reading("reproduction", kept)
    if is_remade:
        return _reading("adaptation", joined_by_semicolons(tuple(_of_adaptation(kept_share))))
    if is_copy or (_reaches(region, 0.0) and _reaches(kept_share, PART_KEPT)):
        parts = (
            phrase("local features or samples confirm a part"),
            phrase("{share} of the work's picture", share=_share(region)),
        )
        return _reading("part", joined_by_semicolons(parts))
    return _without_taking(known, adaptation_log10)


def _before_axes(count: int, support: StandingSupport | NotMeasured, *, is_still: bool) -> Reading | None:
    """What is said whatever the axes measure."""
    if count < LEAST_SAMPLES and not is_still:
        few = phrase("{number} aligned samples, fewer than {least}", number=count, least=LEAST_SAMPLES)
        return _reading("not_enough_to_say", few)
    if not isinstance(support, NotMeasured) and support.kind == "standing":
        return _reading("shared_setting", *_of_setting(support))
    return None


def _of_setting(support: StandingSupport) -> Iterator[Phrase]:
    yield phrase("support lies only in what never moves in either")
    if not isinstance(support.moving_agreement, NotMeasured):
        yield phrase(
            "what moves in the work, {share} of the picture, correlates by {correlation} with what the suspect shows "
            "there",
            share=_share(support.moving_share),
            correlation=f"{support.moving_agreement:.2f}",
        )


def _of_adaptation(kept_share: float | NotMeasured) -> Iterator[Phrase]:
    yield phrase("what stands where, and its edges, agree as in few independent pairs")
    if not isinstance(kept_share, NotMeasured):
        yield phrase("{share} of the windows kept unchanged", share=_share(kept_share))


def _without_taking(known: dict[AxisName, AxisValue], adaptation_log10: float | NotMeasured) -> Reading:
    shared = [
        phrase("{axis} exceeds {percentile} % of unrelated pairs", axis=words, percentile=f"{percentile:.1f}")
        for name, words in _IDEAS
        if name in known and _reaches(percentile := known[name].background_percentile, UNUSUAL_PERCENTILE)
    ]
    if shared:
        return Reading(name="shared_subject_or_style", reasons=tuple(shared))
    if isinstance(adaptation_log10, NotMeasured):
        return _reading("not_enough_to_say", adaptation_log10.reason)
    return _reading(
        "nothing_found", phrase("copied, composition and structure together stay below what a reading asks for")
    )


def _value(known: dict[AxisName, AxisValue], name: AxisName) -> float | NotMeasured:
    return known[name].value if name in known else not_measured("{axis} was not measured", axis=name)


def _reaches(value: float | NotMeasured, least: float) -> bool:
    return not isinstance(value, NotMeasured) and value >= least


def _share(value: float | NotMeasured) -> str | Phrase:
    return phrase("an unknown share") if isinstance(value, NotMeasured) else f"{100 * value:.0f} %"


def _reading(name: ReadingName, *reasons: Phrase) -> Reading:
    return Reading(name=name, reasons=reasons)
