"""What the demo's films show: four works, two suspects, three background clips, two stills.

No photograph of a work stands in a suspect's own footage or in the background.
"""

from __future__ import annotations

from similarity.demo.camera import Overlay, Shot, View
from similarity.demo.film import Excerpt, Script

__all__ = ["BACKGROUND", "STILLS", "SUSPECTS", "WORKS"]

_BIKE, _CUP = "motorcycle_left.png", "coffee.png"
_TOWER, _PILOT = "rocket.jpg", "astronaut.png"
_TISSUE, _EYE = "ihc.png", "retina.jpg"
_STARS, _MOON = "hubble_deep_field.jpg", "moon.png"


def _view(x: float, y: float, width: float, degrees: float = 0.0) -> View:
    return View(x=x, y=y, width=width, degrees=degrees)


_GARAGE = Script(
    name="garage",
    pieces=(
        Shot(photograph=_BIKE, seconds=4.0, start=_view(0.32, 0.5, 0.6), end=_view(0.66, 0.5, 0.6)),
        Shot(
            photograph=_BIKE,
            seconds=3.5,
            start=_view(0.5, 0.6, 0.5),
            end=_view(0.55, 0.62, 0.34),
            overlay=Overlay(kind="caption", colour=(20, 60, 140), text="SUNDAY IN THE GARAGE"),
        ),
        Shot(photograph=_CUP, seconds=4.5, start=_view(0.5, 0.5, 0.85), end=_view(0.45, 0.42, 0.6), opening="dissolve"),
        Shot(photograph=_BIKE, seconds=3.5, start=_view(0.72, 0.28, 0.45), end=_view(0.4, 0.26, 0.42)),
        Shot(
            photograph=_CUP,
            seconds=4.0,
            start=_view(0.55, 0.55, 0.5, 0),
            end=_view(0.6, 0.6, 0.42, 14),
            opening="fade",
        ),
        Shot(
            photograph=_BIKE,
            seconds=3.5,
            start=_view(0.26, 0.64, 0.36),
            end=_view(0.32, 0.62, 0.46),
            overlay=Overlay(kind="disc", colour=(240, 200, 30)),
        ),
    ),
)

_LIFTOFF = Script(
    name="liftoff",
    pieces=(
        Shot(photograph=_TOWER, seconds=4.5, start=_view(0.5, 0.42, 0.9), end=_view(0.54, 0.5, 0.6)),
        Shot(photograph=_PILOT, seconds=4.0, start=_view(0.45, 0.3, 0.62), end=_view(0.45, 0.42, 0.5)),
        Shot(photograph=_TOWER, seconds=3.5, start=_view(0.4, 0.75, 0.5), end=_view(0.6, 0.75, 0.5, 4)),
        Shot(
            photograph=_PILOT,
            seconds=4.0,
            start=_view(0.75, 0.3, 0.45),
            end=_view(0.62, 0.35, 0.6),
            overlay=Overlay(kind="square", colour=(200, 40, 60)),
            opening="dissolve",
        ),
        Shot(
            photograph=_TOWER,
            seconds=4.0,
            start=_view(0.2, 0.5, 0.4),
            end=_view(0.24, 0.3, 0.4),
            overlay=Overlay(kind="caption", colour=(90, 20, 20), text="T MINUS TEN"),
        ),
        Shot(photograph=_PILOT, seconds=4.0, start=_view(0.35, 0.7, 0.55), end=_view(0.6, 0.75, 0.5)),
    ),
)

_SPECIMENS = Script(
    name="specimens",
    pieces=(
        Shot(photograph=_TISSUE, seconds=4.0, start=_view(0.35, 0.35, 0.65), end=_view(0.6, 0.4, 0.65)),
        Shot(photograph=_EYE, seconds=4.5, start=_view(0.35, 0.5, 0.5), end=_view(0.2, 0.5, 0.3)),
        Shot(
            photograph=_TISSUE,
            seconds=3.5,
            start=_view(0.6, 0.7, 0.4, -6),
            end=_view(0.55, 0.72, 0.5, 6),
            overlay=Overlay(kind="caption", colour=(30, 90, 60), text="STAINED SECTION 12"),
        ),
        Shot(photograph=_EYE, seconds=4.0, start=_view(0.6, 0.35, 0.5), end=_view(0.6, 0.62, 0.5), opening="dissolve"),
        Shot(photograph=_TISSUE, seconds=4.0, start=_view(0.25, 0.75, 0.35), end=_view(0.4, 0.6, 0.35)),
    ),
)

_DEEP_SKY = Script(
    name="deep_sky",
    pieces=(
        Shot(photograph=_STARS, seconds=4.5, start=_view(0.5, 0.5, 0.9), end=_view(0.45, 0.42, 0.55)),
        Shot(photograph=_MOON, seconds=4.0, start=_view(0.45, 0.35, 0.7), end=_view(0.55, 0.6, 0.6)),
        Shot(
            photograph=_STARS,
            seconds=4.0,
            start=_view(0.75, 0.3, 0.4),
            end=_view(0.7, 0.7, 0.4, 8),
            overlay=Overlay(kind="disc", colour=(60, 120, 230)),
        ),
        Shot(photograph=_MOON, seconds=4.0, start=_view(0.3, 0.2, 0.4), end=_view(0.7, 0.25, 0.4), opening="fade"),
        Shot(photograph=_STARS, seconds=4.0, start=_view(0.25, 0.6, 0.3), end=_view(0.3, 0.65, 0.45)),
    ),
)

