"""What made a report: versions of everything that can change a number."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from similarity._version import __version__
from similarity.config import Config
from similarity.report.schema.report import PackageVersion, ToolFacts

__all__ = ["now_utc", "tool_facts"]

_COUNTED = (
    "av",
    "decord",
    "faiss-cpu",
    "numpy",
    "onnxruntime",
    "open-clip-torch",
    "opencv-python-headless",
    "pdqhash",
    "pillow",
    "rapidocr",
    "scenedetect-headless",
    "torch",
)


def tool_facts(config: Config) -> ToolFacts:
    """This product, its interpreter, its libraries and its configuration."""
    return ToolFacts(
        version=__version__,
        python_version=platform.python_version(),
        platform=f"{platform.system()} {platform.release()} {platform.machine()}",
        packages=tuple(PackageVersion(name=name, version=_installed(name)) for name in _COUNTED),
        profile=config.profile,
        config_json=config.to_json(),
        config_sha256=config.sha256,
    )


def now_utc() -> str:
    """The present moment, ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
