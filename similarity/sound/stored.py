"""The stored form of a soundtrack: a NumPy archive that anybody can open, its facts as JSON in it.

The same rows give the same bytes.  Arrays keep their types.

patch_seconds, patches, is_searched      the patches
peak_seconds, peak_semitones             the peaks
facts                                    everything else, JSON
"""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np

from similarity.errors import StoredJsonError
from similarity.sound.values import SoundFacts, SoundRows
from similarity.stored_json import plain, read_stored

__all__ = ["pack_sound", "unpack_sound"]

_ARRAYS = ("patch_seconds", "patches", "is_searched", "peak_seconds", "peak_semitones")
_FACTS = "facts"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)


def pack_sound(rows: SoundRows) -> bytes:
    """The archive; the same rows give the same bytes."""
    facts = json.dumps(plain(rows.facts, "facts"), sort_keys=True).encode()
    arrays = {name: getattr(rows, name) for name in _ARRAYS} | {_FACTS: np.frombuffer(facts, np.uint8)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            held = io.BytesIO()
            np.lib.format.write_array(held, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _FIRST_DATE), held.getvalue())
    return packed.getvalue()


def unpack_sound(packed: bytes) -> SoundRows:
    """The rows of an archive.

    Raises:
        StoredJsonError: no such archive, an array missing or of another shape, or facts that are not what was written.
    """
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            held = {name: arrays[name] for name in (*_ARRAYS, _FACTS)}
        return SoundRows(
            facts=read_stored(held.pop(_FACTS).tobytes(), SoundFacts),
            **held,
        )
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise StoredJsonError(f"stored rows of a sound can't be read ({error}); add the file again") from error
