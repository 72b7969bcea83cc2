#!/usr/bin/env python3
"""Learn the linear head of `compact` and its background vectors from openly licensed pictures.

    python training/compact_layout.py --images FOLDER --out similarity/describe/data/compact-layout-1.npz

FOLDER holds `images.zip` and `manifest.csv` (file, licence).  Each picture and three random edits of it become
gradient layouts; linear discriminant analysis finds the 256 directions that vary most between pictures for how
little they vary between edits of one picture.  Deterministic: the same pictures, seed and library versions give
the same file, byte for byte.  About one minute.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from edits import random_edit
from PIL import Image
from scipy.linalg import eigh

from similarity.describe.compact import layout, project

SEED = 20261120
NUM_PICTURES = 8000
EDITS_PER_PICTURE = 3
DIMENSIONS = 256
NUM_BACKGROUND = 1024
RIDGE = 0.1
"""Share of the mean within-picture variance added to every direction."""
SCALE_POWER = 0.25
"""Directions are weighted by their variance ratio to this power: 0 weighs all alike."""

Floats = npt.NDArray[np.float32]


def read_pictures(archive: Path, names: list[str]) -> list[npt.NDArray[np.uint8]]:
    """RGB pictures of the archive, in the order asked for."""
    with zipfile.ZipFile(archive) as pack:
        return [np.asarray(Image.open(io.BytesIO(pack.read(name))).convert("RGB")) for name in names]


def chosen_names(manifest: Path, rng: np.random.Generator) -> list[str]:
    """A random choice of the listed pictures."""
    with manifest.open(newline="", encoding="utf-8") as handle:
        names = sorted(row["file"] for row in csv.DictReader(handle))
    return [names[i] for i in rng.permutation(len(names))[:NUM_PICTURES]]


def layouts_with_edits(pictures: list[npt.NDArray[np.uint8]], rng: np.random.Generator) -> Floats:
    """(pictures, 1 + EDITS_PER_PICTURE, 864): the layout of each picture and of its edits."""
    rows = []
    for picture in pictures:
        versions = [picture]
        for _ in range(EDITS_PER_PICTURE):
            other = pictures[int(rng.integers(len(pictures)))]
            versions.append(random_edit(rng, picture, other))
        rows.append(np.stack([layout(version) for version in versions]))
    return np.stack(rows)


def discriminant_head(layouts: Floats) -> tuple[Floats, Floats]:
    """Mean (864,) and head (864, 256) by linear discriminant analysis (Fisher 1936; Rao 1948)."""
    size = layouts.shape[-1]
    mean = layouts.reshape(-1, size).mean(axis=0)
    centred = (layouts - mean).astype(np.float64)
    centred /= np.linalg.norm(centred, axis=-1, keepdims=True)
    flat = centred.reshape(-1, size)
    total = flat.T @ flat / len(flat)
    deviations = (centred - centred.mean(axis=1, keepdims=True)).reshape(-1, size)
    within = deviations.T @ deviations / len(deviations)
    ridge = RIDGE * np.trace(within) / size * np.eye(size)
    values, vectors = eigh(total, within + ridge)
    order = np.argsort(-values)[:DIMENSIONS]
    weight = np.maximum(values[order] - values[order].min(), 1e-3) ** SCALE_POWER
    signs = np.sign(vectors[np.abs(vectors[:, order]).argmax(axis=0), order])
    head = vectors[:, order] * weight * signs
    return mean.astype(np.float32), (head / np.abs(head).max()).astype(np.float32)


def held_aside_retrieval(layouts: Floats, mean: Floats, head: Floats) -> float:
    """Share of edits whose nearest picture among all held aside is their own."""
    originals = project(layouts[:, 0], mean, head)
    right = [
        np.mean(np.argmax(project(layouts[:, k], mean, head) @ originals.T, axis=1) == np.arange(len(layouts)))
        for k in range(1, layouts.shape[1])
    ]
    return float(np.mean(right))


def main() -> None:
    """Run the recipe and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rng = np.random.default_rng(SEED)
    archive, manifest = options.images / "images.zip", options.images / "manifest.csv"
    layouts = layouts_with_edits(read_pictures(archive, chosen_names(manifest, rng)), rng)
    aside = len(layouts) // 8
    mean, head = discriminant_head(layouts[aside:])
    background = project(layouts[:NUM_BACKGROUND, 0], mean, head)
    figures = {
        "pictures": len(layouts),
        "pictures_held_aside": aside,
        "held_aside_top1": round(held_aside_retrieval(layouts[:aside], mean, head), 4),
        "held_aside_top1_without_head": round(
            held_aside_retrieval(layouts[:aside], mean, np.eye(len(mean), dtype=np.float32)), 4
        ),
        "images_zip_sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
        "manifest_sha256": hashlib.sha256(manifest.read_bytes()).hexdigest(),
        "seed": SEED,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    arrays = {"mean": mean, "head": head.astype(np.float16), "background": background.astype(np.float16)}
    np.savez(options.out, allow_pickle=False, **arrays)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
