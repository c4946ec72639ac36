"""Pictures: galleries of images, templates in two colours, curves. Each function returns a matplotlib Figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def gallery(
    images: Tensor, titles: Sequence[str] = (), *, columns: int = 10, signed: bool = False, title: str = ""
) -> Figure:
    """Images [n, height, width] side by side, `columns` in a row.

    `signed`: blue for negative, white for 0, red for positive, one scale for all. Otherwise paper is white.
    """
    from matplotlib.figure import Figure

    images = images.detach().float()
    rows = -(-len(images) // columns)
    size = min(columns, len(images)) * 1.0 + 0.8, rows * 1.0 + (0.6 if title else 0.2)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    top = max(images.abs().max().item(), 1e-12)
    colours, bottom = ("RdBu_r", -top) if signed else ("gray_r", 0.0)
    shown = axes.imshow(mosaic(images, columns), interpolation="nearest", cmap=colours, vmin=bottom, vmax=top)
    height, width = images.shape[1] + 2, images.shape[2] + 2
    for i, text in enumerate(titles):
        row, column = divmod(i, columns)
        axes.text((column + 0.5) * width - 1, row * height - 1.5, text, ha="center", va="bottom", fontsize=8)
    axes.axis("off")
    if signed:
        figure.colorbar(shown, ax=axes, fraction=0.015, pad=0.01)
    if title:
        axes.set_title(title, pad=16 if titles else 6)
    return figure


def templates(images: Tensor, title: str = "") -> Figure:
    """Ten templates, or other signed images, one for each digit: red speaks for it, blue against it."""
    return gallery(images, [str(c) for c in range(len(images))], signed=True, title=title)


def curves(
    x: Sequence[float] | Sequence[str],
    lines: Mapping[str, Sequence[float] | Tensor],
    xlabel: str,
    ylabel: str,
    title: str = "",
) -> Figure:
    """One line for each entry of `lines`, over the same `x`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.5), layout="constrained")
    axes = figure.subplots()
    for name, y in lines.items():
        axes.plot([*x], torch.as_tensor(y).tolist(), marker=".", label=name)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def strips(groups: Mapping[str, Tensor], xlabel: str, title: str = "") -> Figure:
    """The values of each group as dots on a line of its own, and their mean as a bar."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 0.7 * len(groups) + 1.0), layout="constrained")
    axes = figure.subplots()
    for row, values in enumerate(groups.values()):
        axes.plot(values.tolist(), [row] * len(values), "o", alpha=0.5)
        axes.plot([values.mean().item()] * 2, [row - 0.3, row + 0.3], "k-", linewidth=2)
    axes.set(xlabel=xlabel, title=title, ylim=(len(groups) - 0.5, -0.5))
    axes.set_yticks(range(len(groups)), list(groups))
    axes.grid(alpha=0.3, axis="x")
    return figure


def mosaic(images: Tensor, columns: int = 10) -> Tensor:
    """One image with all of `images` [n, height, width] in it, in rows of `columns`, two empty (NaN) pixels between."""
    n, height, width = images.shape
    columns = min(columns, n)
    rows = -(-n // columns)
    tiles = torch.full((rows * columns, height + 2, width + 2), torch.nan)
    tiles[:n, :height, :width] = images.detach().float()
    tiled = tiles.reshape(rows, columns, height + 2, width + 2).transpose(1, 2)  # [row, height, column, width]
    whole: Tensor = tiled.reshape(rows * (height + 2), columns * (width + 2))
    return whole[:-2, :-2]
