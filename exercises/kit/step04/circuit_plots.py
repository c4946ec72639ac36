"""Pictures for step 04: ablation, signals, corruptions, and the circuit as a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from exercises.kit.step04.patching_plots import write_numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def head_grids(grids: Mapping[str, Tensor], title: str = "", limit: float | None = None) -> Figure:
    """Values [layer, head] by name, one grid each: blue is positive, red negative, one scale for all."""
    from matplotlib.figure import Figure

    rows, columns = next(iter(grids.values())).shape
    figure = Figure(figsize=(max(2.8, 0.75 * columns) * len(grids) + 0.6, 0.6 * rows + 1.4), layout="constrained")
    limit = limit or max(1e-6, *(values.abs().max().item() for values in grids.values()))
    for axes, (name, values) in zip(figure.subplots(1, len(grids), squeeze=False)[0], grids.items(), strict=True):
        axes.imshow(values, cmap="RdBu", vmin=-limit, vmax=limit, aspect="auto")
        axes.set(title=name, xlabel="head", ylabel="layer", xticks=range(columns), yticks=range(rows))
        if rows * columns <= 64:
            write_numbers(axes, values, limit)
    figure.suptitle(title)
    return figure


def backups(before: float, after: float, lost: float, change: Tensor) -> Figure:
    """A knockout: the logit difference before, as attribution predicts, and after; and who stepped in."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    bars, grid = figure.subplots(1, 2, width_ratios=(1, 1.3))
    names, values = ("before", "before − its\nattribution", "after"), (before, before - lost, after)
    drawn = bars.bar(names, values, color=("tab:grey", "lightgrey", "tab:red"))
    bars.bar_label(drawn, fmt="%.2f")
    bars.axhline(0, color="black", linewidth=0.8)
    bars.margins(y=0.12)
    bars.set(ylabel="logit difference", title="What is missed")
    limit = max(1e-6, change.abs().max().item())
    grid.imshow(change, cmap="RdBu", vmin=-limit, vmax=limit, aspect="auto")
    write_numbers(grid, change, limit)
    grid.set(title="Change of direct attribution", xlabel="head", ylabel="layer")
    grid.set(xticks=range(change.shape[1]), yticks=range(change.shape[0]))
    return figure


def completeness_scatter(circuit: Tensor, model: Tensor, names: Sequence[str]) -> Figure:
    """F(C without K) over F(M without K), a point for every K: a complete circuit lies on the diagonal."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6, 4.2), layout="constrained")
    axes = figure.subplots()
    ends = [min(circuit.min(), model.min(), torch.tensor(0.0)).item(), max(circuit.max(), model.max()).item() * 1.05]
    axes.plot(ends, ends, color="grey", linestyle="--", linewidth=1)
    axes.scatter(model, circuit, color="tab:red", zorder=3)
    for x, y, name in zip(model.tolist(), circuit.tolist(), names, strict=True):
        axes.annotate(name, (x, y), xytext=(4, 4), textcoords="offset points", fontsize=8)
    axes.set(xlabel="F(M without K)", ylabel="F(C without K)", title="Completeness: every set K taken from both")
    return figure


def minimality_bars(scores: Tensor, whole: float) -> Figure:
    """Minimality of the circuit's heads, as a share of F(M)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.2), layout="constrained")
    axes = figure.subplots()
    heads = scores.nonzero().tolist()
    shares = [scores[i, j].item() / abs(whole) for i, j in heads]
    axes.bar([f"{i}.{j}" for i, j in heads], shares, color="tab:red")
    axes.set(xlabel="head", ylabel="share of F(M)", title="Minimality: what each head is worth at its best")
    return figure


def signal_bars(signals: Mapping[str, float]) -> Figure:
    """Logit differences by what the heads were told."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    axes = figure.subplots()
    colours = ("tab:grey", "tab:orange", "tab:blue", "tab:purple")
    axes.bar_label(axes.bar(list(signals), list(signals.values()), color=colours), fmt="%.2f")
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(ylabel="logit difference", xlabel="what is flipped in what the heads say")
    axes.margins(y=0.15)
    return figure


def circuit_graph(
    roles: Mapping[str, Sequence[tuple[int, int]]], edges: Mapping[tuple[str, str], float], title: str = ""
) -> Figure:
    """Roles as boxes, lowest layers at the bottom; arrows between them as wide as what was measured, red if negative.

    An edge may end in "logits", the box at the top.
    """
    from matplotlib.figure import Figure

    height = {role: sum(layer for layer, _ in heads) / max(1, len(heads)) for role, heads in roles.items()}
    order = [*sorted(roles, key=lambda role: height[role]), "logits"]
    place = {role: (0.22 + 0.56 * (i % 2) if role != "logits" else 0.5, i) for i, role in enumerate(order)}
    figure = Figure(figsize=(7, 1.2 * len(order) + 0.6), layout="constrained")
    axes = figure.subplots()
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": "black"}
    drawn = {}
    for role, (x, y) in place.items():
        heads = "  ".join(f"{layer}.{head}" for layer, head in roles.get(role, ()))
        text = axes.text(x, y, f"{role}\n{heads}".strip(), ha="center", va="center", bbox=box, fontsize=9, zorder=3)
        drawn[role] = text.get_bbox_patch()
    widest = max((abs(strength) for strength in edges.values()), default=1.0)
    for (start, end), strength in edges.items():
        (x0, y0), (x1, y1) = place[start], place[end]
        style = {"arrowstyle": "-|>", "mutation_scale": 18, "patchA": drawn[start], "patchB": drawn[end], "shrinkB": 3}
        style |= {"color": "tab:green" if strength > 0 else "tab:red", "lw": 1 + 3 * abs(strength) / widest}
        axes.annotate("", (x1, y1), (x0, y0), arrowprops=style)
        said = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.text((x0 + x1) / 2, (y0 + y1) / 2, f"{strength:+.2f}", fontsize=8, ha="center", va="center", bbox=said)
    axes.set(xlim=(0, 1), ylim=(-0.6, len(order) - 0.4), title=title)
    axes.axis("off")
    return figure
