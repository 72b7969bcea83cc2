"""One described suspect against the library: candidates, alignments, what lies above the threshold."""

from __future__ import annotations

from dataclasses import dataclass

from index.device import DeviceName
from similarity.align.candidates import Candidates, candidate_works
from similarity.align.lines import LineRules
from similarity.align.pair import align_pair
from similarity.align.rescoring import against_rivals
from similarity.align.values import AlignedMatch, PairAlignment, SuspectRows
from similarity.config import Config
from similarity.describe.video import DescribedVideo
from similarity.operations.library_rows import LibraryRows, suspect_rows
from similarity.operations.verifying import Verifier

__all__ = ["Comparison", "compare_described"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A suspect against every work that was aligned with it."""

    suspect: SuspectRows
    """The suspect's rows, into which matches point."""
    alignments: tuple[PairAlignment, ...]
    """One per aligned work, best first."""
    candidates: Candidates
    """How the works to align were chosen, and what was left out."""

    @property
    def matches(self) -> tuple[AlignedMatch, ...]:
        """Every match with every work, strongest first, without a cut-off."""
        every = [match for alignment in self.alignments for match in alignment.matches]
        return tuple(sorted(every, key=lambda match: (-match.score, match.work_id, match.suspect_start_seconds)))


def compare_described(
    video: DescribedVideo,
    rows: LibraryRows,
    *,
    config: Config,
    device: DeviceName = "cpu",
    verifier: Verifier | None = None,
    with_all_works: bool = False,
) -> Comparison:
    """Find and align the works that a described suspect resembles, and look again at the strongest matches.

    Args:
        video: the suspect, described with mirrored views where the configuration asks for them.
        rows: the library.
        config: search and alignment.
        device: where nearest samples are searched.
        verifier: looks again at the strongest matches; without one they keep the alignment's score.
        with_all_works: align every work, not only the candidates (`--all-pairs`).
    """
    suspect = suspect_rows(video, rows.background)
    works = tuple(work_id for work_id, entry in rows.works.items() if entry.num_indexed)
    candidates = (
        Candidates(work_ids=works)
        if with_all_works
        else candidate_works(rows.library, suspect, works, config=config.align, device=device)
    )
    rules = LineRules()
    bin_seconds = 1 / config.sample.samples_per_second
    aligned = [
        align_pair(suspect, rows.work(work_id), rows.background, rules=rules, bin_seconds=bin_seconds)
        for work_id in candidates.work_ids
    ]
    verified = aligned if verifier is None else verifier.verified(video, aligned)
    settled = against_rivals(verified, suspect_itself=rows.ids_of(video.digest.sha256, "work"))
    return Comparison(suspect=suspect, alignments=settled, candidates=candidates)
