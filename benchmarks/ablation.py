"""What each part of the comparison brings: the bench's suspects compared with one part left out or exchanged at a time.

    python benchmarks/ablation.py --bench DIR --suspects DIR --cache DIR [--only full,no_views] [--limit N]
        [--without-verification] [--out DIR] [--json FILE]

--bench is the bench's folder (`copies/works`, `copies/background`, `models`, `score.py`), --suspects a folder made by
its `make_suspects.py`.  Every video is described once per describer and kept under --cache; a later run reads it from
there.  Every suspect is compared with every work; `matches.csv` of each variant stays under --out (default:
CACHE/matches), and `score.py` gives the figures.  --limit compares about N suspects, every n-th, and says little.

`threshold` is that of `score.py`, the lowest with at most 1 % false alarms on this bench, and "negatives above it" are
few by its making; the next column counts at the product's own threshold.  Seconds are of comparing alone, verification
included, description apart; on a busy machine "processor s", the time of all threads, is the steadier figure.  What is
asked of a sample pair was chosen for `compact`: rows with other similarities could gain from a choice of their own.

PDQ and motion play no part in `full` beyond choosing candidates, which are not chosen here, and their axes, which are
not scored: there are no rows without them.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from described_footage import ImageEncoder, Timed, described, described_folder, filled_library
from variants import VARIANTS, DescriberName, Variant, patched

from index import Writer
from similarity.align.candidates import candidate_works
from similarity.align.values import AlignedMatch, PairAlignment
from similarity.compare.engine import all_works, compare_described
from similarity.compare.frames import DecodedFrames
from similarity.compare.geometric import Verifier
from similarity.compare.works import Works, suspect_track
from similarity.config import Config
from similarity.describe.choose import AnyDescriber
from similarity.describe.descriptors.compact import CompactDescriber
from similarity.describe.descriptors.composition import CompositionDescriber
from similarity.describe.descriptors.motion import MotionDescriber
from similarity.describe.descriptors.pdq import PdqDescriber
from similarity.describe.video import DescribedVideo

CHECKPOINT = Path("models") / "ViT-Ti-16-augreg.safetensors"
MATCH_COLUMNS = ("query_id", "ref_id", "query_start", "query_end", "ref_start", "ref_end", "score")
WEAK_FAMILY = 5 / 6
"""Share of a family's suspects below which it is named in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What is measured on."""

    folder: Path
    """The bench."""
    truth: Path
    """Copied segments of the chosen suspects."""
    suspects: Path
    """The chosen suspects."""
    videos: Mapping[str, Path]
    """Identifier -> file of each chosen suspect."""
    negatives: frozenset[str]
    """Chosen suspects that hold no work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """The bench as one describer sees it."""

    library: Writer
    """Works and background."""
    suspects: Mapping[str, Timed]
    """Identifier -> described suspect."""


@dataclass(slots=True, kw_only=True)
class Spent:
    """Seconds spent on comparing."""

    candidates: float = 0.0
    """Choosing candidate works; measured beside the comparison, which takes all works."""
    align: float = 0.0
    """Everything between description and verification, and rivals."""
    verify: float = 0.0
    """Verification."""
    processor: float = 0.0
    """Processor time of the whole comparison, all threads."""


@dataclass(slots=True, kw_only=True)
class Measured:
    """What came of one variant."""

    scores: dict[str, object]
    """As `score.py` puts them out."""
    spent: Spent
    """Seconds."""
    negatives_found: int
    """Negative suspects with a match above the product's operating threshold."""
    weak_families: dict[str, str] = field(default_factory=dict)
    """Family -> found of all, where these are under five of six."""


class _TimedVerifier(Verifier):
    """The product's verifier with a watch."""

    def __init__(self, rows: Works, config: Config, spent: Spent) -> None:
        super().__init__(rows, config, DecodedFrames(config.sample.reader))
        self._spent = spent

    def verified(self, video: DescribedVideo, alignments: Sequence[PairAlignment]) -> tuple[PairAlignment, ...]:
        before = time.perf_counter()
        result = super().verified(video, alignments)
        self._spent.verify += time.perf_counter() - before
        return result


