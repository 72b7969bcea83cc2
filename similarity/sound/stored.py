"""The stored form of a soundtrack: a NumPy archive that anybody can open, its facts as JSON in it.

The same rows give the same bytes.  Arrays keep their types.

patch_seconds, patches, is_searched      the patches
peak_seconds, peak_semitones             the peaks
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
from similarity.sound.values import SoundFacts, SoundRows
from similarity.stored_json import plain, read_stored

__all__ = ["pack_sound", "unpack_sound"]

_ARRAYS = ("patch_seconds", "patches", "is_searched", "peak_seconds", "peak_semitones")
_FACTS, _REASON = "facts", "reason"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)


def pack_sound(sound: SoundRows | NotMeasured) -> bytes:
    """The archive of a soundtrack, or of why there is none; the same values give the same bytes."""
    if isinstance(sound, NotMeasured):
        return _packed({_REASON: _json(sound, _REASON)})
    return _packed({name: getattr(sound, name) for name in _ARRAYS} | {_FACTS: _json(sound.facts, _FACTS)})


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
            held = {name: arrays[name] for name in (*_ARRAYS, _FACTS)}
        return SoundRows(
            facts=read_stored(held.pop(_FACTS).tobytes(), SoundFacts),
            **held,
        )
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise StoredJsonError(f"stored rows of a sound can't be read ({error}); add the file again") from error
