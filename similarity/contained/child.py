"""The contained process: makes one thing, then the walls rise, then calls its methods as it is asked.

    python -m similarity.contained.child        a line of JSON in, a line of JSON out, in turn

Started by `similarity.contained.process`, never by hand.  Nothing that it answers is trusted: it is JSON, not pickle.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from io import BufferedWriter
from pathlib import Path
from typing import Any, BinaryIO

from similarity.contained.limits import Limits
from similarity.contained.walls import die_with_parent, limit_use, without_disk, without_network
from similarity.errors import SimilarityError

__all__ = ["main"]

_LONGEST_REASON = 4000


@dataclass(frozen=True, slots=True)
class _Channel:
    requests: BinaryIO
    answers: BufferedWriter | BinaryIO

    def asked(self) -> Any | None:
        """What is asked next; None where nothing ever will be."""
        line = self.requests.readline()
        return json.loads(line) if line else None

    def answer(self, said: Mapping[str, Any]) -> None:
        """Say what came of it."""
        self.answers.write(json.dumps(said).encode() + b"\n")
        self.answers.flush()


def main() -> None:
    """Serve until nothing more is asked."""
    die_with_parent()
    missing = [without_network()]
    channel = _own_channel()
    begin = channel.asked()
    if begin is None:
        return
    readable = tuple(map(Path, begin["readable"]))
    try:
        made = _named(begin["factory"])(**begin["arguments"])
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent says it
        channel.answer(_failed(error))
        return
    missing.append(without_disk(readable=readable, writable=(Path(begin["writable"]),)))
    limit_use(Limits(**begin["limits"]))
    channel.answer({"value": [one for one in missing if one]})
    while (request := channel.asked()) is not None:
        channel.answer(_done(made, request))


def _own_channel() -> _Channel:
    """What decoders print goes to where errors go, not into the answers."""
    channel = _Channel(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return channel


def _named(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


def _done(made: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"value": getattr(made, request["method"])(**request["arguments"])}
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent says it
        return _failed(error)


def _failed(error: Exception) -> dict[str, Any]:
    said = str(error) if isinstance(error, SimilarityError) else f"{type(error).__name__}: {error}"
    return {"error": type(error).__name__, "reason": said[:_LONGEST_REASON]}


if __name__ == "__main__":
    main()