def chosen_bench(folder: Path, suspects: Path, scratch: Path, *, limit: int | None) -> Bench:
    """The bench's suspects, all of them or every n-th, with their truth."""
    rows = _read_csv(suspects / "suspects.csv")
    rows = rows[:: max(1, round(len(rows) / limit))] if limit else rows
    kept = {row["query_id"] for row in rows}
    truth = [row for row in _read_csv(suspects / "truth.csv") if row["query_id"] in kept]
    _write_csv(scratch / "suspects.csv", rows)
    _write_csv(scratch / "truth.csv", truth)
    return Bench(
        folder=folder,
        truth=scratch / "truth.csv",
        suspects=scratch / "suspects.csv",
        videos={query_id: suspects / "suspects" / f"{query_id}.mp4" for query_id in sorted(kept)},
        negatives=frozenset(row["query_id"] for row in rows if row["positive"] == "0"),
    )


def footage(name: DescriberName, bench: Bench, config: Config, *, cache: Path, scratch: Path) -> Footage:
    """Works, background and suspects as one describer sees them."""
    encoder = CompactDescriber() if name == "compact" else ImageEncoder(bench.folder / CHECKPOINT)
    describers: tuple[AnyDescriber, ...] = (PdqDescriber(), encoder, CompositionDescriber(), MotionDescriber())
    works = described_folder(bench.folder / "copies" / "works", describers, config, cache)
    background = described_folder(bench.folder / "copies" / "background", describers, config, cache)
    return Footage(
        library=filled_library(scratch / name, describers, {"work": works, "background": background}, config),
        suspects={
            query_id: described(path, describers, config, cache, as_suspect=True)
            for query_id, path in bench.videos.items()
        },
    )


def compared(variant: Variant, seen: Footage, config: Config, spent: Spent) -> list[dict[str, object]]:
    """Every match of every suspect with every work."""
    rows = variant.rows(seen.library)
    verifier = _TimedVerifier(rows, config, spent) if variant.is_verified else None
    found: list[dict[str, object]] = []
    with patched(variant.patches):
        for query_id, timed in seen.suspects.items():
            video = variant.suspect(timed.video)
            verified_before, before, busy = spent.verify, time.perf_counter(), time.process_time()
            comparison = compare_described(video, rows, config=config, verifier=verifier, candidates=all_works(rows))
            spent.align += time.perf_counter() - before - (spent.verify - verified_before)
            spent.processor += time.process_time() - busy
            found += [_match_row(query_id, match) for match in comparison.matches]
    return found


def time_candidates(seen: Footage, config: Config, spent: Spent) -> None:
    """Choose candidate works for every suspect, as a comparison with a large library does."""
    rows = Works(seen.library)
    for timed in seen.suspects.values():
        suspect = suspect_track(timed.video, rows.background)
        before = time.perf_counter()
        candidate_works(rows.library, suspect, tuple(rows.works), config=config.align)
        spent.candidates += time.perf_counter() - before


def measured(variant: Variant, seen: Footage, bench: Bench, config: Config, out: Path) -> Measured:
    """Compare, write `matches.csv`, score it."""
    spent = Spent()
    found = compared(variant, seen, config, spent)
    folder = out / variant.name
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(folder / "matches.csv", found, MATCH_COLUMNS)
    command = [sys.executable, str(bench.folder / "score.py"), "--truth", str(bench.truth)]
    command += ["--suspects", str(bench.suspects), "--matches", str(folder / "matches.csv")]
    subprocess.run([*command, "--json", str(folder / "scores.json")], check=True, stdout=subprocess.DEVNULL)
    scores = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    above = {str(row["query_id"]) for row in found if float(str(row["score"])) >= config.align.operating_threshold}
    return Measured(
        scores=scores,
        spent=spent,
        negatives_found=len(above & bench.negatives),
        weak_families={
            family: f"{hits}/{count}"
            for family, (hits, count) in scores["family_recall@1%"].items()
            if hits < WEAK_FAMILY * count
        },
    )


