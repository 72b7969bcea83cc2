"""Fit the projection of sound patches: principal components of patches of freely licensed music and speech.

    mkdir FOLDER && cd FOLDER
    apt-get download hyperrogue-music colobot-common-sounds fb-music-high
    apt-get download asterisk-core-sounds-fr-g722 asterisk-core-sounds-ru-g722
    for package in *.deb; do dpkg -x $package unpacked; done
    python training/sound_patches.py --sounds FOLDER/unpacked --out similarity/sound/data/sound-patches-1.npz

Writes `components` (480, 64) and `background` (1000, 64), both fp16: directions, and rows of single seconds that
unrelated sound is known by; no sound can be made from either.  The same files and the same seed give the same arrays.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from similarity.errors import UnreadableMediaError
from similarity.media.container import open_container
from similarity.sound.decoding import SoundDecoder
from similarity.sound.patches import LEAST_CHANGE_DB, PATCH_BANDS, PATCH_CELLS, PLAIN, cells_of
from similarity.sound.spectra import FRAME_SECONDS, LOWEST_SEMITONE, band_levels, power_blocks
from similarity.sound.values import PATCH_DIMENSIONS, SoundSpectrogram

SEED = 20261201
MOST_PATCHES_PER_FILE = 400
MOST_BLOCKS_PER_FILE = 5
"""Of 24 seconds each."""
NUM_BACKGROUND = 1000
LEAST_SECONDS = 3.0
LEAST_BYTES = 40_000
"""A shorter file holds a word or an effect."""
SUFFIXES = {".ogg", ".wav", ".g722"}


def patches_of_file(path: Path) -> npt.NDArray[np.float32]:
    """(n, 480) patches of a file that change, every second cell of time one."""
    with open_container(path) as container:
        decoder = SoundDecoder(container, container.streams.audio[0])
        blocks = islice(power_blocks(decoder.blocks()), MOST_BLOCKS_PER_FILE)
        levels = np.concatenate([band_levels(power) for power in blocks])
    if len(levels) * FRAME_SECONDS < LEAST_SECONDS:
        return np.zeros((0, PATCH_CELLS * PATCH_BANDS), np.float32)
    spectrogram = SoundSpectrogram(
        start_seconds=0.0, frame_seconds=FRAME_SECONDS, lowest_semitone=LOWEST_SEMITONE, levels=levels
    )
    cells, _, _ = cells_of(spectrogram, PLAIN)
    starts = np.arange(0, max(0, len(cells) - PATCH_CELLS + 1), 2)
    flat = cells[starts[:, None] + np.arange(PATCH_CELLS)].reshape(len(starts), -1)
    return flat[np.sqrt(np.mean(np.square(flat), axis=1)) >= LEAST_CHANGE_DB]


def main() -> None:
    """Read, fit, write, say what was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sounds", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    rng = np.random.default_rng(SEED)
    kept = []
    for path in sorted(path for path in given.sounds.rglob("*") if path.suffix in SUFFIXES and path.is_file()):
        if path.stat().st_size < LEAST_BYTES:
            continue
        try:
            flat = patches_of_file(path)
        except UnreadableMediaError as error:
            sys.stderr.write(f"{error}\n")
            continue
        kept.append(flat[rng.permutation(len(flat))[:MOST_PATCHES_PER_FILE]])
    every = np.concatenate(kept)
    # patches without the means of bands and frames stand around zero: no mean is taken off
    values, vectors = np.linalg.eigh(every.T.astype(np.float64) @ every / len(every))
    components = vectors[:, ::-1][:, :PATCH_DIMENSIONS].astype(np.float16)
    share = values[::-1][:PATCH_DIMENSIONS].sum() / values.sum()
    chosen = every[rng.permutation(len(every))[:NUM_BACKGROUND]] @ components.astype(np.float32)
    background = (chosen / np.linalg.norm(chosen, axis=1, keepdims=True)).astype(np.float16)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(given.out, components=components, background=background)
    sys.stdout.write(f"{len(every)} patches of {len(kept)} files; {share:.3f} of their variance kept\n")


if __name__ == "__main__":
    main()