WORKS = (_GARAGE, _LIFTOFF, _SPECIMENS, _DEEP_SKY)
"""The films that somebody owns."""

_MIXED = Script(
    name="suspect_mixed",
    pieces=(
        Shot(photograph="camera.png", seconds=3.5, start=_view(0.5, 0.35, 0.8), end=_view(0.45, 0.4, 0.6)),
        Excerpt(film="garage", start_seconds=4.6, seconds=5.0, edit="mirrored_and_cropped"),
        Shot(
            photograph="grass.png",
            seconds=3.0,
            start=_view(0.4, 0.4, 0.6),
            end=_view(0.6, 0.5, 0.6),
            overlay=Overlay(kind="caption", colour=(120, 30, 110), text="MY FIVE FAVOURITE CLIPS"),
        ),
        Excerpt(film="liftoff", start_seconds=1.0, seconds=6.5, speed=1.25),
        Shot(photograph="page.png", seconds=3.0, start=_view(0.5, 0.5, 0.8), end=_view(0.5, 0.55, 0.6)),
        Excerpt(film="garage", start_seconds=16.2, seconds=4.5, edit="letterboxed_with_caption"),
        Shot(photograph="camera.png", seconds=3.0, start=_view(0.7, 0.4, 0.45), end=_view(0.75, 0.7, 0.45)),
    ),
)

_ORIGINAL = Script(
    name="suspect_original",
    pieces=(
        Shot(photograph="coins.png", seconds=4.0, start=_view(0.4, 0.4, 0.7), end=_view(0.6, 0.6, 0.6)),
        Shot(
            photograph="brick.png",
            seconds=3.5,
            start=_view(0.4, 0.5, 0.6, 0),
            end=_view(0.5, 0.5, 0.6, 10),
            overlay=Overlay(kind="disc", colour=(30, 170, 160)),
        ),
        Shot(photograph="text.png", seconds=4.0, start=_view(0.3, 0.5, 0.5), end=_view(0.7, 0.5, 0.5)),
        Shot(
            photograph="coins.png",
            seconds=3.5,
            start=_view(0.75, 0.3, 0.4),
            end=_view(0.3, 0.3, 0.4),
            overlay=Overlay(kind="caption", colour=(40, 40, 40), text="SMALL CHANGE"),
            opening="dissolve",
        ),
        Shot(photograph="brick.png", seconds=3.0, start=_view(0.5, 0.3, 0.35), end=_view(0.5, 0.7, 0.35)),
    ),
)

SUSPECTS = (_MIXED, _ORIGINAL)
"""One that takes from two works with edits, and one that takes nothing."""

BACKGROUND = (
    Script(
        name="gravel_and_horse",
        pieces=(
            Shot(photograph="gravel.png", seconds=4.0, start=_view(0.4, 0.4, 0.6), end=_view(0.6, 0.6, 0.5)),
            Shot(photograph="horse.png", seconds=4.0, start=_view(0.4, 0.45, 0.7), end=_view(0.6, 0.4, 0.6)),
        ),
    ),
    Script(
        name="colours_and_clock",
        pieces=(
            Shot(photograph="color.png", seconds=4.0, start=_view(0.5, 0.5, 0.9), end=_view(0.5, 0.5, 0.6, 30)),
            Shot(photograph="clock_motion.png", seconds=4.0, start=_view(0.45, 0.5, 0.7), end=_view(0.55, 0.5, 0.5)),
        ),
    ),
    Script(
        name="phantom_and_gravel",
        pieces=(
            Shot(photograph="phantom.png", seconds=4.0, start=_view(0.5, 0.45, 0.8), end=_view(0.5, 0.55, 0.6, -8)),
            Shot(
                photograph="gravel.png",
                seconds=4.0,
                start=_view(0.3, 0.7, 0.35),
                end=_view(0.6, 0.7, 0.35),
                overlay=Overlay(kind="square", colour=(230, 120, 20)),
            ),
        ),
    ),
)
"""Footage that has nothing to do with works or suspects."""

STILLS = (
    (
        "poster",
        Shot(
            photograph="chelsea.png",
            seconds=1.0,
            start=_view(0.5, 0.5, 0.9),
            end=_view(0.5, 0.5, 0.9),
            overlay=Overlay(kind="caption", colour=(150, 60, 20), text="THE CAT WHO WAITED"),
        ),
    ),
    (
        "micrograph",
        Shot(photograph="cell.png", seconds=1.0, start=_view(0.6, 0.5, 0.7), end=_view(0.6, 0.5, 0.7)),
    ),
)
"""Works that are single pictures."""
