"""Blocks of the soundtrack: what stands in the works' sound, and what the files hold; apart from the pictures."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.report.document.context import Context
from similarity.report.document.forms import figure, number, share, whole
from similarity.report.document.parts import Column, Paragraph, Part, Table, Text
from similarity.report.phrases.words import duration, span
from similarity.report.schema.sound import SoundFindings, SoundStretch
from similarity.sound.values import SoundFacts

__all__ = ["sound_files", "sound_found", "sound_in_short"]

_MOST_IN_SHORT = 6
"""Stretches that the first page names."""


def sound_in_short(context: Context) -> tuple[Part, ...]:
    """What of the sound stands in works, where anything does."""
    say, sound = context.say, context.report.sound
    if isinstance(sound, NotMeasured) or not sound.found:
        return ()
    told = "; ".join(
        say(
            "{here} of the {suspect} in {there} of {name}",
            here=span(one.suspect_start_seconds, one.suspect_end_seconds),
            there=span(one.work_start_seconds, one.work_end_seconds),
            name=one.work_id,
        )
        for one in sound.found[:_MOST_IN_SHORT]
    )
    text = say(
        "Sound, apart from the pictures: {covered} of the {total} of the {suspect}'s soundtrack stand in the sound of "
        "works ({told}). Found by spectral peaks that coincide; no likelihood ratio is calibrated for sound. The same "
        "licensed recording in both would show the same.",
        covered=duration(sound.covered_seconds),
        total=duration(sound.facts.stream.duration_seconds),
        told=told,
    )
    return (Paragraph(text=text),)


def sound_found(context: Context) -> tuple[Part, ...]:
    """Stretches of the suspect's sound that stand in works, and how much of either they are."""
    say, sound = context.say, context.report.sound
    if isinstance(sound, NotMeasured):
        return (Paragraph(text=say("Sound: {reason}", reason=context.shown(sound)), tone="note"),)
    counted = say(
        "The sound of the {suspect} was compared with that of {number} {works}. {without} more have no soundtrack, or "
        "none that was described.",
        number=whole(sound.num_works),
        without=whole(sound.num_works_without),
    )
    if not sound.found:
        nothing = say(
            "No stretch of it stands in the sound of a {work} with a score of {threshold} or more.",
            threshold=number(sound.threshold),
        )
        return (Paragraph(text=counted), Paragraph(text=nothing))
    return (
        Paragraph(text=counted),
        _stretches(context, sound.found),
        Paragraph(
            text=say(
                "Counted are spectral peaks of the {suspect} at whose time and pitch the {work} has one, and how many "
                "do so at other places of the same {work} on average. The score weighs the one against the other. It "
                "is no probability, and no likelihood ratio is stated for sound: none has been calibrated."
            ),
            tone="small",
        ),
        _covered(context, sound),
        Paragraph(
            text=say(
                "Sound and pictures are two things: neither figure enters the other. The same licensed song in both is "
                "an innocent cause that sound alone does not exclude. Likeness of a voice belongs to the rights of the "
                "person, and is not weighed here."
            ),
            tone="note",
        ),
    )


def _stretches(context: Context, stretches: tuple[SoundStretch, ...]) -> Table:
    say = context.say
    rows = tuple(
        (
            one.match_id,
            one.work_id,
            span(one.suspect_start_seconds, one.suspect_end_seconds),
            span(one.work_start_seconds, one.work_end_seconds),
            figure(one.speed_factor),
            number(one.pitch_semitones),
            say("{part} of {whole}", part=whole(one.num_coincident), whole=whole(one.num_peaks)),
            number(one.expected_coincident),
            number(one.score),
        )
        for one in stretches
    )
    columns = (
        Column(title=say("Match"), width=0.6),
        Column(title=say("{Work}"), width=1.3),
        Column(title=say("Stretch of the {suspect}"), width=1.4),
        Column(title=say("Stretch of the {work}"), width=1.4),
        Column(title=say("Speed"), width=0.8, is_number=True),
        Column(title=say("Higher by, semitones"), width=0.9, is_number=True),
        Column(title=say("Peaks that coincide"), width=1.0, is_number=True),
        Column(title=say("At other places"), width=0.8, is_number=True),
        Column(title=say("Score"), width=0.8, is_number=True),
    )
    return Table(key="sound-matches", caption=say("Matches of sound"), columns=columns, rows=rows)


def _covered(context: Context, sound: SoundFindings) -> Table:
    say, whole_seconds = context.say, sound.facts.stream.duration_seconds
    rows = tuple(
        (
            one.title,
            duration(one.suspect_covered_seconds),
            share(one.suspect_covered_seconds / whole_seconds),
            duration(one.work_covered_seconds),
            share(one.work_covered_seconds / one.facts.stream.duration_seconds),
        )
        for one in sound.works
    )
    total = (say("all together"), duration(sound.covered_seconds), share(sound.covered_seconds / whole_seconds), "", "")
    columns = (
        Column(title=say("{Work}"), width=1.6),
        Column(title=say("Sound of the {suspect}"), width=1.0, is_number=True),
        Column(title=say("Share"), width=0.7, is_number=True),
        Column(title=say("Sound of the {work}"), width=1.0, is_number=True),
        Column(title=say("Share"), width=0.7, is_number=True),
    )
    return Table(key="sound-shares", caption=say("Shares of sound"), columns=columns, rows=(*rows, total))


def sound_files(context: Context) -> tuple[Part, ...]:
    """What the soundtracks are that were compared."""
    say, sound = context.say, context.report.sound
    if isinstance(sound, NotMeasured):
        return ()
    files = [(say("{Suspect}"), sound.facts), *((one.title, one.facts) for one in sound.works)]
    rows = tuple(_row(context, name, facts) for name, facts in files)
    columns = (
        Column(title=say("File"), width=1.4),
        Column(title=say("Stream"), width=0.6, is_number=True),
        Column(title=say("Codec"), width=0.8),
        Column(title=say("Samples a second"), width=0.9, is_number=True),
        Column(title=say("Channels"), width=0.9),
        Column(title=say("Begins after the pictures"), width=1.0, is_number=True),
        Column(title=say("Level, dBFS"), width=0.8, is_number=True),
        Column(title=say("Clipped"), width=0.7, is_number=True),
        Column(title=say("Silent"), width=0.7, is_number=True),
    )
    hashes = "; ".join(f"{name}: {facts.stream.samples_sha256}" for name, facts in files)
    return (
        Table(key="sound-files", caption=say("Soundtracks"), columns=columns, rows=rows),
        Paragraph(
            text=say(
                "Described at {resampler}; channels: {mixing}. SHA-256 of the decoded samples: {hashes}",
                resampler=sound.facts.resampler,
                mixing=sound.facts.mixing,
                hashes=hashes,
            ),
            tone="small",
        ),
    )


def _row(context: Context, name: str, facts: SoundFacts) -> tuple[Text, ...]:
    stream, levels = facts.stream, facts.levels
    return (
        name,
        str(stream.index),
        stream.codec,
        whole(stream.sample_rate_hz),
        stream.layout,
        context.cell(stream.start_after_pictures_seconds, lambda seconds: f"{figure(seconds)} s"),
        number(levels.rms_dbfs),
        share(levels.clipped_share),
        share(levels.silent_share),
    )
