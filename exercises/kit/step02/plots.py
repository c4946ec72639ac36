"""Pictures for step 02. Every function takes what the learner's functions return and gives back a matplotlib figure."""

import math
from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

PHASE_COLOURS = ("#f4d9c6", "#fdf3c9", "#d5ead0")
PHASE_NAMES = ("memorisation", "circuit formation", "clean-up")
HAND_COLOURS = ("tab:blue", "tab:orange", "tab:red")


def loss_curves(
    epochs: Tensor,
    train_loss: Tensor,
    test_loss: Tensor,
    phases: Sequence[int | None] = (),
    p: int | None = None,
    title: str = "Long after it knows its training pairs, it learns to add",
) -> Figure:
    """Both losses on a logarithmic axis, the phases shaded, and ln p (guessing) dashed."""
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    axes.semilogy(epochs, train_loss, label="train loss", color="tab:blue")
    axes.semilogy(epochs, test_loss, label="test loss", color="tab:red")
    if p is not None:
        axes.axhline(math.log(p), color="grey", linestyle="--", linewidth=1, label="guessing: ln p")
    shade_phases(axes, phases)
    axes.set(xlabel="epoch", ylabel="loss (nats)", title=title)
    axes.legend()
    return figure


def accuracy_curves(epochs: Tensor, curves: Mapping[str, Tensor], p: int | None = None) -> Figure:
    """Accuracies by name along training, epochs on a logarithmic axis (so without epoch 0), 1/p (guessing) dashed."""
    figure = Figure(figsize=(8, 2.6), layout="constrained")
    axes = figure.subplots()
    marker = "o" if len(epochs) < 30 else ""
    for name, curve in curves.items():
        axes.semilogx(epochs[epochs > 0], curve[epochs > 0], marker=marker, markersize=4, label=name)
    if p is not None:
        axes.axhline(1 / p, color="grey", linestyle="--", linewidth=1, label="guessing: 1/p")
    axes.set(xlabel="epoch", ylabel="accuracy", ylim=(-0.03, 1.03), title="Share of right answers")
    axes.legend(loc="center left")
    return figure


def shade_phases(axes: Axes, phases: Sequence[int | None]) -> None:
    """Colour each phase from the end of the one before; stops at the first that has not ended."""
    start = 0
    for end, name, colour in zip(phases, PHASE_NAMES, PHASE_COLOURS, strict=False):
        if end is None:
            return
        axes.axvspan(start, end, color=colour, zorder=0, linewidth=0, label=name)
        start = end


