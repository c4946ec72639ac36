"""Pictures of toy models: features as arrows, Gram matrices, dimensionality along sparsity, phase diagrams."""

from collections.abc import Sequence
from typing import Any

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
MOST_NAMED = 6  # features that a legend can tell apart


def plot_arrows(panels: Sequence[Float[Tensor, "2 feature"]], titles: Sequence[str]) -> Figure:
    """One panel for each W [2, feature]: every column is an arrow in the plane, the first dark, the last bright."""
    reach = 1.15 * max(1.0, *(float(W.norm(dim=0).max()) for W in panels))
    figure, axes = _row(len(panels), 1.7, 2.0)
    for axis, W, title in zip(axes, panels, titles, strict=True):
        axis.axhline(0, color="0.9", lw=0.8)
        axis.axvline(0, color="0.9", lw=0.8)
        for k, (x, y) in enumerate(W.T.tolist()):
            axis.plot([0, x], [0, y], color=_shade(k, W.shape[1]), lw=2, label=str(k))
            axis.plot(x, y, "o", color=_shade(k, W.shape[1]), ms=5)
        axis.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xticks=[], yticks=[])
        axis.set_title(title, fontsize=9)
    if max(W.shape[1] for W in panels) <= MOST_NAMED:
        figure.legend(*axes[0].get_legend_handles_labels(), title="feature", loc="outside right center", fontsize=8)
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
        panel.set(xticks=[], yticks=[], xlabel="feature j | b")
        panel.set_title(title, fontsize=9)
        panel.spines[:].set_visible(False)
    panels[0].set_ylabel("feature i")
    figure.colorbar(image, ax=list(panels), fraction=0.02, label="W_i · W_j | b_i")
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
    """What each neuron reads (W1) and writes (W2), as bars stacked feature by feature: one colour, one feature."""
    features = W1.shape[1]
    figure, panels = _row(2, 4.5, 2.8)
    for panel, weights, name in zip(panels, (W1, W2.T), ("reads (W1)", "writes (W2)"), strict=True):
        for sign in (1, -1):
            parts = (sign * weights).relu() * sign  # [hidden, feature]
            below = parts.cumsum(1) - parts
            for k in range(features):
                colour = _shade(k, features)
                panel.bar(range(len(weights)), parts[:, k], bottom=below[:, k], color=colour, width=0.8)
        top = 1.1 * max(float(weights.relu().sum(1).max()), float((-weights).relu().sum(1).max()))
        panel.axhline(0, color="0.3", lw=0.8)
        panel.set(xlabel="neuron", ylabel="weights, stacked", ylim=(-top, top), xticks=range(len(weights)))
        panel.set_title(f"{title}: {name}", fontsize=9)
    handles = [Patch(color=_shade(k, features)) for k in range(features)]
    names = [str(k) for k in range(features)]
    figure.legend(handles, names, title="feature", loc="outside right center", fontsize=6, ncols=2)
    return figure


def _shade(k: int, count: int) -> tuple[float, float, float, float]:
    """The colour of number k of `count`: from dark to bright, short of the palest yellow."""
    return plt.cm.viridis(0.9 * k / max(count - 1, 1))


def _row(panels: int, width: float, height: float) -> tuple[Figure, Any]:
    figure, axes = plt.subplots(1, panels, figsize=(width * panels, height), layout="constrained", squeeze=False)
    return figure, axes[0]


def _some(count: int) -> list[int]:
    """A handful of positions along an axis, both ends among them."""
    return sorted({round(i * (count - 1) / 4) for i in range(5)})
