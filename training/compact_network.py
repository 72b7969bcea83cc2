#!/usr/bin/env python3
"""Train the network of `compact` from openly licensed pictures, and write its weights and background vectors.

    python training/compact_network.py --images FOLDER --work FOLDER2 \
        --out similarity/describe/descriptors/data/compact-net-1.npz

FOLDER holds `images.zip` and `manifest.csv` (file, licence).  Each step takes 128 pictures, a mild and a strong edit
of each, and asks that the two find one another among all 256 views: the contrastive loss with an entropy term of SSCD
(Pizzi et al., CVPR 2022).  The edits grow over the first 30 % of the steps.  FOLDER2 keeps a checkpoint every 500
steps; a run that was stopped goes on from there.  Every batch is a function of the seed and the step alone.  About an
hour on two processor cores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import torch
from edits import edited_view
from learning import (
    NUM_ASIDE,
    Numbers,
    Pace,
    Pictures,
    chosen_at,
    contrast_of,
    entropy_of,
    held_aside_retrieval,
    learn,
    print_figures,
    read_options,
    read_pictures,
    rows_of,
    split,
    write_weights,
)
from torch import nn
from torch.utils.data import Dataset

from similarity.describe.descriptors._network import LayoutNetwork
from similarity.describe.descriptors.bundled import SIDE_PIXELS

__all__ = ["NUM_ASIDE", "SEED", "Pictures", "read_pictures"]

SEED = 20261121
NUM_STEPS = 4600
PICTURES_PER_STEP = 128
LEARNING_RATE, WARM_UP_STEPS = 2e-3, 150
ENTROPY_WEIGHT = 5.0
FIRST_STRENGTH, MILD_SHARE = 0.15, 0.25


class Batches(Dataset[torch.Tensor]):
    """Batch after batch: 128 mild views, then 128 strong views of the same pictures."""

    def __init__(self, pictures: Pictures, learned_on: Numbers, *, first_step: int, pace: Pace) -> None:
        self.pictures, self.learned_on = pictures, learned_on
        self.first_step, self.pace = first_step, pace

    def __len__(self) -> int:
        return self.pace.num_steps - self.first_step

    def __getitem__(self, number: int) -> torch.Tensor:
        cv2.setNumThreads(1)
        step = self.first_step + number
        chosen = chosen_at(step, self.learned_on, seed=SEED, count=PICTURES_PER_STEP)
        rng = np.random.default_rng([SEED, 2, step])
        strength = self.pace.strength_at(step)
        views = [self._view(rng, i, share * strength) for share in (MILD_SHARE, 1.0) for i in chosen]
        return torch.from_numpy(np.stack(views)[:, None]).float()

    def _view(self, rng: np.random.Generator, number: int, strength: float) -> Pictures:
        other = self.pictures[self.learned_on[rng.integers(len(self.learned_on))]]
        return edited_view(rng, self.pictures[number], other, strength=strength, side=SIDE_PIXELS)


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


class CompactTask:
    """Edits of one picture find each other."""

    def __init__(self, pictures: Pictures, num_steps: int) -> None:
        self.pictures = pictures
        self.aside, self.learned_on = split(len(pictures), SEED)
        self.plain, self.edited = held_aside_views(pictures, self.aside, self.learned_on)
        self.network = new_network().to(memory_format=torch.channels_last)
        self.pace = Pace(
            num_steps=num_steps,
            learning_rate=LEARNING_RATE,
            warm_up_steps=WARM_UP_STEPS,
            first_strength=FIRST_STRENGTH,
        )

    def batches(self, first_step: int) -> Batches:
        """Batches from this step on."""
        return Batches(self.pictures, self.learned_on, first_step=first_step, pace=self.pace)

    def losses(self, step: int, batch: torch.Tensor) -> Sequence[torch.Tensor]:
        """The loss, its contrastive term and its entropy term."""
        rows = self.network(batch.contiguous(memory_format=torch.channels_last))
        similarity = rows @ rows.T
        contrast, entropy = contrast_of(similarity), entropy_of(similarity)
        return contrast + ENTROPY_WEIGHT * self.pace.strength_at(step) * entropy, contrast, entropy

    def figures(self) -> Mapping[str, float]:
        """How the edits of the pictures held aside find them."""
        return held_aside_retrieval(self.network, self.plain, self.edited)


def main() -> None:
    """Run the recipe and print its figures."""
    options = read_options(__doc__, num_steps=NUM_STEPS)
    cv2.setNumThreads(1)
    pictures = read_pictures(options.images)
    task = CompactTask(pictures, options.steps)
    curve = learn(task, options.work)
    write_weights(options.out, task.network, rows_of(task.network, task.plain))
    print_figures(options, num_pictures=len(pictures), curve=curve, seed=SEED)


if __name__ == "__main__":
    main()
