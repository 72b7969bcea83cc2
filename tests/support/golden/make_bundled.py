"""Write what the bundled networks say today of one rendered picture, the values that their tests expect.

    PYTHONPATH=tests python tests/support/golden/make_bundled.py

It writes compact.json and composition.json.  Run it only after a deliberate change of a describer, which then needs a
new version name.
"""

from __future__ import annotations

import json
from pathlib import Path

from support.renders import textured

from similarity.describe.descriptors.bundled import BundledDescriber
from similarity.describe.descriptors.compact import CompactDescriber
from similarity.describe.descriptors.composition import CompositionDescriber

FOLDER = Path(__file__).parent
SEED = 20
STORED_COMPONENTS = 32


def golden(describer: BundledDescriber) -> dict[str, object]:
    """What a describer says of the picture."""
    row = describer.describe([textured(SEED)]).descriptors[0]
    return {
        "made_by": "PYTHONPATH=tests python tests/support/golden/make_bundled.py",
        "version": describer.identity.version,
        "weights_sha256": describer.identity.weights_sha256,
        "picture": f"renders.textured({SEED})",
        "first_components": [round(float(value), 5) for value in row[:STORED_COMPONENTS]],
        "sum_of_all_components": round(float(row.sum()), 4),
    }


def main() -> None:
    """Describe and write."""
    for describer in (CompactDescriber(), CompositionDescriber()):
        place = FOLDER / f"{describer.identity.name}.json"
        place.write_text(json.dumps(golden(describer), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
