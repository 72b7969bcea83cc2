"""Write what the `lir` package of the Netherlands Forensic Institute says of a few sets of ratios to lir.json.

    python -m venv LIR && LIR/bin/pip install lir==1.3.1 && LIR/bin/python tests/support/golden/make_lir.py

`lir` is no dependency of the product: it is the independent tool that the product is compared with.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from lir.algorithms.bayeserror import elub
from lir.data.models import LLRData
from lir.metrics import cllr

GOLDEN = Path(__file__).with_name("lir.json")
CASES = {
    "good": (3.0, 1.0, 60, 200),
    "weak": (0.8, 1.0, 60, 200),
    "overstated": (3.0, 2.5, 60, 200),
    "separated": (12.0, 1.0, 40, 90),
    "backwards": (-2.0, 1.0, 40, 60),
}
"""Distance of the means (standard deviations), overstatement of the ratios, numbers of taken and independent pairs."""


def main() -> None:
    """Draw, ask, write."""
    generator = np.random.default_rng(16)
    cases = {}
    for name, (distance, overstatement, num_same, num_other) in CASES.items():
        slope = overstatement * abs(distance) / np.log(10)
        same = np.round(slope * generator.normal(distance / 2, 1.0, num_same), 4)
        other = np.round(slope * generator.normal(-distance / 2, 1.0, num_other), 4)
        ratios, labels = np.concatenate([same, other]), np.repeat([1, 0], [num_same, num_other])
        lower, upper = elub(ratios.copy(), labels)
        cases[name] = {
            "log10_lr_same": same.tolist(),
            "log10_lr_other": other.tolist(),
            "cllr": round(cllr(LLRData(features=ratios, labels=labels)), 9),
            "elub": [round(float(lower), 9), round(float(upper), 9)],
        }
    content = {"made_by": "LIR/bin/python tests/support/golden/make_lir.py", "lir": version("lir"), "cases": cases}
    GOLDEN.write_text(json.dumps(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
