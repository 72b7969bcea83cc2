from __future__ import annotations

import pytest

from similarity.media import capabilities
from similarity.media.capabilities import media_capabilities


def test_both_readers_and_the_common_codecs_are_tried() -> None:
    tried = {capability.name: capability for capability in media_capabilities()}
    codecs = {f"codec {name}" for name in ("h264", "hevc", "vp9", "av1", "mpeg4", "mjpeg")}
    assert set(tried) == codecs | {"reader pyav", "reader decord", "reader pillow"}
    assert all(capability.status == "works" for capability in tried.values())
    assert all(capability.detail for capability in tried.values())


def test_a_missing_package_and_a_missing_encoder_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capabilities, "_clip", lambda *args: None)

    def not_installed(package: str) -> str:
        raise capabilities.PackageNotFoundError(package)

    monkeypatch.setattr(capabilities, "version", not_installed)
    tried = {capability.name: capability for capability in media_capabilities()}
    assert tried["reader decord"].status == "optional"
    assert "not installed" in tried["reader decord"].detail
    assert "not tried" in tried["codec h264"].detail
