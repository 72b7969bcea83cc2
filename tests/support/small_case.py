"""A small library of real short videos, a suspect that takes from it, and cases made of the two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
from support.footage import write_video

from index.local.library import Library
from similarity.case.acts import open_case
from similarity.case.audit import claims
from similarity.case.audit.claims import verify_case
from similarity.case.compare import CaseOptions, compare_in_case
from similarity.case.values import Check
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.demo.camera import Shot, View, shoot
from similarity.ingest.add import add_files
from similarity.signatures import create_key

RATE = 5
SIZE = (320, 180)
CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})
LIGHT = load_profile(
    "standard", {"align": {"search_device": "cpu"}, "verify": {"max_matches": 0}, "place": {"max_matches": 0}}
)
"""Without the later looks at frames: where steps and files are the subject, not figures."""
FILM_SECONDS = 9.0
"""astronaut 0 to 3 s, coffee 3 to 6 s, chelsea (a cat) 6 to 9 s."""


def pan(photograph: str, seconds: float = 3) -> list[np.ndarray]:
    """A slow pan over a photograph."""
    start, end = View(x=0.42, y=0.45, width=0.7), View(x=0.58, y=0.55, width=0.7)
    shot, num_frames = Shot(photograph=photograph, seconds=seconds, start=start, end=end), round(seconds * RATE)
    return [shoot(shot, number / num_frames, SIZE) for number in range(num_frames)]


def make_footage(folder: Path) -> dict[str, Path]:
    """film (the work), street (background), suspect (coins, then coffee and the cat of the film)."""
    film = [*pan("astronaut.png"), *pan("coffee.png"), *pan("chelsea.png")]
    return {
        "film": write_video(folder / "film.mp4", film, rate=RATE),
        "street": write_video(folder / "street.mp4", [*pan("rocket.jpg"), *pan("page.png")], rate=RATE),
        "suspect": write_video(folder / "suspect.mp4", [*pan("coins.png", 2), *film[15:40]], rate=RATE),
    }


def make_library(folder: Path, footage: dict[str, Path]) -> Path:
    """The film as a work, the street as background."""
    with Library.create(folder) as library:
        add_files([footage["film"]], library, config=CONFIG)
        add_files([footage["street"]], library, config=CONFIG, role="background")
    return folder


def make_case(
    folder: Path, library: Path, suspect: Path, *, profile="us", language="en", access=None, controls=(), config=CONFIG
) -> Path:
    """A case with one comparison, its originals copied in; not sealed."""
    open_case(folder, case_id="2026-7", profile=profile, language=language, actor="A. Expert")
    with Library.open(library) as opened:
        options = CaseOptions(actor="A. Expert", copies=True, access_facts=access, controls=controls)
        compare_in_case(suspect, open_session(opened, config), folder, options=options)
    return folder


def make_key(folder: Path):
    """A signing key."""
    return create_key(folder / "key.pem")


def failures(case: Path, *only: str, **more) -> list[Check]:
    """What `case verify` finds fault with; where checks are named, by these alone."""
    return [check for check in checks_of(case, *only, **more) if check.state == "failed"]


def checks_of(case: Path, *only: str, **more) -> tuple[Check, ...]:
    """What `case verify` says; where checks are named, by these alone."""
    if not only:
        return verify_case(case, **more)
    guarded = claims.guarded

    def asked(name: str, check: Callable[[], Iterator[Check]], *files: str) -> Iterator[Check]:
        return guarded(name, check, *files) if name in only else iter(())

    with patch.object(claims, "guarded", asked), patch.object(claims, "verify_files", lambda *_, **__: ()):
        return verify_case(case, **more)
