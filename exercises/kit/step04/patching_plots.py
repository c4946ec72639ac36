"""Pictures for patching. Every function takes what the learner's functions return, and gives back a figure."""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor


def position_grids(recovery: Mapping[str, Tensor], words: Sequence[str], title: str = "") -> Figure:
    """Recovery [layer, position] by name, over the words of one sentence."""
    figure = Figure(figsize=(8.5, 1.5 + 1.35 * len(recovery)), layout="constrained")
    top = max(1.0, *(float(values.abs().max()) for values in recovery.values()))
    all_axes = figure.subplots(len(recovery), 1, squeeze=False, sharex=True)[:, 0]
    for axes, (name, values) in zip(all_axes, recovery.items(), strict=True):
        image = axes.imshow(values, cmap="RdBu", vmin=-top, vmax=top, aspect="auto")
        write_numbers(axes, values, top, least=0.05)
        axes.set(title=name, ylabel="layer")
        axes.set_yticks(range(values.shape[0]))
    all_axes[-1].set_xticks(range(len(words)), words, rotation=60, ha="right")
    figure.colorbar(image, ax=all_axes.tolist(), label="recovery", shrink=0.8)
    figure.suptitle(title)
    return figure


def head_grids(values: Mapping[str, Tensor], label: str = "recovery", title: str = "", columns: int = 3) -> Figure:
    """Numbers [layer, head] by name, all in one scale; blue is positive."""
    rows = -(-len(values) // columns)
    columns = min(columns, len(values))
    figure = Figure(figsize=(2.9 * columns + 1, 2.6 * rows + 0.3), layout="constrained")
    top = max(float(grid.abs().max()) for grid in values.values()) or 1.0
    all_axes = figure.subplots(rows, columns, squeeze=False).flatten().tolist()
    for axes in all_axes[len(values) :]:
        axes.set_visible(False)
    for axes, (name, grid) in zip(all_axes, values.items(), strict=False):
        image = axes.imshow(grid, cmap="RdBu", vmin=-top, vmax=top, aspect="auto")
        if grid.numel() <= 64:
            write_numbers(axes, grid, top)
        axes.set(title=name, xlabel="head", ylabel="layer")
        axes.set_xticks(range(grid.shape[1]))
        axes.set_yticks(range(grid.shape[0]))
    figure.colorbar(image, ax=all_axes, label=label, shrink=0.8)
    figure.suptitle(title)
    return figure


def guess_against_truth(guess: Tensor, truth: Tensor) -> Figure:
    """Attribution patching [layer, head] over patching: one point for each head, named where they disagree."""
    figure = Figure(figsize=(4.4, 4.2), layout="constrained")
    axes = figure.subplots()
    x, y = truth.flatten(), guess.flatten()
    low, high = float(min(x.min(), y.min(), torch.tensor(0.0))), float(max(x.max(), y.max()))
    axes.plot([low, high], [low, high], color="grey", linewidth=0.8, linestyle="--", label="a perfect guess")
    axes.scatter(x, y, s=18)
    for i in torch.maximum(x.abs(), y.abs()).topk(min(5, len(x))).indices.tolist():
        name = f"{i // truth.shape[1]}.{i % truth.shape[1]}"
        axes.annotate(name, (float(x[i]), float(y[i])), xytext=(4, 4), textcoords="offset points", fontsize=9)
    axes.set(xlabel="recovery, patched", ylabel="recovery, guessed from the gradient", title="Every head once")
    axes.legend(fontsize="small")
    return figure


def write_numbers(axes: Axes, values: Tensor, top: float, least: float = 0.0) -> None:
    """The numbers into the cells."""
    for row, line in enumerate(values.tolist()):
        for column, value in enumerate(line):
            if abs(value) >= least:
                colour = "white" if abs(value) > 0.6 * top else "black"
                axes.text(
                    column, row, f"{round(value, 2) + 0.0:.2f}", ha="center", va="center", color=colour, fontsize=8
                )
