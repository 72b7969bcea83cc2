"""Having CLIP weights once: over a network, from a mirror, from a file; whole, of the hash that is expected, or not.

incoming/              what came so far
weights.SUFFIX         the same, once it is whole and was loaded
open_clip_config.json  of a repository of the Hugging Face hub: its model and preprocessing
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from similarity.config import ClipConfig
from similarity.describe.clip_weights import HUB, LOCAL, fetched_weights, weights_folder
from similarity.describe.downloads import Heard, NotThereError, download, sha256_of
from similarity.errors import ConfigurationError, MissingModelError

__all__ = ["Source", "fetch_clip"]

HUB_ADDRESS = "https://huggingface.co"
_CONFIG_NAME = "open_clip_config.json"
_INCOMING = "incoming"
_LEAST_HASH_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where weights come from, and what they must be."""

    place: str = ""
    """A file on this machine, or the address of one; empty for where open_clip says that they are."""
    mirror: str = ""
    """Address that stands for https://huggingface.co; empty for what HF_ENDPOINT says, or the hub itself."""
    sha256: str = ""
    """SHA-256 of the file, or its first 8 digits or more; empty for what the source states."""

    def __post_init__(self) -> None:
        if self.sha256 and not re.fullmatch(rf"[0-9a-f]{{{_LEAST_HASH_DIGITS},64}}", self.sha256):
            raise ConfigurationError(
                f"SHA-256 {self.sha256!r}: expected 64 hex digits in lower case, or the first 8 or more of them"
            )

    @property
    def hub(self) -> str:
        """Address of the hub or of its mirror."""
        return (self.mirror or os.environ.get("HF_ENDPOINT") or HUB_ADDRESS).rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    """One place where the weights may be."""

    url: str
    sha256: str = ""


def fetch_clip(config: ClipConfig, source: Source | None = None, *, heard: Heard = lambda *_: None) -> str:
    """Bring the configured weights into the user's cache, where runs look for them; what came earlier is gone on with.

    Args:
        config: model and tag.
        source: where from; None for where open_clip says.
        heard: hears how far it is.

    Returns:
        What was fetched, with the SHA-256 of the file and of the image encoder's weights.

    Raises:
        ConfigurationError: the configuration names a local file or folder, or no model or tag that open_clip knows.
        MissingModelError: they could not be had, are not what was expected, or don't load as that model.
    """
    source = source or Source()
    _require_fetchable(config, source)
    folder = weights_folder(config)
    (folder / _INCOMING).mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            return _fetched(config, source, folder, heard)
    except Timeout as error:
        raise MissingModelError(
            f"{folder}: another process is fetching these weights; wait until it is done"
        ) from error


def _require_fetchable(config: ClipConfig, source: Source) -> None:
    import open_clip

    from similarity.describe.descriptors.clip import require_model

    if config.model.startswith(LOCAL) or Path(config.pretrained).is_file():
        raise ConfigurationError(
            f"describe.clip: {config.model}, {config.pretrained} is on this machine already and need not be fetched"
        )
    if config.model.startswith(HUB):
        return
    require_model(config)
    if not source.place and not open_clip.get_pretrained_cfg(config.model, config.pretrained):
        known = ", ".join(open_clip.list_pretrained_tags_by_model(config.model)) or "none"
        raise ConfigurationError(
            f"describe.clip.pretrained: open_clip knows no weights {config.pretrained!r} of {config.model}; expected "
            f"one of {known}, or a file or address with --from"
        )


def _fetched(config: ClipConfig, source: Source, folder: Path, heard: Heard) -> str:
    from similarity.describe.descriptors.clip import load_checkpoint

    incoming = folder / _INCOMING
    if config.model.startswith(HUB):
        _fetch_hub_config(config, source, incoming)
    part, expected = _brought(config, source, incoming, heard)
    sha256 = sha256_of(part)
    if not sha256.startswith(expected):
        part.unlink()
        raise MissingModelError(
            f"{config.model}/{config.pretrained}: expected SHA-256 {expected}, got {sha256}; the file was damaged on "
            "its way, or is another one, and was removed: fetch it again, or from another place with --from"
        )
    try:
        weights = load_checkpoint(config, part).identity.weights_sha256
    except (MissingModelError, ConfigurationError):
        part.unlink()
        raise
    _put_in_place(config, part, folder)
    checked = "as expected" if expected else "nobody states which it must be; compare it with --sha256"
    return f"{config.model}/{config.pretrained}, SHA-256 {sha256} ({checked}), image encoder SHA-256 {weights}"


def _put_in_place(config: ClipConfig, part: Path, folder: Path) -> None:
    """Weights come last: where they stand, they are whole, and what they need is there."""
    if (part.parent / _CONFIG_NAME).exists():
        (part.parent / _CONFIG_NAME).replace(folder / _CONFIG_NAME)
    old = fetched_weights(config)
    part.replace(folder / part.name)
    if old is not None and old.name != part.name:
        old.unlink()
    shutil.rmtree(part.parent)


def _brought(config: ClipConfig, source: Source, folder: Path, heard: Heard) -> tuple[Path, str]:
    """The file with its bytes, and the SHA-256 that they must have, if anybody says so."""
    given = Path(source.place)
    if source.place and "://" not in source.place:
        part = folder / f"weights{given.suffix or '.bin'}"
        try:
            shutil.copyfile(given, part)
        except OSError as error:
            raise MissingModelError(f"{given}: can't be read: {error.strerror}; name a file of weights") from error
        return part, source.sha256
    addresses = [_Address(url=source.place)] if source.place else list(_addresses(config, source))
    for address in addresses:
        part = folder / f"weights{Path(address.url.partition('?')[0]).suffix or '.bin'}"
        try:
            found = download(address.url, part, heard=heard)
        except NotThereError:
            continue
        except OSError as error:
            raise MissingModelError(_in_vain(config, address.url, str(error), folder)) from error
        return part, source.sha256 or found.stated_sha256 or address.sha256
    raise MissingModelError(_in_vain(config, addresses[-1].url, "the server holds no such file", folder))


def _addresses(config: ClipConfig, source: Source) -> Iterator[_Address]:
    """Where the weights of a tag or repository are: safetensors before files of other kinds."""
    from open_clip import get_pretrained_cfg
    from open_clip.constants import HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME

    known = {} if config.model.startswith(HUB) else get_pretrained_cfg(config.model, config.pretrained)
    repository, _, name = str(known.get("hf_hub", "")).rpartition("/")
    if config.model.startswith(HUB):
        repository, name = config.model.removeprefix(HUB), ""
    if repository:
        name = name or HF_WEIGHTS_NAME
        safe = HF_SAFE_WEIGHTS_NAME if name == HF_WEIGHTS_NAME else f"{Path(name).with_suffix('.safetensors')}"
        for one in dict.fromkeys((safe, name)):
            yield _Address(url=f"{source.hub}/{repository}/resolve/main/{one}")
    elif url := str(known.get("url", "")):
        yield _Address(url=url, sha256=_sha256_in(url))


def _sha256_in(url: str) -> str:
    """What the makers of some weights write of the SHA-256 into their address."""
    parts: Sequence[str] = url.split("/")
    if "openaipublic" in url:
        return parts[-2]
    found = re.fullmatch(r".*-([0-9a-f]{8,64})", Path(parts[-1]).stem)
    return found[1] if found else ""


def _fetch_hub_config(config: ClipConfig, source: Source, folder: Path) -> None:
    repository = config.model.removeprefix(HUB)
    if source.place:
        beside = Path(source.place).with_name(_CONFIG_NAME)
        if not beside.is_file():
            raise MissingModelError(f"{beside}: expected the configuration of {repository} beside its weights")
        shutil.copyfile(beside, folder / _CONFIG_NAME)
        return
    url = f"{source.hub}/{repository}/resolve/main/{_CONFIG_NAME}"
    try:
        download(url, folder / _CONFIG_NAME)
    except NotThereError as error:
        raise MissingModelError(_in_vain(config, url, "the server holds no such file", folder)) from error
    except OSError as error:
        raise MissingModelError(_in_vain(config, url, str(error), folder)) from error


def _in_vain(config: ClipConfig, url: str, reason: str, folder: Path) -> str:
    short = " ".join(reason.split())[:200]
    return (
        f"CLIP weights {config.model}/{config.pretrained} can't be fetched from {url} ({short}); what came so far is "
        f"kept in {folder}, and the same command goes on from there. Without a network: fetch {url} on another "
        "machine, carry it here, and name it: similarity models fetch --from FILE. Behind a mirror of the Hugging "
        "Face hub: --mirror ADDRESS, or HF_ENDPOINT. Without CLIP: describe.use_clip: never"
    )
