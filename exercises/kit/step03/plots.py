"""Pictures for step 03. Every function takes what the learner's functions return and gives back a matplotlib figure."""

import math
from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

COLOURS = ("tab:blue", "tab:orange", "tab:green", "tab:red", "tab:purple", "tab:brown", "tab:pink", "tab:grey")
GREEN, RED = "#009E73", "#D55E00"  # told apart by the colour-blind


def training_curves(
    runs: Mapping[str, tuple[Tensor, Tensor]], vocab: int, half: int, first_half: tuple[Tensor, Tensor] | None = None
) -> Figure:
    """Second-half losses by name, each (steps, losses); what guessing costs is dashed."""
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    for (name, (steps, loss)), colour in zip(runs.items(), COLOURS, strict=False):
        axes.plot(steps, loss, label=f"second half, {name}", color=colour)
    if first_half is not None:
        axes.plot(*first_half, color="lightgrey", label="first half", zorder=0)
    axes.axhline(math.log(vocab - 1), color="grey", linestyle="--", linewidth=1, label=f"any token: ln {vocab - 1}")
    axes.axhline(math.log(half), color="grey", linestyle=":", linewidth=1, label=f"one of those seen: ln {half}")
    axes.set(xlabel="step", ylabel="loss (nats)", ylim=(0, None))
    axes.legend(fontsize="small")
    return figure


def loss_by_position(losses: Mapping[str, Tensor], half: int) -> Figure:
    """Mean losses [batch, t − 1] by name, over the position of the token that is predicted; BOS is 0."""
    figure = Figure(figsize=(8, 3.5), layout="constrained")
    axes = figure.subplots()
    for name, loss in losses.items():
        axes.plot(torch.arange(1, loss.shape[1] + 1), loss.mean(0), marker=".", label=name)
    axes.axvline(half + 0.5, color="grey", linestyle="--", linewidth=1)
    axes.text(half + 0.7, axes.get_ylim()[1] * 0.95, "the repetition begins", fontsize="small", va="top")
    axes.set(xlabel="position of the token that is predicted", ylabel="loss (nats)", title="Loss by position")
    axes.legend()
    return figure


def attention_patterns(patterns: Mapping[str, Tensor], half: int, bos: bool = True) -> Figure:
    """Patterns [t, t] by name, with the stripes marked where a previous-token and an induction head attend."""
    figure = Figure(figsize=(4.6 * len(patterns), 4.9), layout="constrained")
    all_axes = figure.subplots(1, len(patterns), squeeze=False)[0]
    for axes, (name, pattern) in zip(all_axes, patterns.items(), strict=True):
        axes.imshow(pattern, cmap="Blues", vmin=0, vmax=1)
        t = pattern.shape[0]
        _stripe(axes, 1, t, 1, GREEN, "one back")
        _stripe(axes, half + bos, t, half - 1, RED, "L − 1 back, second half")
        axes.set(title=name, xlabel="key", ylabel="query")
        axes.axhline(half + bos - 0.5, color="lightgrey", linewidth=0.8)
    all_axes[0].legend(loc="upper right", fontsize="small")
    return figure


def _stripe(axes: Axes, first: int, last: int, back: int, colour: str, name: str) -> None:
    """Two thin lines on either side of the entries whose key is `back` before the query."""
    queries = torch.tensor([first - 0.5, last - 0.5])
    for shift in (-0.8, 0.8):
        axes.plot(
            queries - back + shift, queries, color=colour, linewidth=0.9, label=name if shift > 0 else None, alpha=0.8
        )
    axes.set(xlim=(-0.5, last - 0.5), ylim=(last - 0.5, -0.5))


def score_grid(scores: Mapping[str, Tensor], title: str = "") -> Figure:
    """Scores [layer, head] by name, with their numbers."""
    figure = Figure(figsize=(2.9 * len(scores), 2.3), layout="constrained")
    for axes, (name, values) in zip(figure.subplots(1, len(scores), squeeze=False)[0], scores.items(), strict=True):
        _grid(axes, values, 0.0, 1.0, "Blues")
        axes.set(title=name, xlabel="head", ylabel="layer")
    figure.suptitle(title)
    return figure


def change_grid(change: Tensor, title: str) -> Figure:
    """Changes [layer, head] in nats: red is worse."""
    figure = Figure(figsize=(4.6, 2.6), layout="constrained")
    axes = figure.subplots()
    top = max(float(change.abs().max()), 1e-6)
    _grid(axes, change, -top, top, "RdBu_r")
    axes.set(title=title, xlabel="head", ylabel="layer")
    return figure


def composition_grid(scores: Tensor, baseline: float, norms: Tensor | None = None) -> Figure:
    """Composition scores [3, first, second], less what chance gives: red is more than chance.

    `norms` [2, head], of what each head writes, stand beside the heads: a score does not say how loud a head is.
    """
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    top = max(float((scores - baseline).abs().max()), 1e-6)
    for axes, values, name in zip(figure.subplots(1, 3), scores, "QKV", strict=True):
        _grid(axes, values - baseline, -top, top, "RdBu_r")
        axes.set(title=f"{name}-composition", xlabel="head of the second layer", ylabel="head of the first layer")
        if norms is not None:
            first, second = ([f"{i}\n‖{norm:.1g}‖" for i, norm in enumerate(layer.tolist())] for layer in norms)
            axes.set_yticks(range(len(first)), first)
            axes.set_xticks(range(len(second)), second)
    figure.suptitle(f"Composition score, less the {baseline:.3f} of random heads")
    return figure


