"""Pictures of toy models: features as arrows, Gram matrices, dimensionality along sparsity, phase diagrams."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int64
from matplotlib import pyplot as plt
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from torch import Tensor

from .shapes import SHAPES

PHASE_COLOURS = ListedColormap(["#d9d9d9", "#8fb8de", "#e8785a"])
PHASE_NAMES = ("ignored", "dedicated", "antipodal")


def plot_arrows(
    W: Float[Tensor, "instance 2 feature"], titles: Sequence[str], colours: Sequence[float] | None = None
) -> Figure:
    """One panel an instance: each feature is an arrow in the plane; by default the first is dark, the last bright."""
    features = W.shape[2]
    shades = np.linspace(0, 0.9, features) if colours is None else np.asarray(colours)
    reach = 1.15 * max(float(W.norm(dim=1).max()), 1.0)
    figure, panels = _row(len(W), 1.7, 2.0)
    for panel, weights, title in zip(panels, W.tolist(), titles, strict=True):
        panel.axhline(0, color="0.9", lw=0.8)
        panel.axvline(0, color="0.9", lw=0.8)
        for x, y, shade in zip(*weights, shades, strict=True):
            panel.plot([0, x], [0, y], color=plt.cm.viridis(shade), lw=2)
            panel.plot(x, y, "o", color=plt.cm.viridis(shade), ms=5)
        panel.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xticks=[], yticks=[])
        panel.set_title(title, fontsize=9)
    return figure


def plot_gram(
    W: Float[Tensor, "instance hidden feature"], b: Float[Tensor, "instance feature"], titles: Sequence[str]
) -> Figure:
    """One panel an instance: the Gram matrix WᵀW, and to its right the bias, on one scale (red +, blue −)."""
    gram = torch.einsum("ihf,ihg->ifg", W, W)
    both = torch.cat([gram, torch.full((*b.shape, 1), torch.nan), b[:, :, None]], 2)
    figure, panels = _row(len(W), 1.8, 2.0)
    for panel, matrix, title in zip(panels, both, titles, strict=True):
        image = panel.imshow(matrix, cmap="RdBu_r", vmin=-1.2, vmax=1.2, interpolation="nearest")
        panel.set(xticks=[], yticks=[])
        panel.set_title(title, fontsize=9)
        for side in panel.spines.values():
            side.set_visible(False)
    figure.colorbar(image, ax=list(panels), fraction=0.02, label="WᵀW | b")
    return figure


def plot_dimensionality(
    density: Float[Tensor, "instance"],
    per_feature: Float[Tensor, "instance"],
    D: Float[Tensor, "instance feature"],
    norms: Float[Tensor, "instance feature"],
) -> Figure:
    """D* = m/‖W‖² against 1/(1 − S) as a line, and the D of every represented feature (‖W_i‖ > ½) as dots."""
    figure, panel = plt.subplots(figsize=(8, 4.2), layout="constrained")
    inverse = 1 / density
    for name, (_, fraction) in SHAPES.items():
        panel.axhline(fraction, color="0.8", lw=0.8, zorder=0)
        height = fraction - 0.012 if name == "square antiprism" else fraction  # clear of the pentagon's label
        panel.text(1.002, height, f" {name}", fontsize=7, va="center", transform=panel.get_yaxis_transform())
    jitter = 1 + 0.03 * (torch.rand(D.shape, generator=torch.Generator().manual_seed(0)) - 0.5)
    shown = norms > 0.5
    at = (inverse[:, None] * jitter)[shown]
    panel.scatter(at, D[shown], s=6, color="#8fb8de", alpha=0.6, lw=0, label="D of each represented feature")
    panel.plot(inverse, per_feature, "o-", color="#b03a2e", ms=4, label="dimensions per feature, m / ‖W‖²")
    panel.set(xscale="log", xlabel="1 / (1 − S): sparser to the right", ylabel="dimensions", ylim=(0, 1.1))
    ticks = [t for t in (1, 1.5, 2, 3, 4, 6, 8, 12, 20) if t <= float(inverse.max()) * 1.01]
    panel.set_xticks(ticks, [str(t) for t in ticks])
    panel.minorticks_off()
    panel.legend(fontsize=8, loc="lower left")
    return figure


def plot_phases(
    diagrams: Sequence[Int64[Tensor, "row column"]],
    titles: Sequence[str],
    probability: Float[Tensor, "column"],
    importance: Float[Tensor, "row"],
) -> Figure:
    """Phase diagrams side by side: sparser to the right, the second feature more important upwards (grids in logs)."""
    figure, panels = _row(len(diagrams), 3.6, 3.4)
    for panel, diagram, title in zip(panels, diagrams, titles, strict=True):
        panel.imshow(diagram, cmap=PHASE_COLOURS, vmin=-0.5, vmax=2.5, origin="lower", interpolation="nearest")
        columns, rows = _some(len(probability)), _some(len(importance))
        panel.set_xticks(columns, [f"{probability[i]:.2g}" for i in columns])
        panel.set_yticks(rows, [f"{importance[i]:.2g}" for i in rows])
        panel.set(xlabel="feature probability 1 − S", ylabel="importance of the second feature", title=title)
    handles = [Patch(color=PHASE_COLOURS(i)) for i in range(3)]
    figure.legend(handles, PHASE_NAMES, loc="outside lower center", ncols=3, fontsize=8)
    return figure


def plot_neurons(W1: Float[Tensor, "hidden feature"], W2: Float[Tensor, "feature hidden"], title: str) -> Figure:
    """What each neuron reads (W1) and writes (W2), as bars stacked feature by feature."""
    features = W1.shape[1]
    figure, panels = _row(2, 4.5, 2.8)
    for panel, weights, name in zip(panels, (W1, W2.T), ("reads (W1)", "writes (W2)"), strict=True):
        for sign in (1, -1):
            parts = (sign * weights).relu() * sign  # [hidden, feature]
            below = parts.cumsum(1) - parts
            for k in range(features):
                colour = plt.cm.viridis(k / max(features - 1, 1))
                panel.bar(range(len(weights)), parts[:, k], bottom=below[:, k], color=colour, width=0.8)
        panel.axhline(0, color="0.3", lw=0.8)
        panel.set(xlabel="neuron", title=f"{title}: {name}")
        panel.title.set_fontsize(9)
    return figure


def _row(panels: int, width: float, height: float) -> tuple[Figure, Any]:
    figure, axes = plt.subplots(1, panels, figsize=(width * panels, height), layout="constrained", squeeze=False)
    return figure, axes[0]


def _some(count: int) -> list[int]:
    """A handful of positions along an axis, both ends among them."""
    return sorted({round(i * (count - 1) / 4) for i in range(5)})
