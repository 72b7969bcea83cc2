"""What the two recipes have in common: the pictures, the contrastive terms, the loop and its checkpoints, the file."""

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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

__all__ = [
    "NUM_ASIDE",
    "Numbers",
    "Pace",
    "Pictures",
    "Task",
    "chosen_at",
    "contrast_of",
    "entropy_of",
    "held_aside_retrieval",
    "learn",
    "print_figures",
    "read_options",
    "read_pictures",
    "rows_of",
    "split",
    "write_weights",
]

PICTURE_PIXELS = 128
NUM_ASIDE = 1000
WEIGHT_DECAY, MOST_GRADIENT = 0.02, 5.0
TEMPERATURE = 0.06
GROWING_SHARE = 0.3
CHECKPOINT_STEPS, REPORT_STEPS = 500, 50

Pictures = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Curve = list[dict[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a network learns, and from how strong views, step by step."""

    num_steps: int
    learning_rate: float
    warm_up_steps: int
    first_strength: float
    """Share of `most_strength` at the first step."""
    most_strength: float = 1.0

    def strength_at(self, step: int) -> float:
        """How strong the views are: grows over the first 30 % of the steps, then stays."""
        grown = self.first_strength + (1 - self.first_strength) * step / (GROWING_SHARE * self.num_steps)
        return self.most_strength * min(1.0, grown)

    def learning_rate_at(self, step: int) -> float:
        """Linear warm-up, then half a cosine to 2 %."""
        wave = 0.5 * (1 + math.cos(math.pi * step / self.num_steps)) * 0.98 + 0.02
        return self.learning_rate * min(1.0, (step + 1) / self.warm_up_steps) * wave


class Task(Protocol):
    """What one recipe brings to the loop."""

    @property
    def network(self) -> nn.Module:
        """What learns."""

    @property
    def pace(self) -> Pace:
        """How fast."""

    def batches(self, first_step: int) -> Dataset[Any]:
        """One batch per step, from this step on; each a function of the seed and the step alone."""

    def losses(self, step: int, batch: Any) -> Sequence[torch.Tensor]:
        """The loss to bring down, then the terms it is made of."""

    def figures(self) -> Mapping[str, float]:
        """What the network does with the pictures held aside."""


def read_pictures(folder: Path) -> Pictures:
    """(n, 128, 128, 3) RGB: every listed picture, in order of its name."""
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as handle:
        names = sorted(row["file"] for row in csv.DictReader(handle))
    size = (PICTURE_PIXELS, PICTURE_PIXELS)
    with zipfile.ZipFile(folder / "images.zip") as pack:
        pictures = (np.asarray(Image.open(io.BytesIO(pack.read(name))).convert("RGB")) for name in names)
        return np.stack([cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in pictures])


def split(num_pictures: int, seed: int) -> tuple[Numbers, Numbers]:
    """Numbers of the pictures held aside, and of those learned from."""
    order = np.random.default_rng(seed).permutation(num_pictures)
    return order[:NUM_ASIDE], order[NUM_ASIDE:]


def chosen_at(step: int, learned_on: Numbers, *, seed: int, count: int) -> Numbers:
    """Numbers of the pictures of a step: every epoch in an order of its own."""
    epoch, turn = divmod(step, len(learned_on) // count)
    return np.random.default_rng([seed, 1, epoch]).permutation(learned_on)[turn * count : (turn + 1) * count]


def contrast_of(similarity: torch.Tensor) -> torch.Tensor:
    """InfoNCE with in-batch negatives; the partner of a row stands half of the rows further on."""
    itself = torch.eye(len(similarity), dtype=torch.bool)
    return functional.cross_entropy((similarity / TEMPERATURE).masked_fill(itself, -1e9), _partners(similarity))


def entropy_of(similarity: torch.Tensor) -> torch.Tensor:
    """The entropy term: minus the mean log distance to the nearest row that is not the partner."""
    itself = torch.eye(len(similarity), dtype=torch.bool)
    others = similarity.masked_fill(itself, -1).scatter(1, _partners(similarity)[:, None], -1.0)
    distance = (2 - 2 * others.amax(1)).clamp_min(1e-6).sqrt()
    return -torch.log(distance).mean()


def _partners(similarity: torch.Tensor) -> torch.Tensor:
    return torch.roll(torch.arange(len(similarity)), len(similarity) // 2)


def rows_of(network: nn.Module, views: Pictures) -> torch.Tensor:
    """Unit rows of grey squares, in evaluation mode."""
    network.eval()
    with torch.inference_mode():
        return torch.cat([network(torch.from_numpy(part[:, None]).float()) for part in np.array_split(views, 16)])


def held_aside_retrieval(network: nn.Module, plain: Pictures, changed: Pictures) -> dict[str, float]:
    """Share of views nearest to their own picture; and of those nearer to it than all but one strange pair per view."""
    similarity = rows_of(network, changed) @ rows_of(network, plain).T
    own = torch.arange(len(plain)).repeat_interleave(len(changed) // len(plain))
    right = similarity[torch.arange(len(own)), own].clone()
    similarity[torch.arange(len(own)), own] = -9
    strange = torch.sort(similarity.flatten(), descending=True).values
    top1 = float((similarity.amax(1) < right).float().mean())
    clear = float((right > strange[len(own)]).float().mean())
    return {"held_aside_top1": round(top1, 4), "held_aside_clear": round(clear, 4)}


def learn(task: Task, work: Path) -> Curve:
    """Train the task's network from where it stands, or from the checkpoint in `work`; its curve."""
    torch.set_num_threads(1)
    network, pace = task.network, task.pace
    optimiser = torch.optim.AdamW(network.parameters(), lr=pace.learning_rate, weight_decay=WEIGHT_DECAY)
    first_step, curve = _resume(work, network, optimiser)
    loader = DataLoader(task.batches(first_step), batch_size=None, num_workers=1, prefetch_factor=3)
    begun, sums = time.monotonic(), np.zeros(1)
    for step, batch in enumerate(loader, first_step):
        for group in optimiser.param_groups:
            group["lr"] = pace.learning_rate_at(step)
        network.train()
        loss, *terms = task.losses(step, batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), MOST_GRADIENT)
        optimiser.step()
        sums = sums + [term.item() for term in terms]
        done = step + 1
        if done % REPORT_STEPS == 0:
            means, sums = " ".join(f"{value / REPORT_STEPS:.3f}" for value in sums), np.zeros(1)
            sys.stderr.write(f"step {done}: {means}, {time.monotonic() - begun:.0f} s\n")
        if done % CHECKPOINT_STEPS == 0 or done == pace.num_steps:
            curve.append({"step": done, **task.figures()})
            _keep(work, network, optimiser, done, curve)
    return curve


def _resume(work: Path, network: nn.Module, optimiser: torch.optim.Optimizer) -> tuple[int, Curve]:
    place = work / "checkpoint.pt"
    if not place.exists():
        return 0, []
    kept = torch.load(place, weights_only=True)
    network.load_state_dict(kept["network"])
    optimiser.load_state_dict(kept["optimiser"])
    return kept["step"], kept["curve"]


def _keep(work: Path, network: nn.Module, optimiser: torch.optim.Optimizer, step: int, curve: Curve) -> None:
    work.mkdir(parents=True, exist_ok=True)
    state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "curve": curve}
    torch.save(state, work / "checkpoint.new")
    (work / "checkpoint.new").replace(work / "checkpoint.pt")


