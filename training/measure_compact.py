#!/usr/bin/env python3
"""What the shipped `compact` survives, edit by edit, and how fast it is.

    python training/measure_compact.py --images FOLDER

FOLDER holds `images.zip` and `manifest.csv`.  The 1,000 pictures that the training held aside are edited by one family
of edits at a time, at full strength, and looked for among themselves.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import edits
import numpy as np
import torch
from compact_network import NUM_ASIDE, SEED, Pictures, read_pictures

from similarity.describe.descriptors.bundled import SIDE_PIXELS
from similarity.describe.descriptors.compact import CompactDescriber

FAMILIES = (
    "GREY_MIX", "CROP", "TURN", "KEYSTONE", "LOOK", "NEGATIVE", "GAMMA", "BLEND", "INSET", "SPLIT", "SURROUND",
    "MARKS", "LIGHT", "BLUR", "NOISE", "COMPRESS",
)  # fmt: skip


@contextmanager
def only(*chosen: str) -> Iterator[None]:
    """Edits with these families certain and all others left out."""
    before = {family: getattr(edits, family) for family in FAMILIES}
    try:
        for family in FAMILIES:
            setattr(edits, family, 1.0 if family in chosen else 0.0)
        yield
    finally:
        for family, chance in before.items():
            setattr(edits, family, chance)


def views(pictures: Pictures, strength: float) -> list[Pictures]:
    """One edited view of each picture, as RGB."""
    rng = np.random.default_rng([SEED, 4])
    made = []
    for number, picture in enumerate(pictures):
        other = pictures[(number + len(pictures) // 2) % len(pictures)]
        view = edits.edited_view(rng, picture, other, strength=strength, side=SIDE_PIXELS)
        made.append(np.repeat(view[..., None], 3, axis=2))
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = read_pictures(options.images)
    aside = pictures[np.random.default_rng(SEED).permutation(len(pictures))[:NUM_ASIDE]]
    describer = CompactDescriber()
    plain = describer.describe(list(aside)).descriptors.astype(np.float32)
    cases = [(family.lower().replace("_", " "), (family,)) for family in FAMILIES]
    for name, chosen in cases:
        with only(*chosen):
            found = describer.describe(views(aside, 1.0)).descriptors.astype(np.float32)
        sys.stdout.write(f"{name}: {np.mean((found @ plain.T).argmax(axis=1) == np.arange(len(aside))):.3f}\n")
    found = describer.describe(views(aside, 1.0)).descriptors.astype(np.float32)
    sys.stdout.write(f"chains: {np.mean((found @ plain.T).argmax(axis=1) == np.arange(len(aside))):.3f}\n")
    begun = time.perf_counter()
    describer.describe(list(aside))
    rate = len(aside) / (time.perf_counter() - begun)
    sys.stdout.write(f"{rate:.0f} samples a second, {torch.get_num_threads()} threads\n")


if __name__ == "__main__":
    main()
