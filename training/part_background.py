#!/usr/bin/env python3
"""Write the regions of unrelated pictures against which parts are weighed; vectors only.

    python training/part_background.py --images FOLDER --out similarity/parts/data/part-background-1.npz

FOLDER holds `images.zip` and `manifest.csv` (file, licence).  160 of the pictures that were held aside when the copy
network was trained, drawn by its seed, with the regions that `similarity/parts/regions.py` gives.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import sys
import zipfile
from pathlib import Path

import cv2
import numpy as np
from compact_network import SEED
from learning import split
from PIL import Image

from similarity.parts.look import LOOK_PIXELS, look_at_regions

NUM_PICTURES = 160


def main() -> None:
    """Describe the pictures and write the archive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with (options.images / "manifest.csv").open(newline="", encoding="utf-8") as handle:
        names = sorted(row["file"] for row in csv.DictReader(handle))
    aside, _ = split(len(names), SEED)
    found = []
    with zipfile.ZipFile(options.images / "images.zip") as pack:
        for number in aside[:NUM_PICTURES]:
            picture = np.asarray(Image.open(io.BytesIO(pack.read(names[number]))).convert("RGB"))
            scale = LOOK_PIXELS / max(picture.shape[:2])
            found.append(look_at_regions(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)))
    arrays = {
        name: np.concatenate([getattr(one, name) for one in found]).astype(np.float16)
        for name in ("compact", "composition", "colour")
    }
    lengths = np.array([len(one) for one in found], dtype=np.int64)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(options.out, allow_pickle=False, lengths=lengths, **arrays)
    sys.stdout.write(f"{lengths.sum()} regions, {hashlib.sha256(options.out.read_bytes()).hexdigest()}\n")


if __name__ == "__main__":
    main()
