"""The stored form of a soundtrack: a NumPy archive that anybody can open, its facts as JSON in it.

The same rows give the same bytes.  Peaks are described in steps (`similarity.sound.values`) and stored as such.

patch_seconds, patches, is_searched      the patches
peak_steps, peak_pitches                 the peaks: steps of time after the start of the sound, steps of pitch
facts                                    everything else, JSON

Of a file without sound to describe there is the reason alone.

reason                                   why, JSON
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from similarity.absence import NotMeasured
from similarity.errors import StoredJsonError
from similarity.sound.values import (
    PEAK_STEP_SECONDS,
    PEAK_STEP_SEMITONES,
    SoundFacts,
    SoundRows,
    peaks_from_steps,
)
from similarity.stored_json import plain, read_stored

__all__ = ["pack_sound", "unpack_sound"]

_ARRAYS = ("patch_seconds", "patches", "is_searched")
_PEAKS = ("peak_steps", "peak_pitches")
_FACTS, _REASON = "facts", "reason"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)


def pack_sound(sound: SoundRows | NotMeasured) -> bytes:
    """The archive of a soundtrack, or of why there is none; the same values give the same bytes."""
    if isinstance(sound, NotMeasured):
        return _packed({_REASON: _json(sound, _REASON)})
    after = (sound.peak_seconds - sound.facts.stream.start_seconds) / PEAK_STEP_SECONDS
    steps = (
        np.round(np.maximum(after, 0)).astype(np.uint32),
        np.round(sound.peak_semitones / PEAK_STEP_SEMITONES).astype(np.int16),
    )
    held = {name: getattr(sound, name) for name in _ARRAYS}
    return _packed(held | dict(zip(_PEAKS, steps, strict=True)) | {_FACTS: _json(sound.facts, _FACTS)})


def _json(value: object, name: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(plain(value, name), sort_keys=True).encode(), np.uint8)


def _packed(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            held = io.BytesIO()
            np.lib.format.write_array(held, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _FIRST_DATE), held.getvalue())
    return packed.getvalue()


def unpack_sound(packed: bytes) -> SoundRows | NotMeasured:
    """The rows of an archive, or why there are none.

    Raises:
        StoredJsonError: no such archive, an array missing or of another shape, or facts that are not what was written.
    """
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            if _REASON in arrays:
                return read_stored(arrays[_REASON].tobytes(), NotMeasured)
            held = {name: arrays[name] for name in (*_ARRAYS, *_PEAKS, _FACTS)}
        facts = read_stored(held.pop(_FACTS).tobytes(), SoundFacts)
        steps, pitches = (held.pop(name) for name in _PEAKS)
        seconds, semitones = peaks_from_steps(steps, pitches, facts.stream.start_seconds)
        return SoundRows(facts=facts, peak_seconds=seconds, peak_semitones=semitones, **held)
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise StoredJsonError(f"stored rows of a sound can't be read ({error}); add the file again") from error
