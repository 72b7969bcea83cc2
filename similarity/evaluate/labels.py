"""Labelled pairs: which suspects were taken from which works, and which were made independently.

Four layouts are read.  Generated video: `pairs.csv` (query_id, ref_id, relation, resemblance, footage_group) with
`independent.csv` (query_id) beside it.  Stretches set into suspects: `truth.csv` (query_id, ref_id, family, and perhaps
`params`, JSON that may name a `resemblance`: without, the stretch is a copy) with `suspects.csv` (query_id) and perhaps
`ignore.csv` (query_id, ref_id: neither right nor wrong) beside it, and optionally a table of the works' footage groups
(id, group).  Clips made independently of each other: `groups.csv` (clip_id, prompt_group).
What people decided about matches: `JUDGED_COLUMNS`, as `similarity opinions labels` writes them; nothing is known of
other pairs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from similarity.errors import ConfigurationError
from similarity.evaluate.tables import PAIR, cells_of
from similarity.naming import name_key
from similarity.report.writers.csv_form import plain_identifier
from similarity.tables import read_table
from similarity.text import id_of

__all__ = ["JUDGED_COLUMNS", "LabelledPair", "Labels", "Tier", "read_labels", "refuse_other_names"]

JUDGED_COLUMNS = ("query_id", "ref_id", "decision", "resemblance", "footage_group")
"""Of a table of pairs that people decided about."""

Tier = Literal["copy", "high", "medium", "low", "none"]
_TIERS: tuple[Tier, ...] = ("copy", "high", "medium", "low", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """A suspect and a work of which a person said how they are related."""

    suspect_id: str
    """The suspect."""
    work_id: str
    """The work."""
    family: str
    """How it was made: family of edits, or relation."""
    tier: Tier
    """copy: the pictures; high, medium: remade after it; low: motion, pose or outline only; none: independent."""
    group: str
    """Footage of one origin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Everything that is known of a set of suspects and works."""

    pairs: tuple[LabelledPair, ...]
    """Labelled pairs."""
    independent_ids: tuple[str, ...]
    """Suspects that were taken from none of the works."""
    groups: Mapping[str, frozenset[str]]
    """Identifier -> footage groups of a suspect or work; one that is absent is a group of its own."""
    ignored: frozenset[tuple[str, str]] = frozenset()
    """Suspect and work of pairs that are neither right nor wrong."""
    alike: Mapping[str, str] = field(default_factory=dict)
    """Identifier -> the idea that it was made from; clips of one idea share no expression."""

    is_of_judged_pairs: bool = False
    """Whether nothing is known of pairs that are not labelled."""

    @property
    def suspect_ids(self) -> tuple[str, ...]:
        """Every suspect, in order."""
        return tuple(sorted({pair.suspect_id for pair in self.pairs} | set(self.independent_ids)))

    @property
    def are_copies(self) -> bool:
        """Whether every pair is a copy of known interval, not a generated video of some tier."""
        return bool(self.pairs) and all(pair.tier == "copy" for pair in self.pairs)

    def are_of_one_idea(self, suspect_id: str, work_id: str) -> bool:
        """Whether two videos were made independently from one idea."""
        return suspect_id in self.alike and self.alike[suspect_id] == self.alike.get(work_id)

    def groups_of(self, one: str) -> frozenset[str]:
        """Footage groups of a suspect or work."""
        return self.groups.get(one, frozenset((f"alone:{one}",)))


def read_labels(table: Path, groups_table: Path | None = None) -> Labels:
    """Read `pairs.csv`, `truth.csv` or `groups.csv` and what lies beside it.

    Args:
        table: the labelled pairs, or the clips with their ideas.
        groups_table: id, group of the works, for `truth.csv`.

    Raises:
        ConfigurationError: a table can't be read, a column is missing, or a tier is unknown.
    """
    read = read_table(table)
    if "prompt_group" in read.columns:
        return _of_ideas(cells_of(read, ("clip_id",)))
    if "decision" in read.columns:
        return _judged(table, cells_of(read, JUDGED_COLUMNS))
    if "resemblance" in read.columns:
        return _generated(table, cells_of(read, (*PAIR, "relation", "footage_group")))
    return _copies(table, cells_of(read, (*PAIR, "family")), groups_table)


def _of_ideas(rows: list[dict[str, str]]) -> Labels:
    ideas = {row["clip_id"]: row["prompt_group"] for row in rows}
    return Labels(pairs=(), independent_ids=tuple(sorted(ideas)), groups={}, alike=ideas)


def _generated(table: Path, rows: list[dict[str, str]]) -> Labels:
    pairs = tuple(
        LabelledPair(
            suspect_id=row["query_id"],
            work_id=row["ref_id"],
            family=row["relation"],
            tier=_tier(row["resemblance"], table),
            group=row["footage_group"],
        )
        for row in rows
    )
    beside = table.with_name("independent.csv")
    taken = {pair.suspect_id for pair in pairs if pair.tier != "none"}
    listed = {row["query_id"] for row in cells_of(read_table(beside), ("query_id",))} if beside.exists() else set()
    unrelated = (listed | {pair.suspect_id for pair in pairs}) - taken
    # a suspect that was taken from nothing has no source, so that its prompt's group excuses no false alarm
    groups = _gathered((one, pair.group) for pair in pairs for one in (pair.suspect_id, pair.work_id))
    return Labels(
        pairs=pairs,
        independent_ids=tuple(sorted(unrelated)),
        groups={one: names for one, names in groups.items() if one not in unrelated},
    )


def _judged(table: Path, rows: list[dict[str, str]]) -> Labels:
    cells = [{name: plain_identifier(row[name]) for name in JUDGED_COLUMNS} for row in rows]
    pairs = tuple(
        LabelledPair(
            suspect_id=row["query_id"],
            work_id=row["ref_id"],
            family=row["decision"],
            tier=_tier(row["resemblance"], table),
            group=row["footage_group"],
        )
        for row in cells
    )
    of_works = [(pair.work_id, pair.group) for pair in pairs]
    of_suspects = [(pair.suspect_id, pair.group) for pair in pairs if pair.tier != "none"]
    return Labels(pairs=pairs, independent_ids=(), groups=_gathered((*of_works, *of_suspects)), is_of_judged_pairs=True)


def _copies(table: Path, rows: list[dict[str, str]], groups_table: Path | None) -> Labels:
    grouped = cells_of(read_table(groups_table), ("id", "group")) if groups_table else []
    of_work = {row["id"]: row["group"] for row in grouped}
    group_of = {row["ref_id"]: of_work.get(row["ref_id"], row["ref_id"]) for row in rows}
    pairs = tuple(
        LabelledPair(
            suspect_id=row["query_id"],
            work_id=row["ref_id"],
            family=row["family"],
            tier=_tier_of_stretch(row, table),
            group=group_of[row["ref_id"]],
        )
        for row in rows
    )
    suspects = {row["query_id"] for row in cells_of(read_table(table.with_name("suspects.csv")), ("query_id",))}
    groups = _gathered((one, pair.group) for pair in pairs for one in (pair.suspect_id, pair.work_id))
    beside = table.with_name("ignore.csv")
    taken = {(pair.suspect_id, pair.work_id) for pair in pairs}
    listed = cells_of(read_table(beside), ("query_id", "ref_id")) if beside.exists() else []
    return Labels(
        pairs=pairs,
        independent_ids=tuple(sorted(suspects - {pair.suspect_id for pair in pairs})),
        groups={**{one: frozenset((name,)) for one, name in of_work.items()}, **groups},
        ignored=frozenset((row["query_id"], row["ref_id"]) for row in listed) - taken,
    )


def _tier_of_stretch(row: Mapping[str, str], table: Path) -> Tier:
    try:
        params = json.loads(row.get("params") or "{}")
    except ValueError as error:
        raise ConfigurationError(f"{table}: params {row['params']!r} are no JSON: {error}") from error
    return _tier(str(params.get("resemblance", "copy")), table) if isinstance(params, dict) else "copy"


def _gathered(named: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Identifier -> its groups; an empty cell names none, or everything without one would be of one group."""
    groups: dict[str, set[str]] = defaultdict(set)
    for one, group in named:
        if group:
            groups[one].add(group)
    return {one: frozenset(names) for one, names in groups.items()}


def _tier(text: str, table: Path) -> Tier:
    for tier in _TIERS:
        if tier == text:
            return tier
    raise ConfigurationError(f"{table}: resemblance {text!r}: expected one of {', '.join(_TIERS)}")


def refuse_other_names(files: Sequence[Path], named: Mapping[str, str], run: Path) -> None:
    """Labels name files by their stems: a run in which a stem already stands for another file can't be used.

    Args:
        files: labelled files.
        named: path -> identifier in the run.
        run: the run folder.

    Raises:
        ConfigurationError: one stands there under another name.
    """
    for path in files:
        name = named.get(name_key(path))
        if name is not None and name != id_of(path):
            raise ConfigurationError(
                f"{run}: {path} is called {name!r} in this run, for {id_of(path)!r} is another file there, such "
                "as a copy of this one in another folder; expected the labelled files alone: give a new run folder"
            )