def write_weights(place: Path, network: nn.Module, background: torch.Tensor) -> None:
    """Everything as fp16 in one .npz without pickles; counters of the training are left out."""
    state = {name: value for name, value in network.state_dict().items() if not name.endswith("num_batches_tracked")}
    arrays = {f"network.{name}": value.contiguous().numpy().astype(np.float16) for name, value in state.items()}
    place.parent.mkdir(parents=True, exist_ok=True)
    np.savez(place, allow_pickle=False, **arrays, background=background.numpy().astype(np.float16))


def read_options(description: str | None, *, num_steps: int) -> argparse.Namespace:
    """The command line of a recipe: `images`, `out`, `work`, `steps`."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=num_steps)
    return parser.parse_args()


def print_figures(options: argparse.Namespace, *, num_pictures: int, curve: Curve, seed: int) -> None:
    """The curve, and the hashes of what went in and of what came out."""
    figures = {
        "pictures": num_pictures,
        "curve": curve,
        "images_zip_sha256": hashlib.sha256((options.images / "images.zip").read_bytes()).hexdigest(),
        "manifest_sha256": hashlib.sha256((options.images / "manifest.csv").read_bytes()).hexdigest(),
        "seed": seed,
        "out_sha256": hashlib.sha256(options.out.read_bytes()).hexdigest(),
    }
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
