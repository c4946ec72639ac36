"""Pictures of step 05: cosines of features, the frontier, densities. Each function returns a matplotlib Figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def cosines(panels: Mapping[str, Tensor]) -> Figure:
    """One panel for each matrix of cosines [true feature, latent]; blue is positive. Sort the latents beforehand."""
    from matplotlib.figure import Figure

    widths = [matrix.shape[1] for matrix in panels.values()]
    figure = Figure(figsize=(0.8 + sum(widths) * 0.085, 3.4), layout="constrained")
    all_axes = figure.subplots(1, len(panels), width_ratios=widths, squeeze=False)[0]
    for axes, (title, matrix) in zip(all_axes, panels.items(), strict=True):
        shown = axes.imshow(matrix.detach(), cmap="RdBu", vmin=-1, vmax=1, interpolation="nearest", aspect="auto")
        axes.set(title=title, xlabel="latent")
    all_axes[0].set_ylabel("true feature")
    figure.colorbar(shown, ax=all_axes, label="cosine", fraction=0.02)
    return figure


def frontier(
    lines: Mapping[str, tuple[Sequence[float] | Tensor, Sequence[float] | Tensor]],
    points: Mapping[str, tuple[float, float]] | None = None,
    ylabel: str = "fraction of variance unexplained",
) -> Figure:
    """Lines and named points (L0, unexplained variance), L0 on a logarithmic axis. Down left is good."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullFormatter

    figure = Figure(figsize=(6.5, 4), layout="constrained")
    axes = figure.subplots()
    for number, (name, (x, y)) in enumerate(lines.items()):
        width = max(1.2, 4 - 1.4 * number)  # so that lines that are equal are all seen
        axes.plot(torch.as_tensor(x).tolist(), torch.as_tensor(y).tolist(), marker=".", linewidth=width, label=name)
    for name, (one_x, one_y) in (points or {}).items():
        axes.plot(one_x, one_y, "*", markersize=13, label=name)
    axes.set(xscale="log", xlabel="L0: active at a time", ylabel=ylabel, ylim=(0, None))
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def densities(panels: Mapping[str, tuple[Tensor, int]], edges: Tensor) -> Figure:
    """For each autoencoder: how many latents fire how often (counts, and the number of dead ones)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.5, 1.2 + 1.5 * len(panels)), layout="constrained")
    all_axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (title, (counts, dead)) in zip(all_axes, panels.items(), strict=True):
        axes.stairs(counts.tolist(), edges.tolist(), fill=True)
        axes.set(title=f"{title}: {int(counts.sum())} alive, {dead} dead", ylabel="latents")
        axes.grid(alpha=0.3)
    all_axes[-1].set_xlabel("log10 of the share of tokens on which a latent is active")
    return figure


def alignments(groups: Mapping[str, Tensor]) -> Figure:
    """How near the nearest neuron is: a histogram of |cosine| for each dictionary."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.5, 3.2), layout="constrained")
    axes = figure.subplots()
    bins = torch.linspace(0, 1, 41)
    for name, cosine in groups.items():
        axes.stairs(
            torch.histogram(cosine.detach().abs(), bins).hist.tolist(), bins.tolist(), label=name, linewidth=1.8
        )
    axes.set(xlabel="|cosine| with the nearest neuron", ylabel="features")
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def changes(before: Tensor, after: Tensor, names: Sequence[str], title: str = "") -> Figure:
    """Probabilities of some next tokens before and after a feature is turned up."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.5, 0.32 * len(names) + 1.1), layout="constrained")
    axes = figure.subplots()
    rows = torch.arange(len(names))
    axes.barh((rows - 0.2).tolist(), before.tolist(), height=0.38, label="as it is", color="tab:gray")
    axes.barh((rows + 0.2).tolist(), after.tolist(), height=0.38, label="turned up", color="tab:orange")
    axes.set_yticks(rows.tolist(), list(names), family="monospace")
    axes.invert_yaxis()
    axes.set(xlabel="probability of the next token", title=title)
    axes.legend()
    return figure
