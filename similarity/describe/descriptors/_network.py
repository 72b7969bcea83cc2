"""The networks of `compact` and `composition`: gradient directions at two scales, four convolutional stages, a head.

The front is fixed: the strength of 8 gradient directions on a 24 x 24 grid at two scales, each cell normalised over
its directions, the family of HOG (Dalal and Triggs, CVPR 2005) and SIFT (Lowe, IJCV 2004).  It takes away most of
what re-encoding, grading and inverting change, so that a small network learns in an hour on two processor cores what
would take a day from bare dots.  The heads keep places apart (no pooling over the frame): what stands where is what
tells one shot from another.
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

from similarity.describe.descriptors.bundled import CELL_VALUES, COMPACT_DIMENSIONS, GRID_CELLS

__all__ = ["GridNetwork", "LayoutNetwork"]

_DIRECTIONS = 8
_WIDTHS = (32, 64, 192)
_TUNING = 0.7
"""Share of the strongest direction that is taken off every direction: sharpens the tuning."""
_FLOOR = 0.25
"""Added to the strength of a cell before it is normalised: an empty cell stays empty."""


class LayoutNetwork(nn.Module):
    """Grey pictures (n, 1, 96, 96) from 0 to 255 to (n, 256) unit rows."""

    def __init__(self) -> None:
        super().__init__()
        first, second, third = _WIDTHS
        self.front = _GradientFront()
        self.body = nn.Sequential(
            _stage(2 * _DIRECTIONS, first, stride=1),
            _stage(first, second, stride=2),
            _Residual(second),
            _stage(second, third, stride=2),
        )
        self.head = nn.Linear(third * GRID_CELLS**2, COMPACT_DIMENSIONS)

    def forward(self, grey: torch.Tensor) -> torch.Tensor:
        """Unit rows; rows of one batch do not depend on one another once the network is set to `eval`."""
        return self.behind_front(self.front(grey))

    def behind_front(self, gradients: torch.Tensor) -> torch.Tensor:
        """(n, 256) unit rows of what the front gives."""
        return functional.normalize(self.head(self.body(gradients).flatten(1)), dim=1)


class GridNetwork(nn.Module):
    """Grey pictures (n, 1, 96, 96) from 0 to 255 to (n, 216) unit rows: 6 values for each of 6 x 6 cells."""

    def __init__(self) -> None:
        super().__init__()
        of_compact = LayoutNetwork()
        self.front, self.body = of_compact.front, of_compact.body
        self.row_head = nn.Conv2d(_WIDTHS[-1], CELL_VALUES, 1)

    def forward(self, grey: torch.Tensor) -> torch.Tensor:
        """Unit rows; rows of one batch do not depend on one another once the network is set to `eval`."""
        return self.behind_front(self.front(grey))

    def behind_front(self, gradients: torch.Tensor) -> torch.Tensor:
        """(n, 216) unit rows of what the front gives."""
        return self.rows(self.body(gradients))

    def rows(self, features: torch.Tensor) -> torch.Tensor:
        """(n, 216) unit rows of the body's features, value by value over all cells."""
        return functional.normalize(self.row_head(features).flatten(1), dim=1)


class _GradientFront(nn.Module):
    """(n, 1, s, s) grey to (n, 16, s / 4, s / 4): 8 directions at two scales."""

    sobel: torch.Tensor
    blur: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        across = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=torch.float32) / 8
        angles = torch.arange(_DIRECTIONS) * math.pi / _DIRECTIONS
        turned = [torch.cos(angle) * across + torch.sin(angle) * across.T for angle in angles]
        self.register_buffer("sobel", torch.stack(turned)[:, None], persistent=False)
        bell = torch.exp(-(torch.arange(-2, 3).float() ** 2) / 2)
        bell = bell / bell.sum()
        self.register_buffer("blur", (bell[:, None] * bell[None])[None, None], persistent=False)

    def forward(self, grey: torch.Tensor) -> torch.Tensor:
        fine = self._scale(grey, stride=2)
        coarse = self._scale(functional.avg_pool2d(grey, 2), stride=1)
        return torch.cat([fine, coarse], 1)

    def _scale(self, grey: torch.Tensor, *, stride: int) -> torch.Tensor:
        smooth = functional.conv2d(functional.pad(grey, (3, 3, 3, 3), mode="replicate"), self.blur)
        strength = functional.conv2d(smooth, self.sobel, stride=stride).abs()
        strongest = strength.amax(1, keepdim=True)
        tuned = functional.relu(strength - _TUNING * strongest) / (strongest + 1.0).sqrt()
        cells = functional.avg_pool2d(tuned, 2)
        return cells / (cells.square().sum(1, keepdim=True).sqrt() + _FLOOR)


class _Residual(nn.Module):
    """Two convolutions beside an open way (He et al., CVPR 2016); starts as the identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(width)
        nn.init.zeros_(self.second_norm.weight)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        inner = functional.relu(self.first_norm(self.first(values)))
        return functional.relu(values + self.second_norm(self.second(inner)))


def _stage(inputs: int, outputs: int, *, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )
