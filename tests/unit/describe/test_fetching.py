"""Weights are fetched whole or not at all: over a line that breaks, from a mirror, from a file."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import open_clip
import pytest
import torch
from safetensors.torch import save
from support.tiny_clip import MODEL, write_tiny_clip

from similarity.config import ClipConfig
from similarity.describe import downloads, fetching
from similarity.describe.clip_weights import clip_at_hand, fetched_weights, weights_folder
from similarity.describe.descriptors.clip import load_clip
from similarity.describe.fetching import Source, fetch_clip
from similarity.errors import ConfigurationError, MissingModelError

NAME = "tiny-to-fetch"
CONFIG = ClipConfig(model=NAME, pretrained="somebodys_weights", device="cpu")
ON_THE_HUB = "/somebody/tiny/resolve/main/open_clip_model.safetensors"


@dataclass
class Shelf:
    """What a server gives, and how."""

    files: dict[str, bytes]
    drop_after: int | None = None
    drops: int = 0
    tag: str = '"one"'
    states_sha256: bool = True
    takes_ranges: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and range of every request."""


class Handler(BaseHTTPRequestHandler):
    shelf: Shelf

    def log_message(self, *_):
        pass

    def do_GET(self):
        shelf, asked = self.shelf, self.headers.get("Range", "")
        shelf.asked.append((self.path, asked))
        content = shelf.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        is_same = self.headers.get("If-Range", shelf.tag) == shelf.tag
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and is_same and shelf.takes_ranges else 0
        if start and start >= len(content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(content)}")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("ETag", shelf.tag)
        if shelf.states_sha256:
            self.send_header("X-Linked-Etag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.end_headers()
        rest = content[start:]
        if shelf.drops and shelf.drop_after is not None:
            shelf.drops -= 1
            self.wfile.write(rest[: shelf.drop_after])
            self.wfile.flush()
            self.connection.close()
            return
        self.wfile.write(rest)


@contextmanager
def serving(shelf: Shelf) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"shelf": shelf}))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return torch.load(write_tiny_clip(tmp_path_factory.mktemp("clip"), name=NAME).pretrained, weights_only=True)


@pytest.fixture(scope="module")
def weights(state) -> bytes:
    return save(state)


@pytest.fixture(autouse=True)
def world(monkeypatch, tmp_path, state):
    """An empty cache, a tag that open_clip knows, small blocks, and no way out of this machine."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    monkeypatch.setattr(fetching, "HUB_ADDRESS", "http://127.0.0.1:9")
    monkeypatch.setattr(downloads, "_BLOCK_BYTES", 1000)
    monkeypatch.setitem(
        open_clip.pretrained._PRETRAINED,
        NAME,
        {"somebodys_weights": open_clip.pretrained._pcfg(hf_hub="somebody/tiny/")},
    )


def fetched(shelf: Shelf, config: ClipConfig = CONFIG, **source) -> str:
    with serving(shelf) as address:
        return fetch_clip(config, Source(mirror=address, **source))


def test_fetched_weights_are_found_and_loaded_with_their_hash_told(weights):
    told = fetched(Shelf({ON_THE_HUB: weights}))
    assert clip_at_hand(CONFIG) is None
    assert load_clip(CONFIG).identity.weights_sha256 in told
    assert hashlib.sha256(weights).hexdigest() in told
    assert "as expected" in told
    assert [path.name for path in weights_folder(CONFIG).iterdir() if path.name != ".lock"] == ["weights.safetensors"]


def test_a_line_that_breaks_again_and_again_is_gone_on_with_where_it_broke(weights):
    shelf = Shelf({ON_THE_HUB: weights}, drop_after=len(weights) // 7, drops=5)
    fetched(shelf)
    starts = [int(asked[6:-1]) for _, asked in shelf.asked if asked]
    assert len(shelf.asked) == 6
    assert starts == sorted(set(starts))
    assert len(starts) == 5
    assert fetched_weights(CONFIG).read_bytes() == weights


def test_another_command_goes_on_where_the_first_was_stopped(weights, monkeypatch):
    monkeypatch.setattr(downloads, "_ATTEMPTS", 0)
    shelf = Shelf({ON_THE_HUB: weights}, drop_after=5000, drops=1)
    with serving(shelf) as address:
        with pytest.raises(MissingModelError, match="what came so far is kept"):
            fetch_clip(CONFIG, Source(mirror=address))
        assert clip_at_hand(CONFIG) is not None
        fetch_clip(CONFIG, Source(mirror=address))
    assert [asked for _, asked in shelf.asked] == ["", "bytes=5000-"]
    assert fetched_weights(CONFIG).read_bytes() == weights


@pytest.mark.parametrize("change", [{"tag": '"two"'}, {"takes_ranges": False}])
def test_bytes_of_another_file_are_not_mixed_in(weights, monkeypatch, change):
    monkeypatch.setattr(downloads, "_ATTEMPTS", 0)
    shelf = Shelf({ON_THE_HUB: b"x" * len(weights)}, drop_after=5000, drops=1, states_sha256=False)
    with serving(shelf) as address:
        with pytest.raises(MissingModelError):
            fetch_clip(CONFIG, Source(mirror=address))
        shelf.files[ON_THE_HUB] = weights
        for name, value in change.items():
            setattr(shelf, name, value)
        fetch_clip(CONFIG, Source(mirror=address))
    assert fetched_weights(CONFIG).read_bytes() == weights


def test_all_bytes_at_hand_already_are_not_asked_for_again(weights, monkeypatch):
    def stopped(path):
        raise KeyboardInterrupt

    shelf = Shelf({ON_THE_HUB: weights})
    with serving(shelf) as address:
        with monkeypatch.context() as patch:
            patch.setattr(fetching, "sha256_of", stopped)
            with pytest.raises(KeyboardInterrupt):
                fetch_clip(CONFIG, Source(mirror=address))
        assert clip_at_hand(CONFIG) is not None
        assert "as expected" in fetch_clip(CONFIG, Source(mirror=address))
    assert [asked for _, asked in shelf.asked] == ["", f"bytes={len(weights)}-"]
    assert fetched_weights(CONFIG).read_bytes() == weights


def test_a_file_of_another_hash_is_refused_and_removed(weights):
    with pytest.raises(MissingModelError, match=r"expected SHA-256 0{64}, got"):
        fetched(Shelf({ON_THE_HUB: weights}), sha256="0" * 64)
    assert clip_at_hand(CONFIG) is not None
    assert not list(weights_folder(CONFIG).rglob("*.safetensors"))
    assert "as expected" in fetched(
        Shelf({ON_THE_HUB: weights}, states_sha256=False), sha256=hashlib.sha256(weights).hexdigest()[:8]
    )


def test_where_nobody_states_a_hash_it_is_told_and_said_so(weights):
    told = fetched(Shelf({ON_THE_HUB: weights}, states_sha256=False))
    assert hashlib.sha256(weights).hexdigest() in told
    assert "nobody states" in told


def test_weights_of_another_model_are_refused_and_removed(weights, state):
    other = save({name: value for name, value in state.items() if name != "visual.conv1.weight"})
    with pytest.raises(MissingModelError, match="does not load"):
        fetched(Shelf({ON_THE_HUB: other}))
    assert clip_at_hand(CONFIG) is not None


def test_older_kinds_of_files_are_taken_where_there_are_no_safetensors(state):
    content = io.BytesIO()
    torch.save(state, content)
    shelf = Shelf({"/somebody/tiny/resolve/main/open_clip_pytorch_model.bin": content.getvalue()})
    fetched(shelf)
    assert fetched_weights(CONFIG).name == "weights.bin"
    load_clip(CONFIG)


def test_the_mirror_may_be_named_by_the_environment(weights, monkeypatch):
    with serving(Shelf({ON_THE_HUB: weights})) as address:
        monkeypatch.setenv("HF_ENDPOINT", f"{address}/")
        fetch_clip(CONFIG)
    assert clip_at_hand(CONFIG) is None


def test_an_address_or_a_file_may_be_named(weights, tmp_path):
    with serving(Shelf({"/anywhere/file.safetensors": weights}, states_sha256=False)) as address:
        fetch_clip(CONFIG, Source(place=f"{address}/anywhere/file.safetensors"))
    first = fetched_weights(CONFIG).read_bytes()
    file = tmp_path / "carried.safetensors"
    file.write_bytes(weights)
    fetch_clip(CONFIG, Source(place=str(file)))
    assert fetched_weights(CONFIG).read_bytes() == first == weights
    with pytest.raises(MissingModelError, match=r"nowhere\.bin: can't be read"):
        fetch_clip(CONFIG, Source(place=str(tmp_path / "nowhere.bin")))
    assert fetched_weights(CONFIG).read_bytes() == weights


def test_without_a_network_the_failure_says_what_to_do():
    with pytest.raises(MissingModelError) as raised:
        fetch_clip(CONFIG)
    said = str(raised.value)
    assert "http://127.0.0.1:9/somebody/tiny/resolve/main/open_clip_model.safetensors" in said
    for step in ("--from FILE", "--mirror", "HF_ENDPOINT", "describe.use_clip: never"):
        assert step in said


def test_a_repository_of_the_hub_brings_its_own_configuration(weights):
    config = ClipConfig(model="hf-hub:somebody/tiny", pretrained="", device="cpu")
    described = json.dumps({"model_cfg": MODEL, "preprocess_cfg": {"mean": [0.5, 0.5, 0.5]}}).encode()
    shelf = Shelf({ON_THE_HUB: weights, "/somebody/tiny/resolve/main/open_clip_config.json": described})
    fetched(shelf, config)
    assert load_clip(config).identity.version.endswith(":hf-hub:somebody/tiny::fp32")
    with pytest.raises(MissingModelError, match="no such file"):
        fetched(Shelf({}), replace(config, model="hf-hub:somebody/else"))


def test_what_is_at_hand_or_unknown_is_not_fetched(tmp_path):
    with pytest.raises(ConfigurationError, match="need not be fetched"):
        fetch_clip(write_tiny_clip(tmp_path))
    with pytest.raises(ConfigurationError, match=r"no weights 'x' of tiny-to-fetch; expected one of somebodys_weights"):
        fetch_clip(replace(CONFIG, pretrained="x"))
    with pytest.raises(ConfigurationError, match="64 hex digits"):
        Source(sha256="XYZ")


def test_preprocessing_is_that_of_the_tag_and_not_of_the_model(weights, monkeypatch):
    monkeypatch.setitem(
        open_clip.pretrained._PRETRAINED[NAME],
        "somebodys_weights",
        open_clip.pretrained._slpcfg(hf_hub="somebody/tiny/"),
    )
    fetched(Shelf({ON_THE_HUB: weights}))
    normalise = load_clip(CONFIG)._preprocess.transforms[-1]
    assert tuple(normalise.mean) == (0.5, 0.5, 0.5)


def test_two_processes_do_not_fetch_the_same_at_once(weights):
    folder = Path(weights_folder(CONFIG))
    folder.mkdir(parents=True)
    with fetching.FileLock(folder / ".lock"), pytest.raises(MissingModelError, match="another process"):
        fetched(Shelf({ON_THE_HUB: weights}))
