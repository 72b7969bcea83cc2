"""Write what `compact` says today of one rendered picture to compact.json, the value that its test expects.

    PYTHONPATH=tests python tests/golden/make_compact.py

Run it only after a deliberate change of the describer, which then needs a new version name.
"""

from __future__ import annotations

import json
from pathlib import Path

from renders import textured

from similarity.describe.compact import CompactDescriber

GOLDEN = Path(__file__).with_name("compact.json")
SEED = 20
STORED_COMPONENTS = 32


def main() -> None:
    """Describe and write."""
    describer = CompactDescriber()
    row = describer.describe([textured(SEED)]).descriptors[0]
    content = {
        "made_by": "PYTHONPATH=tests python tests/golden/make_compact.py",
        "version": describer.identity.version,
        "weights_sha256": describer.identity.weights_sha256,
        "picture": f"renders.textured({SEED})",
        "first_components": [round(float(value), 5) for value in row[:STORED_COMPONENTS]],
        "sum_of_all_components": round(float(row.sum()), 4),
    }
    GOLDEN.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
