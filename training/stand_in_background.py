#!/usr/bin/env python3
"""Write unrelated pictures that stand in for background footage where a library has little of its own; vectors only.

    python training/stand_in_background.py --images FOLDER \
        --out similarity/describe/descriptors/data/stand-in-background-1.npz

FOLDER holds `images.zip` and `manifest.csv` (file, licence).  Every picture that the copy network was trained on, as
the two bundled networks describe it; those that were held aside stand in the weight files.  Components are stored as
whole numbers of 1/256.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
from compact_network import SEED
from learning import split
from PIL import Image

from similarity.describe.descriptors.bundled import STEPS_OF_STAND_IN
from similarity.describe.descriptors.compact import CompactDescriber
from similarity.describe.descriptors.composition import CompositionDescriber

AT_ONCE = 64


def main() -> None:
    """Describe the pictures and write the archive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with (options.images / "manifest.csv").open(newline="", encoding="utf-8") as handle:
        names = sorted(row["file"] for row in csv.DictReader(handle))
    _, trained = split(len(names), SEED)
    describers = {"compact": CompactDescriber(), "composition": CompositionDescriber()}
    found: dict[str, list[np.ndarray]] = {name: [] for name in describers}
    with zipfile.ZipFile(options.images / "images.zip") as pack:
        for first in range(0, len(trained), AT_ONCE):
            numbers = trained[first : first + AT_ONCE]
            pictures = [np.asarray(Image.open(io.BytesIO(pack.read(names[one]))).convert("RGB")) for one in numbers]
            for name, describer in describers.items():
                rows = describer.describe(pictures).descriptors
                found[name].append(np.clip(np.round(rows * STEPS_OF_STAND_IN), -127, 127).astype(np.int8))
    arrays = {name: np.concatenate(some) for name, some in found.items()}
    np.savez_compressed(options.out, allow_pickle=False, **arrays)
    sizes = ", ".join(f"{name} {rows.shape}" for name, rows in arrays.items())
    sys.stdout.write(f"{sizes}, {hashlib.sha256(options.out.read_bytes()).hexdigest()}\n")


if __name__ == "__main__":
    main()