def broken_circuit(intact: Tensor, ablated: Tensor) -> Figure:
    """Prefix-matching scores [second], and [first, second] without each head of the first layer."""
    figure = Figure(figsize=(5, 3.4), layout="constrained")
    axes = figure.subplots()
    _grid(axes, torch.cat([intact[None], ablated]), 0.0, 1.0, "Blues")
    names = ["intact", *(f"without 0.{i}" for i in range(len(ablated)))]
    axes.set(title="Prefix matching of the second layer", xlabel="head of the second layer")
    axes.set_yticks(range(len(names)), names)
    axes.axhline(0.5, color="black", linewidth=1)
    return figure


def _grid(axes: Axes, values: Tensor, low: float, high: float, colours: str) -> None:
    axes.imshow(values, cmap=colours, vmin=low, vmax=high, aspect="auto")
    for (row, column), value in zip(
        torch.cartesian_prod(*map(torch.arange, values.shape)).tolist(), values.flatten().tolist(), strict=True
    ):
        dark = abs(value) > 0.6 * max(abs(low), abs(high))
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", color="white" if dark else "black", fontsize=9)
    axes.set_xticks(range(values.shape[1]))
    axes.set_yticks(range(values.shape[0]))


def score_parts(scores: Tensor, query_names: Sequence[str], key_names: Sequence[str], half: int) -> Figure:
    """Parts of the scores [A, B, t, t] at the stripe, less their mean over earlier keys: who makes it stand out?"""
    t = scores.shape[-1]
    visible = torch.ones(t, t).tril()
    mean = (scores * visible).sum(-1) / visible.sum(-1)
    stripe = scores.diagonal(1 - half, -2, -1)[..., -half:] - mean[..., -half:]
    figure = Figure(figsize=(1.1 * len(key_names) + 2.2, 0.55 * len(query_names) + 1.6), layout="constrained")
    axes = figure.subplots()
    values = stripe.mean(-1)
    top = max(float(values.abs().max()), 1e-6)
    _grid(axes, values, -top, top, "RdBu_r")
    axes.set(title="Score at the stripe, above the mean key's", xlabel="part of the key", ylabel="part of the query")
    axes.set_xticks(range(len(key_names)), key_names)
    axes.set_yticks(range(len(query_names)), query_names)
    return figure


def attribution_bars(paths: Tensor, names: Sequence[str], half: int) -> Figure:
    """Mean logit of the next token by path, in the first half and in what is known of the second."""
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    axes = figure.subplots()
    place = torch.arange(len(names))
    axes.bar(place - 0.2, paths[:, : half - 1].mean((0, 1)), width=0.4, color="lightgrey", label="first half")
    axes.bar(place + 0.2, paths[:, 1 - half :].mean((0, 1)), width=0.4, color="tab:blue", label="second half")
    axes.set_xticks(place, names)
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set(xlabel="path", ylabel="logit of the next token", title="Who says what comes next?")
    axes.legend()
    return figure


def phase_change(
    steps: Sequence[int],
    second_half: Tensor,
    previous_token: Tensor,
    prefix_matching: Tensor,
    control: Tensor,
    half: int,
) -> Figure:
    """Second-half loss of the model and its one-layer control, and the scores of its heads, along the snapshots."""
    figure = Figure(figsize=(8, 6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.plot(steps, second_half, "o-", color="tab:blue", markersize=4, label="two layers")
    upper.plot(steps, control, "o-", color="tab:orange", markersize=4, label="one layer")
    upper.axhline(math.log(half), color="grey", linestyle=":", linewidth=1, label=f"one of those seen: ln {half}")
    upper.set(ylabel="loss on the second half (nats)", title="The phase change", ylim=(0, None))
    for head in range(previous_token.shape[2]):
        name = {"label": "previous token, first layer"} if head == 0 else {}
        lower.plot(steps, previous_token[:, 0, head], "s--", color=GREEN, markersize=3, alpha=0.7, **name)
    for head in range(prefix_matching.shape[2]):
        name = {"label": "prefix matching, second layer"} if head == 0 else {}
        lower.plot(steps, prefix_matching[:, 1, head], "o-", color=RED, markersize=3, alpha=0.7, **name)
    lower.set(xlabel="step", ylabel="score", ylim=(-0.02, 1.02))
    upper.legend(fontsize="small")
    lower.legend(fontsize="small")
    return figure


def circuit(left: Tensor, right: Tensor, title: str, tokens: int = 64) -> Figure:
    """The product of two factors, for the first tokens."""
    figure = Figure(figsize=(4.2, 4), layout="constrained")
    axes = figure.subplots()
    full = left[:tokens] @ right[:, :tokens]
    top = float(full.abs().max())
    shown = axes.imshow(full, cmap="RdBu_r", vmin=-top, vmax=top)
    axes.set(title=title, xlabel="column", ylabel="row")
    figure.colorbar(shown, ax=axes, fraction=0.04)
    return figure
