"""Names of axes, readings and kinds as a filing calls them; the texts are keys of the catalogues."""

from __future__ import annotations

from index.records import ExclusionKind
from similarity.measure.found import Proposition
from similarity.measure.values import AxisName, ReadingName
from similarity.report.phrases.language import msgid

__all__ = [
    "AXIS_SHORT",
    "AXIS_TITLES",
    "AXIS_UNITS",
    "EXCLUSION_NAMES",
    "EXPRESSION_AXES",
    "FOUND_AS",
    "PROPOSITIONS",
    "READINGS",
]

EXPRESSION_AXES: tuple[AxisName, ...] = ("verbatim", "copied", "structure", "composition", "motion", "region")
"""Axes that are about expression; the others are shown and never count."""

AXIS_TITLES: dict[AxisName, str] = {
    "verbatim": msgid("same pictures (verbatim)"),
    "copied": msgid("edited pictures (copied)"),
    "structure": msgid("same shapes in place (structure)"),
    "composition": msgid("same composition (composition)"),
    "motion": msgid("same movement (motion)"),
    "region": msgid("part that reappears (region)"),
    "palette": msgid("same colours (palette)"),
    "concept": msgid("same subject (concept)"),
    "style": msgid("same style (style)"),
}
AXIS_SHORT: dict[AxisName, str] = {
    "verbatim": msgid("same pictures"),
    "copied": msgid("edited pictures"),
    "structure": msgid("same shapes"),
    "composition": msgid("composition"),
    "motion": msgid("movement"),
    "region": msgid("part"),
    "palette": msgid("colours"),
    "concept": msgid("subject"),
    "style": msgid("style"),
}
"""For the head of a narrow column."""
AXIS_UNITS: dict[AxisName, str] = {
    "verbatim": msgid("share of aligned samples whose PDQ hashes lie within 31 of 256 bits"),
    "copied": msgid(
        "mean likeness of the copy descriptor, points (pt): 0 is usual between unrelated background pictures, 1 point "
        "is their usual spread; no level of significance"
    ),
    "structure": msgid("mean likeness of the best 30 % of windows, 0 to 1"),
    "composition": msgid("mean likeness of the composition descriptor, points (pt) as above"),
    "motion": msgid("mean cosine of the flow, \u22121 to 1, lowered for few samples"),
    "region": msgid("share of the picture, or of its marked part, in which confirmed points lie"),
    "palette": msgid("overlap of colour histograms, 0 to 1 (Bhattacharyya coefficient)"),
    "concept": msgid("mean CLIP cosine, \u22121 to 1"),
    "style": msgid("mean cosine of Gram matrices, \u22121 to 1"),
}
READINGS: dict[ReadingName, str] = {
    "reproduction": msgid("reproduction: the pictures themselves"),
    "adaptation": msgid("adaptation: composition and staging under a new surface"),
    "part": msgid("part: a part of the pictures reappears"),
    "shared_setting": msgid("shared setting: only what never moves in either, such as a set, an interface or a frame"),
    "shared_subject_or_style": msgid("shared subject or style only, which never counts as taking"),
    "nothing_found": msgid("nothing found that a reading could rest on"),
    "not_enough_to_say": msgid("not enough to say"),
}
PROPOSITIONS: dict[Proposition, str] = {
    "copy": msgid("copy"),
    "adaptation": msgid("adaptation"),
    "part": msgid("part"),
}
"""On what a match is found."""
FOUND_AS: dict[Proposition, str] = {
    "copy": msgid("the same pictures as in the {work}"),
    "adaptation": msgid("the same composition and staging as in the {work}, under another surface"),
    "part": msgid("a part of the {work}'s pictures, elsewhere"),
}
"""What it means that a match is found on it."""
EXCLUSION_NAMES: dict[ExclusionKind, str] = {
    "public_domain": msgid("public domain"),
    "licensed": msgid("licensed stock or other licensed footage"),
    "third_party": msgid("another's work inside this one"),
    "credits": msgid("titles and credits"),
    "black": msgid("black, flat or near-empty pictures"),
    "commonplace": msgid("what the genre dictates, standard framing"),
    "logo": msgid("logos and cards"),
    "fact": msgid("plain facts, forms, the only way to express a thought"),
    "other": msgid("other"),
}
