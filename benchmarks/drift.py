"""Compare two `findings.json` field by field, under the names that fields got in later schemas.

    python benchmarks/drift.py BEFORE/findings.json AFTER/findings.json

Prints every field whose value differs, and every field that one side alone has; exits with 1 where there is any.
Texts are compared as they read in English, so that a sentence that became a phrase is the same.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from similarity.phrases import filled

Leaf = str | float | bool | None

MATCH = r"^((?:weaker_)?matches\[\d+\])"
RENAMED_IN_3 = (
    (MATCH + r"\.(speed_factor|offset_seconds|residual_seconds)(?=$|\.)", r"\1.fit.\2"),
    (MATCH + r"\.is_mirrored$", r"\1.view.is_mirrored"),
    (MATCH + r"\.seen_in\.region$", r"\1.view.region"),
    (MATCH + r"\.seen_in\.left_thousandths$", r"\1.view.box[0]"),
    (MATCH + r"\.seen_in\.top_thousandths$", r"\1.view.box[1]"),
    (MATCH + r"\.seen_in\.right_thousandths$", r"\1.view.box[2]"),
    (MATCH + r"\.seen_in\.bottom_thousandths$", r"\1.view.box[3]"),
    (MATCH + r"\.(alignment_score|verification_points|rival_factor)$", r"\1.score_steps.\2"),
    (MATCH + r"\.rival_(work_id|score)$", r"\1.score_steps.rival.\2"),
    (MATCH + r"\.verification\.colours(?=$|\.)", r"\1.colours"),
    (MATCH + r"\.verification\.words\[", r"\1.changes["),
    (MATCH + r"(\.verification\.change\.\w+_part)\.area$", r"\1\2.area_share"),
    (MATCH + r"(\.verification\.change)\.stretch$", r"\1\2.stretch_factor"),
    (MATCH + r"(\.frames\[\d+\])\.points\.num_corresponding$", r"\1\2.points.num_inliers"),
    (MATCH + r"(\.frames\[\d+\])\.points\.picture$", r"\1\2.points_picture"),
    (r"^limits\.num_samples_voting$", "limits.voting.num_samples"),
    (r"^limits\.(num_samples_at_hit_limit|num_works_left_out)$", r"limits.voting.\1"),
)
"""Where a field of schema 2 stands in schema 3."""
GONE_IN_3 = (r"^describers\[\d+\]\.weights_sha256\.reason$",)
"""Fields of schema 2 that say nothing that schema 3 does not."""
NEW_IN_3 = (r"\.is_left_empty$", r"\.in_short$", r"^describers\[\d+\]\.(kind|weights_sha256)$")
"""Fields of schema 3 that schema 2 had not."""
RENAMED_IN_4 = ((MATCH + r"\.axes\[", r"\1.finding.axes["),)
"""Where a field of schema 3 stands in schema 4."""


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every value of a JSON document with the path to it; a phrase as it reads."""
    if isinstance(value, dict) and set(value) == {"text", "values"}:
        yield path, as_read(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]")
    else:
        yield path, value


def as_read(phrase: dict[str, Any]) -> str:
    """A stored phrase in English."""
    values = dict(phrase["values"])
    return filled(
        phrase["text"], {name: as_read(one) if isinstance(one, dict) else one for name, one in values.items()}
    )


def renamed(path: str, names: tuple[tuple[str, str], ...]) -> str:
    """The path of a field under later names."""
    for old, new in names:
        path = re.sub(old, new, path)
    return path


def read(path: Path) -> dict[str, Leaf]:
    """Fields of one file under the names of schema 4."""
    document = json.loads(path.read_text(encoding="utf-8"))
    found, version = dict(leaves(document)), int(document["schema_version"].partition(".")[0])
    if version < 3:
        found = {renamed(name, RENAMED_IN_3): value for name, value in found.items()}
        found = {name: value for name, value in found.items() if not any(re.match(one, name) for one in GONE_IN_3)}
    return {renamed(name, RENAMED_IN_4): value for name, value in found.items()} if version < 4 else found


def main() -> int:
    """Say what differs."""
    before, after = (read(Path(one)) for one in sys.argv[1:3])
    del before["schema_version"], after["schema_version"]
    missing = [name for name in before if name not in after and before[name] is not None]
    new = [
        name
        for name, value in after.items()
        if name not in before and value is not None and not any(re.search(one, name) for one in NEW_IN_3)
    ]
    changed = [name for name in before if name in after and before[name] != after[name]]
    for name in changed:
        print(f"changed  {name}: {before[name]!r} -> {after[name]!r}")
    for word, names in (("gone", missing), ("new", new)):
        for name in names:
            print(f"{word:<8} {name}: {before.get(name, after.get(name))!r}")
    print(f"{len(before.keys() & after.keys()) - len(changed):,} fields are the same, {len(changed)} changed")
    return 1 if changed or missing or new else 0


if __name__ == "__main__":
    sys.exit(main())
