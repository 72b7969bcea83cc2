"""Short real videos that carry labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.labelled import Signing, label_text, make_signing, sign, write_tagged


@pytest.fixture(scope="session")
def signing() -> Signing:
    """A root, and a signer's certificate under it."""
    return make_signing()


@pytest.fixture(scope="session")
def labelled(tmp_path_factory) -> dict[str, Path]:
    """Suffix -> a video whose container carries the standard label; AVI carries it under another name."""
    folder = tmp_path_factory.mktemp("labelled")
    tags = {"AIGC": label_text(), "title": label_text()}
    options = {".mp4": {"movflags": "use_metadata_tags"}, ".mov": {"movflags": "use_metadata_tags"}}
    suffixes = (".mp4", ".mov", ".mkv", ".webm", ".flv", ".avi")
    return {suffix: write_tagged(folder / f"a{suffix}", tags, **options.get(suffix, {})) for suffix in suffixes}


@pytest.fixture(scope="session")
def plain(tmp_path_factory) -> Path:
    """An MP4 without a label."""
    return write_tagged(tmp_path_factory.mktemp("plain") / "plain.mp4")


@pytest.fixture(scope="session")
def signed(tmp_path_factory, signing, plain, labelled) -> dict[str, Path]:
    """Suffix -> a video with a C2PA manifest: generated, from one signed ingredient."""
    folder = tmp_path_factory.mktemp("signed")
    ingredient = sign(plain, folder / "ingredient.mp4", signing, title="first clip")
    return {
        suffix: sign(labelled[suffix], folder / f"signed{suffix}", signing, title="clip", ingredient=ingredient)
        for suffix in (".mp4", ".mov", ".avi")
    }
