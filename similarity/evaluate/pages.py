"""Figures and data cards as Markdown pages and tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from similarity.absence import NotMeasured
from similarity.evaluate.figures import CopyFigures, GeneratedFigures, PairScore
from similarity.measure.alarms import LEVELS
from similarity.measure.calibration import Calibration
from similarity.measure.data_card import DataRow
from similarity.measure.envelope import range_words
from similarity.measure.likelihood_ratios import ErrorRate

__all__ = ["annex_page", "figures_page", "scores_table"]


def annex_page(calibration: Calibration) -> str:
    """The data card of a calibration, to be read beside a report."""
    card, bounds = calibration.data_card, calibration.bounds
    costs = ", ".join(f"{kind} {cost:.3f}" for kind, cost in card.cllr_by_kind)
    return _page(
        f"# Calibration `{calibration.name}`",
        f"Proposition: {_PROPOSITIONS[calibration.proposition]}, against: made independently.",
        f"SHA-256 of the file: `{calibration.sha256}`. Fitted on {card.date} to {card.whole.num_taken} taken and "
        f"{card.whole.num_independent} independent pairs of {card.num_groups} footage groups. All figures are of pairs "
        "judged by a fit that saw neither of their groups.",
        f"log10 of the ratio is stated from {bounds.lower:.2f} ({bounds.lower_rule}) to {bounds.upper:.2f} "
        f"({bounds.upper_rule}); the data support no more. Cllr by kind of calibrator, every group counting once: "
        f"{costs}.",
        _table(
            ("part", "taken", "independent", "Cllr", "Cllr_min", "missed", "false alarms"),
            [_card_row(row) for row in (card.whole, *card.tiers, *card.families)],
        ),
        "*Missed*: taken pairs with a ratio below 1; *false alarms*: independent pairs with a ratio of 1 or more; each "
        "with its 95 % Clopper-Pearson interval.",
        _table(
            ("kind", "condition", "expected"),
            [(one.kind, one.name, str(range_words(one))) for one in calibration.envelope.ranges],
        ),
        "Outside these conditions the ratio is withheld.",
        f"Matches were chosen out of up to {calibration.num_comparisons:,.0f} comparisons of samples (median over "
        "suspects); where more are made, a ratio is divided by how many times more.",
        _table(
            ("innocent suspects of", "suspects", "comparisons each", *(f"ratio >= {10**level:g}" for level in LEVELS)),
            [
                (
                    one.population,
                    str(one.num_suspects),
                    f"{one.num_comparisons:,.0f}",
                    *(f"{number} ({number / one.num_suspects:.1%})" for number in one.num_alarmed),
                )
                for one in calibration.alarms.populations
            ],
        ),
        "Suspects that took from no work, and of these the ones to which any work shows such a ratio, held aside.",
        _table(("version of", "is"), card.versions),
    )


_PROPOSITIONS = {"copy": "taken from the pictures of the work", "adaptation": "remade after the work"}


def figures_page(figures: GeneratedFigures | CopyFigures) -> str:
    """Every figure of a labelled run."""
    return _generated_page(figures) if isinstance(figures, GeneratedFigures) else _copies_page(figures)


def scores_table(scores: Iterable[PairScore]) -> str:
    """query_id, ref_id, score, log10_lr of every aligned pair."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("query_id", "ref_id", "score", "log10_lr"))
    aligned = ((one, one.log10_lr) for one in scores if one.log10_lr is not None)
    writer.writerows((one.suspect_id, one.work_id, f"{one.score:.6f}", f"{ratio:.6f}") for one, ratio in aligned)
    return buffer.getvalue()


def _generated_page(figures: GeneratedFigures) -> str:
    tiers = figures.tiers
    named = [(f"found at 1 % false alarms, {tier}", value) for tier, value in tiers.recall_by_tier.items()]
    named += [
        ("separation, high over low", tiers.separation_high_over_low),
        ("nearest work is of the right footage", tiers.top_1_right_group),
        ("Cllr, tier high against all untrue pairs", figures.cllr),
        ("Cllr_min", figures.cllr_min),
    ]
    alarms = f"{tiers.num_same_prompt_alarms} of {tiers.num_same_prompt_pairs}"
    readings = sorted({reading for row in figures.readings.values() for reading in row})
    return _page(
        "# Generated video: figures",
        f"{tiers.num_derived} derived and {tiers.num_unrelated} unrelated suspects against {tiers.num_works} works.",
        _table(("figure", "value"), [*((name, _number(value)) for name, value in named), ("same prompt", alarms)]),
        _table(("relation", "found"), [(name, _number(value)) for name, value in tiers.recall_by_relation.items()]),
        "## Readings",
        _table(("pairs", *readings), _counts(figures.readings, readings)),
        _table(("relation", *readings), _counts(figures.readings_by_relation, readings)),
        "## Where the ratio misleads most",
        _table(
            ("suspect", "work", "log10 LR", "reading", "pictures"),
            [
                (
                    one.suspect_id,
                    one.work_id,
                    "" if one.log10_lr is None else f"{one.log10_lr:.2f}",
                    one.reading,
                    f"[suspect above work](worst-{number}.jpg)",
                )
                for number, one in enumerate(figures.worst, start=1)
            ],
        ),
    )


def _copies_page(figures: CopyFigures) -> str:
    found = figures.segment_precision_recall_f1
    segments = str(found.reason) if isinstance(found, NotMeasured) else " / ".join(f"{value:.3f}" for value in found)
    return _page(
        "# Copies: figures",
        _table(
            ("figure", "value"),
            [
                ("micro AP (VSC2022)", _number(figures.micro_average_precision)),
                ("segment AP (VSC2022)", _number(figures.segment_average_precision)),
                ("segment precision / recall / F1 (VCSL)", segments),
                ("threshold, at most 1 % false alarms", f"{figures.threshold:.3f}"),
                ("suspects whose work is found there", _number(figures.recall.overall.share)),
            ],
        ),
        _table(
            ("family", "found"),
            [(name, f"{one.num_found} of {one.num_suspects}") for name, one in figures.recall.by_family.items()],
        ),
    )


def _picture(number: int) -> str:
    return f"[suspect above work](worst-{number}.jpg)"


def _card_row(row: DataRow) -> tuple[str, ...]:
    return (
        row.name,
        str(row.num_taken),
        str(row.num_independent),
        _number(row.cllr),
        _number(row.cllr_min),
        _rate(row.errors.false_negative),
        _rate(row.errors.false_positive),
    )


def _rate(rate: ErrorRate) -> str:
    if isinstance(rate.rate, NotMeasured) or isinstance(rate.interval_95, NotMeasured):
        return "not measured"
    low, high = rate.interval_95
    return f"{rate.num_errors}: {rate.rate:.2%} ({low:.2%} to {high:.2%})"


def _number(value: float | NotMeasured) -> str:
    return f"not measured: {value.reason}" if isinstance(value, NotMeasured) else f"{value:.3f}"


def _counts(rows: Mapping[str, Mapping[str, int]], columns: Sequence[str]) -> list[tuple[str, ...]]:
    return [(name, *(str(row.get(column, 0)) for column in columns)) for name, row in rows.items()]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
