"""Find the stretches of sound that suspects share with works, and time it.

    python benchmarks/sound.py --bench DIR --cache DIR --matches matches.csv [--only WORDS] [--limit N]

--bench is a folder that the bench's `make_sound.py` wrote (`works`, `suspects`).  Every file is described once and
kept under --cache; a later run reads it there, so empty it when the description changes.  --only compares suspects
whose name holds one of some words, --limit about N of them, every n-th.  `score.py` reads the table written:

    python score.py --truth DIR/truth.csv --suspects DIR/suspects.csv --matches matches.csv --ignore DIR/ignore.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np

from similarity.absence import NotMeasured
from similarity.sound.describe import describe_sound
from similarity.sound.find import find_sound, work_sound
from similarity.sound.spectra import FRAME_SECONDS, LOWEST_SEMITONE
from similarity.sound.stored import pack_sound, unpack_sound
from similarity.sound.values import DescribedSound, SoundSpectrogram

COLUMNS = ("query_id", "ref_id", "query_start", "query_end", "ref_start", "ref_end", "score")
MORE = ("line_score", "speed", "pitch", "num_peaks", "num_coincident", "expected")


def described(path: Path, cache: Path) -> DescribedSound | NotMeasured:
    """A file's sound, read from the cache where it is there."""
    rows, levels = cache / f"{path.name}.npz", cache / f"{path.name}.levels.npy"
    if rows.exists() and levels.exists():
        stored = unpack_sound(rows.read_bytes())
        if isinstance(stored, NotMeasured):
            return stored
        spectrogram = SoundSpectrogram(
            start_seconds=stored.facts.stream.start_seconds,
            frame_seconds=FRAME_SECONDS,
            lowest_semitone=LOWEST_SEMITONE,
            levels=np.load(levels),
        )
        return DescribedSound(rows=stored, spectrogram=spectrogram)
    sound = describe_sound(path)
    if not isinstance(sound, NotMeasured):
        np.save(levels, sound.spectrogram.levels)
        rows.write_bytes(pack_sound(sound.rows))
    return sound


def described_folder(folder: Path, cache: Path) -> dict[str, DescribedSound]:
    """The sounds of a folder's files by stem; those that hold none are said."""
    cache.mkdir(parents=True, exist_ok=True)
    found = {}
    for path in sorted(folder.iterdir()):
        sound = described(path, cache)
        if isinstance(sound, NotMeasured):
            sys.stderr.write(f"{path.name}: {sound.reason}\n")
        else:
            found[path.stem] = sound
    return found


def main() -> None:
    """Describe, compare, write, say what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--matches", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=())
    parser.add_argument("--limit", type=int, default=0)
    given = parser.parse_args()
    began = time.process_time()
    works = described_folder(given.bench / "works", given.cache / "works")
    suspects = described_folder(given.bench / "suspects", given.cache / "suspects")
    spent = time.process_time() - began
    seconds = sum(one.rows.facts.stream.duration_seconds for one in (*works.values(), *suspects.values()))
    print(f"described {seconds:.0f} s in {spent:.1f} processor s (what was cached included)")
    prepared = [work_sound(name, one.rows) for name, one in works.items()]
    chosen = [name for name in suspects if not given.only or any(word in name for word in given.only)]
    chosen = chosen[:: max(1, len(chosen) // given.limit)] if given.limit else chosen
    began = time.process_time()
    with given.matches.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow((*COLUMNS, *MORE))
        for name in chosen:
            for one in find_sound(suspects[name], prepared):
                ends = (
                    one.suspect_start_seconds,
                    one.suspect_end_seconds,
                    one.work_start_seconds,
                    one.work_end_seconds,
                )
                figures = (one.score, one.line_score, one.speed, one.pitch_semitones)
                counts = (one.num_peaks, one.num_coincident, round(one.expected_coincident, 1))
                values = [f"{value:.4f}" for value in (*ends, *figures)]
                writer.writerow((name, one.work_id, *values, *counts))
            handle.flush()
    spent = time.process_time() - began
    asked = sum(suspects[name].rows.facts.stream.duration_seconds for name in chosen)
    print(f"compared {len(chosen)} suspects ({asked:.0f} s) in {spent:.1f} processor s")


if __name__ == "__main__":
    main()
