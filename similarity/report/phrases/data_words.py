"""Words that stored figures are sorted by, and reasons that the library gives; here for the catalogue."""

from __future__ import annotations

from similarity.report.phrases.language import msgid

__all__ = ["DATA_WORDS"]

DATA_WORDS = (
    msgid("moving picture"),
    msgid("still"),
    msgid("all pairs"),
    msgid("blackout"),
    msgid("blend"),
    msgid("camcord"),
    msgid("copy"),
    msgid("crop"),
    msgid("degrade"),
    msgid("evade"),
    msgid("exact"),
    msgid("extension"),
    msgid("mirror"),
    msgid("montage"),
    msgid("outpaint"),
    msgid("overlay"),
    msgid("picture_in_picture"),
    msgid("recompress"),
    msgid("reframe"),
    msgid("reverse"),
    msgid("rotate"),
    msgid("split_screen"),
    msgid("still_to_video"),
    msgid("stylise"),
    msgid("high"),
    msgid("medium"),
    msgid("low"),
    msgid("background-edit"),
    msgid("extension/interpolation"),
    msgid("image-to-video"),
    msgid("reconstruction"),
    msgid("style-edit"),
    msgid("subject-edit"),
    msgid("remade clips set into longer suspects"),
    msgid("films with copied stretches"),
    msgid("single generated clips"),
    msgid("clips made apart from one prompt"),
    msgid("remade clips, small pictures"),
    msgid("copied stretches, small pictures"),
    msgid("stills of remade clips"),
    msgid("stills of films"),
    msgid("no NVIDIA driver shows here"),
    msgid("torch is not installed"),
    msgid("torch finds no CUDA card here"),
)
"""Words of calibrations (kinds of material, families of edits, tiers, relations, populations), and why the processor
searches."""