def spectrum(values: Tensor, key: Tensor, random: Tensor | None = None, title: str = "") -> Figure:
    """Norms of each frequency's cosine and sine; key frequencies are named, a random embedding is a grey line."""
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    axes = figure.subplots()
    frequencies = torch.arange(1, len(values) // 2 + 1)
    axes.bar(frequencies - 0.2, values[1::2], width=0.4, label="cos", color="tab:blue")
    axes.bar(frequencies + 0.2, values[2::2], width=0.4, label="sin", color="tab:orange")
    if random is not None:
        axes.plot(frequencies, (random[1::2] + random[2::2]) / 2, color="grey", linewidth=1, label="random weights")
    for k in key.tolist():
        axes.annotate(str(k), (k, float(values[2 * k - 1 : 2 * k + 1].max())), ha="center", va="bottom")
    axes.margins(y=0.12)
    axes.set(xlabel="frequency k", ylabel="norm", title=title or "The embedding, wave by wave")
    axes.legend()
    return figure


def neuron_maps(neurons: Tensor, which: Sequence[int], titles: Sequence[str]) -> Figure:
    """Activations of a few neurons over all pairs (a, b); the darker, the more active."""
    p = math.isqrt(len(neurons))
    figure = Figure(figsize=(3.8 * len(which), 3.4), layout="constrained")
    all_axes = figure.subplots(1, len(which), squeeze=False)
    for axes, neuron, title in zip(all_axes[0], which, titles, strict=True):
        image = axes.imshow(neurons[:, neuron].reshape(p, p), cmap="Blues", origin="lower")
        figure.colorbar(image, ax=axes, shrink=0.7)
        axes.set(xlabel="b", ylabel="a", title=title)
    return figure


def neuron_clusters(frequency: Tensor, fraction: Tensor, threshold: float = 0.85) -> Figure:
    """How many neurons keep to each frequency, and how well one frequency explains each neuron."""
    figure = Figure(figsize=(10, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    clear = frequency[fraction > threshold].bincount(minlength=2)
    there = clear.nonzero()[:, 0]
    left.bar([str(k) for k in there.tolist()], clear[there], color="tab:blue")
    unclear = int((fraction <= threshold).sum())
    left.bar(["none"], [unclear], color="lightgrey")
    left.set(xlabel=f"frequency that explains more than {threshold:.0%}", ylabel="neurons", title="Clusters of neurons")
    right.hist(fraction, bins=40, range=(0, 1), color="tab:blue")
    right.axvline(threshold, color="grey", linestyle="--")
    right.set(xlabel="fraction explained by one frequency", ylabel="neurons", title="Most neurons keep to one")
    return figure


def logits_and_fit(logits: Tensor, alpha: Tensor, frequencies: Tensor, fraction: float) -> Figure:
    """Logits (each pair's mean taken away) against a + b − c, their mean, and the sum of cosines fitted to them."""
    p = logits.shape[1]
    centred = logits - logits.mean(1, keepdim=True)
    pair, c = torch.arange(p * p), torch.arange(p)
    difference = ((pair // p + pair % p)[:, None] - c) % p
    sample = torch.randperm(centred.numel(), generator=torch.Generator().manual_seed(0))[:4000]
    mean = torch.zeros(p).index_add(0, difference.flatten(), centred.flatten()) / p**2
    fit = (alpha[:, None] * (2 * math.pi / p * frequencies[:, None] * c).cos()).sum(0)
    order = torch.cat([c[p // 2 + 1 :], c[: p // 2 + 1]])  # −(p − 1)/2 … (p − 1)/2
    shown = torch.where(order > p // 2, order - p, order)
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots()
    x = difference.flatten()[sample]
    x = torch.where(x > p // 2, x - p, x)
    axes.scatter(x, centred.flatten()[sample], s=2, color="lightgrey", label="single logits")
    axes.plot(shown, mean[order], color="tab:blue", linewidth=3, alpha=0.5, label="their mean")
    axes.plot(shown, fit[order], color="black", linewidth=1, label="Σ α cos w(a + b − c)")
    axes.set(
        xlabel="a + b − c (mod p)", ylabel="logit", title=f"Cosines explain {fraction:.1%} of the logits' variance"
    )
    axes.legend()
    return figure


def progress_measures(
    curves: Mapping[str, Tensor],
    measures: Mapping[str, Tensor],
    own: Mapping[str, Mapping[int, float]],
    phases: Sequence[int | None] = (),
    until: int | None = None,
) -> Figure:
    """Losses, excluded and restricted loss, sparsity and weights along training; `own` are the learner's, as dots."""
    figure = Figure(figsize=(11, 7), layout="constrained")
    all_axes = figure.subplots(2, 2, sharex=True)
    panels = {
        "excluded_loss": "excluded loss (one key frequency less)",
        "restricted_loss": "restricted loss (key frequencies only)",
        "gini": "Gini coefficient of the embedding's waves",
        "weight_norm": "sum of squared weights",
    }
    for axes, (name, title) in zip(all_axes.flat, panels.items(), strict=True):
        if name.endswith("loss"):
            axes.semilogy(curves["epoch"], curves["train_loss"], color="lightgrey", label="train loss")
            axes.semilogy(curves["epoch"], curves["test_loss"], color="darkgrey", label="test loss")
        axes.plot(measures["epoch"], measures[name], color="tab:blue", label="recorded")
        if dots := own.get(name):
            axes.plot(
                list(dots), list(dots.values()), "o", color="black", markersize=4, label="yours, on the snapshots"
            )
        shade_phases(axes, phases)
        axes.set(title=title)
    for axes in all_axes[1]:
        axes.set(xlabel="epoch", xlim=(0, until))
    for axes in all_axes[0]:
        axes.set_ylabel("loss (nats)")
    figure.legend(*all_axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def clock(p: int, a: int, b: int, frequencies: Sequence[int]) -> Figure:
    """One clock face for each frequency: the hands of a, of b, and of a + b, which is where b turns a's hand."""
    figure = Figure(figsize=(3.2 * len(frequencies), 3.6), layout="constrained")
    all_axes = figure.subplots(1, len(frequencies), squeeze=False)
    for axes, k in zip(all_axes[0], frequencies, strict=True):
        numbers = torch.arange(p)
        angle = 2 * math.pi * k / p * numbers
        axes.scatter(angle.cos(), angle.sin(), s=4, color="lightgrey")
        for number, name, colour in zip((a, b, (a + b) % p), ("a", "b", "a + b"), HAND_COLOURS, strict=True):
            x, y = math.cos(2 * math.pi * k * number / p), math.sin(2 * math.pi * k * number / p)
            axes.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 2})
            axes.plot([], [], color=colour, linewidth=2, label=f"{name} = {number}")
        axes.set(title=f"clock of frequency {k}", aspect="equal", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))
        axes.axis("off")
    figure.legend(*all_axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure
