#!/usr/bin/env python3
"""Train the network of `compact` from openly licensed pictures, and write its weights and background vectors.

    python training/compact_network.py --images FOLDER --out similarity/describe/data/compact-net-1.npz --work FOLDER2

FOLDER holds `images.zip` and `manifest.csv` (file, licence).  Each step takes 128 pictures, a mild and a strong edit
of each, and asks that the two find one another among all 256 views: the contrastive loss with an entropy term of SSCD
(Pizzi et al., CVPR 2022).  The edits grow over the first 30 % of the steps.  FOLDER2 keeps a checkpoint every 500
steps; a run that was stopped goes on from there.  Every batch is a function of the seed and the step alone.  About an
hour on two processor cores.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import math
import sys
import time
import zipfile
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from edits import edited_view
from PIL import Image
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from similarity.describe._network import LayoutNetwork
from similarity.describe.bundled import SIDE_PIXELS

SEED = 20261121
PICTURE_PIXELS = 128
NUM_ASIDE = 1000
NUM_STEPS = 4600
PICTURES_PER_STEP = 128
LEARNING_RATE, WEIGHT_DECAY, WARM_UP_STEPS, MOST_GRADIENT = 2e-3, 0.02, 150, 5.0
TEMPERATURE, ENTROPY_WEIGHT = 0.06, 5.0
FIRST_STRENGTH, GROWING_SHARE, MILD_SHARE = 0.15, 0.3, 0.25
CHECKPOINT_STEPS, REPORT_STEPS = 500, 50

Pictures = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]


def read_pictures(folder: Path) -> Pictures:
    """(n, 128, 128, 3) RGB: every listed picture, in order of its name."""
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as handle:
        names = sorted(row["file"] for row in csv.DictReader(handle))
    size = (PICTURE_PIXELS, PICTURE_PIXELS)
    with zipfile.ZipFile(folder / "images.zip") as pack:
        pictures = (np.asarray(Image.open(io.BytesIO(pack.read(name))).convert("RGB")) for name in names)
        return np.stack([cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in pictures])


def strength_at(step: int, num_steps: int) -> float:
    """How strong the edits are: grows, then stays at 1."""
    return min(1.0, FIRST_STRENGTH + (1 - FIRST_STRENGTH) * step / (GROWING_SHARE * num_steps))


def learning_rate_at(step: int, num_steps: int) -> float:
    """Linear warm-up, then half a cosine to 2 %."""
    wave = 0.5 * (1 + math.cos(math.pi * step / num_steps)) * 0.98 + 0.02
    return LEARNING_RATE * min(1.0, (step + 1) / WARM_UP_STEPS) * wave


class Batches(Dataset[torch.Tensor]):
    """Batch after batch: 128 mild views, then 128 strong views of the same pictures."""

    def __init__(self, pictures: Pictures, learned_on: Numbers, *, first_step: int, num_steps: int) -> None:
        self.pictures, self.learned_on = pictures, learned_on
        self.first_step, self.num_steps = first_step, num_steps

    def __len__(self) -> int:
        return self.num_steps - self.first_step

    def __getitem__(self, number: int) -> torch.Tensor:
        cv2.setNumThreads(1)
        step = self.first_step + number
        epoch, turn = divmod(step, len(self.learned_on) // PICTURES_PER_STEP)
        order = np.random.default_rng([SEED, 1, epoch]).permutation(self.learned_on)
        chosen = order[turn * PICTURES_PER_STEP : (turn + 1) * PICTURES_PER_STEP]
        rng = np.random.default_rng([SEED, 2, step])
        strength = strength_at(step, self.num_steps)
        views = [self._view(rng, i, share * strength) for share in (MILD_SHARE, 1.0) for i in chosen]
        return torch.from_numpy(np.stack(views)[:, None]).float()

    def _view(self, rng: np.random.Generator, number: int, strength: float) -> Pictures:
        other = self.pictures[self.learned_on[rng.integers(len(self.learned_on))]]
        return edited_view(rng, self.pictures[number], other, strength=strength, side=SIDE_PIXELS)


def contrastive_loss(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """InfoNCE with in-batch negatives, and the entropy term: minus the mean log distance to the nearest other."""
    similarity = rows @ rows.T
    partner = torch.roll(torch.arange(len(rows)), len(rows) // 2)
    itself = torch.eye(len(rows), dtype=torch.bool)
    contrast = functional.cross_entropy((similarity / TEMPERATURE).masked_fill(itself, -1e9), partner)
    others = similarity.masked_fill(itself, -1).scatter(1, partner[:, None], -1.0)
    distance = (2 - 2 * others.amax(1)).clamp_min(1e-6).sqrt()
    return contrast, -torch.log(distance).mean()


def rows_of(network: LayoutNetwork, views: Pictures) -> torch.Tensor:
    """Unit rows of grey squares, in evaluation mode."""
    network.eval()
    with torch.inference_mode():
        return torch.cat([network(torch.from_numpy(part[:, None]).float()) for part in np.array_split(views, 16)])


def held_aside_views(pictures: Pictures, aside: Numbers, learned_on: Numbers) -> tuple[Pictures, Pictures]:
    """The pictures held aside as they are, and two strong edits of each."""
    rng = np.random.default_rng([SEED, 3])
    plain = [edited_view(rng, pictures[i], pictures[i], strength=0.0, side=SIDE_PIXELS) for i in aside]
    edited = []
    for i in aside:
        for _ in range(2):
            other = pictures[learned_on[rng.integers(len(learned_on))]]
            edited.append(edited_view(rng, pictures[i], other, strength=1.0, side=SIDE_PIXELS))
    return np.stack(plain), np.stack(edited)


def held_aside_retrieval(network: LayoutNetwork, plain: Pictures, edited: Pictures) -> tuple[float, float]:
    """Share of edits nearest to their own picture; and of those nearer to it than all but one strange pair per edit."""
    similarity = rows_of(network, edited) @ rows_of(network, plain).T
    own = torch.arange(len(plain)).repeat_interleave(len(edited) // len(plain))
    right = similarity[torch.arange(len(own)), own].clone()
    similarity[torch.arange(len(own)), own] = -9
    strange = torch.sort(similarity.flatten(), descending=True).values
    return float((similarity.amax(1) < right).float().mean()), float((right > strange[len(own)]).float().mean())


def new_network() -> LayoutNetwork:
    """The network with weights drawn from the seed, layer by layer.

    Two draws after the first layer are thrown away: the shipped weights were begun with a further block there, which
    was taken out, and they can only be made again with the same numbers.
    """
    torch.manual_seed(SEED)
    network = LayoutNetwork()
    torch.manual_seed(SEED)
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    layers[0].reset_parameters()
    for _ in range(2):
        nn.Conv2d(32, 32, 3, bias=False)
    for layer in layers[1:]:
        layer.reset_parameters()
    return network


def train(pictures: Pictures, work: Path, num_steps: int) -> tuple[LayoutNetwork, list[dict[str, float]]]:
    """Train from the start, or from the checkpoint in `work`; the network and its curve."""
    order = np.random.default_rng(SEED).permutation(len(pictures))
    aside, learned_on = order[:NUM_ASIDE], order[NUM_ASIDE:]
    plain, edited = held_aside_views(pictures, aside, learned_on)
    torch.set_num_threads(1)
    network = new_network().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    first_step, curve = _resume(work, network, optimiser)
    batches = Batches(pictures, learned_on, first_step=first_step, num_steps=num_steps)
    begun, losses = time.monotonic(), np.zeros(2)
    for step, views in enumerate(DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=3), first_step):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate_at(step, num_steps)
        network.train()
        contrast, entropy = contrastive_loss(network(views.contiguous(memory_format=torch.channels_last)))
        optimiser.zero_grad()
        (contrast + ENTROPY_WEIGHT * strength_at(step, num_steps) * entropy).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), MOST_GRADIENT)
        optimiser.step()
        losses += contrast.item(), entropy.item()
        done = step + 1
        if done % REPORT_STEPS == 0:
            means, losses = losses / REPORT_STEPS, np.zeros(2)
            sys.stderr.write(f"step {done}: {means[0]:.3f} {means[1]:.3f}, {time.monotonic() - begun:.0f} s\n")
        if done % CHECKPOINT_STEPS == 0 or done == num_steps:
            top1, clear = held_aside_retrieval(network, plain, edited)
            curve.append({"step": done, "held_aside_top1": round(top1, 4), "held_aside_clear": round(clear, 4)})
            _keep(work, network, optimiser, done, curve)
    return network, curve


def _resume(work: Path, network: LayoutNetwork, optimiser: torch.optim.Optimizer) -> tuple[int, list[dict[str, float]]]:
    place = work / "checkpoint.pt"
    if not place.exists():
        return 0, []
    kept = torch.load(place, weights_only=True)
    network.load_state_dict(kept["network"])
    optimiser.load_state_dict(kept["optimiser"])
    return kept["step"], kept["curve"]


def _keep(
    work: Path,
    network: LayoutNetwork,
    optimiser: torch.optim.Optimizer,
    step: int,
    curve: list[dict[str, float]],
) -> None:
    work.mkdir(parents=True, exist_ok=True)
    state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "curve": curve}
    torch.save(state, work / "checkpoint.new")
    (work / "checkpoint.new").replace(work / "checkpoint.pt")


def write_weights(place: Path, network: LayoutNetwork, background: torch.Tensor) -> None:
    """Everything as fp16 in one .npz without pickles; counters of the training are left out."""
    state = {name: value for name, value in network.state_dict().items() if not name.endswith("num_batches_tracked")}
    arrays = {f"network.{name}": value.contiguous().numpy().astype(np.float16) for name, value in state.items()}
    place.parent.mkdir(parents=True, exist_ok=True)
    np.savez(place, allow_pickle=False, **arrays, background=background.numpy().astype(np.float16))


def main() -> None:
    """Run the recipe and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=NUM_STEPS)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = read_pictures(options.images)
    network, curve = train(pictures, options.work, options.steps)
    aside = np.random.default_rng(SEED).permutation(len(pictures))[:NUM_ASIDE]
    plain, _ = held_aside_views(pictures, aside, aside)
    write_weights(options.out, network, rows_of(network, plain))
    figures = {
        "pictures": len(pictures),
        "curve": curve,
        "images_zip_sha256": hashlib.sha256((options.images / "images.zip").read_bytes()).hexdigest(),
        "manifest_sha256": hashlib.sha256((options.images / "manifest.csv").read_bytes()).hexdigest(),
        "seed": SEED,
        "out_sha256": hashlib.sha256(options.out.read_bytes()).hexdigest(),
    }
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