def table(results: Mapping[str, Measured], config: Config) -> str:
    """The figures as a markdown table."""
    figures = ("micro_ap", "segment_ap", "segment_p", "segment_r", "segment_f", "recall@1%", "threshold")
    flagged, fixed = "negatives above it", f"negatives above {config.align.operating_threshold:g}"
    heads = ["variant", *figures, flagged, fixed, "seconds", "processor s", "families under 5 of 6"]
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for name, result in results.items():
        scores, spent = result.scores, result.spent
        cells = [name, *(f"{float(str(scores[figure])):.3f}" for figure in figures)]
        cells += [f"{scores['negatives_flagged']} of {scores['negatives']}", str(result.negatives_found)]
        cells += [f"{spent.align + spent.verify:.1f}", f"{spent.processor:.1f}"]
        cells += [", ".join(f"{family} {found}" for family, found in result.weak_families.items()) or "none"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def stages(seen: Footage, spent: Spent) -> dict[str, float]:
    """Seconds per suspect minute of each stage a user waits for."""
    minutes = sum(timed.video.counts.duration_seconds_from_content for timed in seen.suspects.values()) / 60
    describing = sum(timed.seconds for timed in seen.suspects.values())
    return {
        "decode and describe": describing / minutes,
        "choose candidates": spent.candidates / minutes,
        f"align with all {len(seen.library.entries('work'))} works": spent.align / minutes,
        "verify": spent.verify / minutes,
    }


def run(bench: Bench, chosen: Sequence[Variant], scratch: Path, options: argparse.Namespace) -> dict[str, object]:
    """Measure the chosen variants and print what came of them."""
    config, results, shares = Config(), dict[str, Measured](), dict[str, float]()
    for name in dict.fromkeys(variant.described_by for variant in chosen):
        seen = footage(name, bench, config, cache=options.cache, scratch=scratch)
        for variant in chosen:
            if variant.described_by != name:
                continue
            print(f"comparing: {variant.name} ...", file=sys.stderr)
            results[variant.name] = measured(variant, seen, bench, config, options.out or options.cache / "matches")
            if variant.name == "full":
                time_candidates(seen, config, results["full"].spent)
                shares = stages(seen, results["full"].spent)
        seen.library.close()
    print(table(results, config), end="\n\n")
    for variant in chosen:
        print(f"- {variant.name}: {variant.differs}")
    if shares:
        print("\nSeconds per minute of suspect, `full`: " + ", ".join(f"{k} {v:.2f}" for k, v in shares.items()))
    return {"variants": {name: _as_json(result) for name, result in results.items()}, "seconds_per_minute": shares}


def _as_json(result: Measured) -> dict[str, object]:
    spent = result.spent
    return {
        **result.scores,
        "negatives_above_operating_threshold": result.negatives_found,
        "align_seconds": spent.align,
        "verify_seconds": spent.verify,
        "processor_seconds": spent.processor,
    }


def _match_row(query_id: str, match: AlignedMatch) -> dict[str, object]:
    suspect = (match.suspect_start_seconds, match.suspect_end_seconds)
    work = (match.work_start_seconds, match.work_end_seconds)
    return dict(zip(MATCH_COLUMNS, (query_id, match.work_id, *suspect, *work, match.score), strict=True))


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _write_csv(path: Path, rows: Sequence[Mapping[str, object]], columns: Sequence[str] = ()) -> None:
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns or list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Print the table and, for `full`, where the time goes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--suspects", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--without-verification", action="store_true", help="leave local features out of all variants")
    parser.add_argument("--only", help="variants, separated by commas")
    parser.add_argument("--limit", type=int, help="about so many suspects, every n-th")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else [variant.name for variant in VARIANTS]
    unknown = set(wanted) - {variant.name for variant in VARIANTS}
    if unknown:
        parser.error(f"--only: no variant {', '.join(sorted(unknown))}; {', '.join(v.name for v in VARIANTS)}")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        bench = chosen_bench(options.bench, options.suspects, scratch, limit=options.limit)
        chosen = [variant for variant in VARIANTS if variant.name in wanted]
        if options.without_verification:
            chosen = [replace(variant, is_verified=False) for variant in chosen]
        result = run(bench, chosen, scratch, options)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
