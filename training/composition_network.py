#!/usr/bin/env python3
"""Train the network of `composition` from openly licensed pictures, and write its weights and background vectors.

    python training/composition_network.py --images FOLDER --work FOLDER2 \
        --out similarity/describe/descriptors/data/composition-net-2.npz

FOLDER holds `images.zip` and `manifest.csv` (file, licence).  The network begins as that of `compact`, with a head of
its own.  Each step takes 128 pictures, a mild and a strong restyling of each in one frame, and asks that the two find
one another among all 256 views, and that cells of the one find the same cell of the other wherever both still show
the picture.  FOLDER2 keeps a checkpoint every 500 steps; a run that was stopped goes on from there.  Every batch is a
function of the seed and the step alone.  About half an hour on two processor cores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt
import torch
from compact_network import SEED as SEED_OF_COMPACT
from learning import (
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
from restyles import pair_frame, restyled_view, segments_of
from torch import nn
from torch.nn import functional
from torch.utils.data import Dataset

from similarity.describe.descriptors._network import GridNetwork
from similarity.describe.descriptors.bundled import grey_square
from similarity.describe.descriptors.compact import load_network

SEED = 20261122
NUM_STEPS = 2000
PICTURES_PER_STEP = 128
LEARNING_RATE, WARM_UP_STEPS = 1.5e-3, 100
ENTROPY_WEIGHT, CELL_WEIGHT = 3.0, 0.5
FIRST_STRENGTH, MOST_STRENGTH, MILD_SHARE = 0.3, 0.8, 0.35
CELL_GRID, CELL_COMPONENTS, CELLS_PER_STEP, CELL_TEMPERATURE = 12, 32, 10, 0.1
LEAST_KEPT = 0.8
"""Share of a cell that must show its own picture for the cell to be asked for."""

Kept = npt.NDArray[np.bool_]


class WithCells(nn.Module):
    """The shipped network with a second head that only learning needs: a description of each of 12 x 12 cells."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = GridNetwork()
        last_stage = self.grid.body[3]
        self.cell_head = nn.Conv2d(last_stage[0].in_channels, CELL_COMPONENTS, 1)

    def forward(self, grey: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(n, 216) unit rows, and (n, 32, 12, 12) unit descriptions of cells."""
        features = self.grid.body[:3](self.grid.front(grey))
        cells = functional.normalize(self.cell_head(features), dim=1)
        return self.grid.rows(self.grid.body[3](features)), cells


def new_network() -> WithCells:
    """The body of `compact` under two heads drawn from the seed."""
    torch.manual_seed(SEED)
    network = WithCells()
    network.grid.body.load_state_dict(load_network().body.state_dict())
    return network


class Batches(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """Batch after batch: 128 mild and then 128 strong views, and the cells in which both show their picture."""

    def __init__(
        self, pictures: Pictures, segments: Pictures, learned_on: Numbers, *, first_step: int, pace: Pace
    ) -> None:
        self.pictures, self.segments, self.learned_on = pictures, segments, learned_on
        self.first_step, self.pace = first_step, pace

    def __len__(self) -> int:
        return self.pace.num_steps - self.first_step

    def __getitem__(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        cv2.setNumThreads(1)
        step = self.first_step + number
        rng = np.random.default_rng([SEED, 2, step])
        strength = self.pace.strength_at(step)
        mild, strong, kept = [], [], []
        for i in chosen_at(step, self.learned_on, seed=SEED, count=PICTURES_PER_STEP):
            frame = pair_frame(rng)
            views = []
            for one_strength in (MILD_SHARE * strength, strength):
                other = self.pictures[self.learned_on[rng.integers(len(self.learned_on))]]
                views.append(
                    restyled_view(rng, self.pictures[i], self.segments[i], other, frame, strength=one_strength)
                )
            mild.append(views[0][0])
            strong.append(views[1][0])
            kept.append(_kept_cells(views[0][1]) & _kept_cells(views[1][1]))
        return torch.from_numpy(np.stack(mild + strong)[:, None]).float(), torch.from_numpy(np.stack(kept))


def _kept_cells(kept: Kept) -> Kept:
    """(12, 12) cells that show nearly nothing but their own picture."""
    shares = cv2.resize(kept.astype(np.float32), (CELL_GRID, CELL_GRID), interpolation=cv2.INTER_AREA)
    return np.asarray(shares > LEAST_KEPT)


def cell_contrast(cells: torch.Tensor, kept: torch.Tensor, step: int) -> torch.Tensor:
    """InfoNCE of cells, both ways: a kept cell finds its own in the other view among 10 cells of every picture.

    Cells that touch it in its own picture are not asked to differ.

    Args:
        cells: (2n, d, 12, 12) unit descriptions; the views of one picture stand n apart.
        kept: (n, 12, 12) cells in which both views show the picture.
        step: decides which 10 cells are asked.
    """
    num_pairs, asked = len(cells) // 2, CELLS_PER_STEP
    places = torch.randperm(CELL_GRID**2, generator=torch.Generator().manual_seed(SEED + step))[:asked]
    chosen = cells.flatten(2)[:, :, places]
    here, there = (
        half.permute(0, 2, 1).reshape(-1, chosen.shape[1]) for half in (chosen[:num_pairs], chosen[num_pairs:])
    )
    is_kept = kept.flatten(1)[:, places].reshape(-1)
    down, across = places // CELL_GRID, places % CELL_GRID
    touches = ((down[:, None] - down[None]).abs() <= 1) & ((across[:, None] - across[None]).abs() <= 1)
    touches &= ~torch.eye(asked, dtype=torch.bool)
    similarity = (here @ there.T / CELL_TEMPERATURE).view(num_pairs, asked, num_pairs, asked)
    pair = torch.arange(num_pairs)
    similarity[pair, :, pair, :] = similarity[pair, :, pair, :].masked_fill(touches, -1e9)
    similarity = similarity.view(num_pairs * asked, num_pairs * asked)
    own = torch.arange(num_pairs * asked)
    forth = functional.cross_entropy(similarity[is_kept], own[is_kept])
    back = functional.cross_entropy(similarity.T[is_kept], own[is_kept])
    return 0.5 * (forth + back)


def held_aside_views(
    pictures: Pictures, segments: Pictures, aside: Numbers, learned_on: Numbers
) -> tuple[Pictures, Pictures]:
    """The pictures held aside, plain in a frame, and restyled at full strength in the same frame."""
    rng = np.random.default_rng([SEED, 3])
    plain, restyled = [], []
    for i in aside:
        frame = pair_frame(rng)
        plain.append(restyled_view(rng, pictures[i], segments[i], pictures[i], frame, strength=0.0)[0])
        other = pictures[learned_on[rng.integers(len(learned_on))]]
        restyled.append(restyled_view(rng, pictures[i], segments[i], other, frame, strength=MOST_STRENGTH)[0])
    return np.stack(plain), np.stack(restyled)


class CompositionTask:
    """Restylings of one picture in one frame find each other, as wholes and cell by cell."""

    def __init__(self, pictures: Pictures, num_steps: int) -> None:
        self.pictures, self.segments = pictures, np.stack([segments_of(picture) for picture in pictures])
        self.aside, self.learned_on = split(len(pictures), SEED_OF_COMPACT)
        self.plain, self.restyled = held_aside_views(pictures, self.segments, self.aside, self.learned_on)
        self.network = new_network().to(memory_format=torch.channels_last)
        self.pace = Pace(
            num_steps=num_steps,
            learning_rate=LEARNING_RATE,
            warm_up_steps=WARM_UP_STEPS,
            first_strength=FIRST_STRENGTH,
            most_strength=MOST_STRENGTH,
        )

    def batches(self, first_step: int) -> Batches:
        """Batches from this step on."""
        return Batches(self.pictures, self.segments, self.learned_on, first_step=first_step, pace=self.pace)

    def losses(self, step: int, batch: tuple[torch.Tensor, torch.Tensor]) -> Sequence[torch.Tensor]:
        """The loss, and its three terms: contrast, entropy, contrast of cells.

        The first two have a product each: so their gradients are summed in the order that made the shipped weights.
        """
        views, kept = batch
        rows, cells = self.network(views.contiguous(memory_format=torch.channels_last))
        contrast, entropy = contrast_of(rows @ rows.T), entropy_of(rows @ rows.T)
        of_cells = cell_contrast(cells, kept, step)
        entropy_weight = ENTROPY_WEIGHT * self.pace.strength_at(step)
        return contrast + entropy_weight * entropy + CELL_WEIGHT * of_cells, contrast, entropy, of_cells

    def figures(self) -> Mapping[str, float]:
        """How the restylings of the pictures held aside find them."""
        return held_aside_retrieval(self.network.grid, self.plain, self.restyled)

    def background(self) -> Pictures:
        """The pictures held aside, whole: the grey squares whose rows go into the weight file."""
        return np.stack([grey_square(self.pictures[i]) for i in self.aside])


def main() -> None:
    """Run the recipe and print its figures."""
    options = read_options(__doc__, num_steps=NUM_STEPS)
    cv2.setNumThreads(1)
    pictures = read_pictures(options.images)
    task = CompositionTask(pictures, options.steps)
    curve = learn(task, options.work)
    network = task.network.grid.to(memory_format=torch.contiguous_format)
    write_weights(options.out, network, rows_of(network, task.background()))
    print_figures(options, num_pictures=len(pictures), curve=curve, seed=SEED)


if __name__ == "__main__":
    main()
