"""Changes of time and pitch that are undone in a suspect before it is searched by.

Sound played faster is higher too (*speed*); a tool may change either alone (*tempo*, *pitch*).  Steps are as wide as
patches and lines bear: 3 % of speed and pitch together, 4 % of tempo, half a semitone of pitch.
"""

from __future__ import annotations

from similarity.sound.patches import PLAIN
from similarity.sound.values import SoundView

__all__ = ["VIEWS"]

_SPEED_STEPS = 10
"""Of half a semitone: from 0.75 to 1.33 times as fast."""
_TEMPO_STEPS = 12
"""Of an eighteenth of an octave: from 0.63 to 1.59 times as fast."""
_PITCH_STEPS = 8
"""Of half a semitone, up to 4 each way."""

VIEWS: tuple[SoundView, ...] = (
    PLAIN,
    *(
        SoundView(speed=2 ** (step / 24), pitch_semitones=step / 2)
        for step in range(-_SPEED_STEPS, _SPEED_STEPS + 1)
        if step
    ),
    *(
        SoundView(speed=2 ** (step / 18), pitch_semitones=0.0)
        for step in range(-_TEMPO_STEPS, _TEMPO_STEPS + 1)
        if step
    ),
    *(SoundView(speed=1.0, pitch_semitones=step / 2) for step in range(-_PITCH_STEPS, _PITCH_STEPS + 1) if step),
    SoundView(speed=-1.0, pitch_semitones=0.0),
)
"""All of them; the plain one first."""
