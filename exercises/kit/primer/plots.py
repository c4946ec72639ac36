"""Pictures for the primer, of what the learner's functions return: `grid` draws into axes, the others make figures."""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

LETTERS = "abc"
BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#8a8a8a"  # told apart by the colour-blind


def grid(
    axes: Axes, values: Tensor, rows: Sequence[str] = (), columns: Sequence[str] = (), title: str = "", top: float = 4
) -> None:
    """A matrix as a grid of numbers: violet is positive, orange negative, `top` darkest. Nothing stands for 0."""
    axes.imshow(values, cmap="PuOr", vmin=-top * 1.6, vmax=top * 1.6, aspect="equal")
    for row, line in enumerate(values.tolist()):
        for column, value in enumerate(line):
            if abs(value) >= 0.005:
                said = f"{value:.3g}" if abs(value) >= 1 else f"{value:.2f}"
                axes.text(column, row, said.replace("-", "−"), ha="center", va="center", size=9)
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xticks([n - 0.5 for n in range(values.shape[1] + 1)], minor=True)
    axes.set_yticks([n - 0.5 for n in range(values.shape[0] + 1)], minor=True)
    axes.grid(which="minor", color="lightgrey", linewidth=0.8)
    axes.tick_params(which="both", length=0)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    axes.set_title(title, fontsize=10.5)


def one_run(tokens: Tensor, start: Tensor, pattern: Tensor, stream: Tensor, parts: Tensor) -> Figure:
    """The lesson's model on three letters: the stream's start, pattern, what the head adds, their sum, logits."""
    said = [LETTERS[token] for token in tokens.tolist()]
    numbers, twice = [*LETTERS, "0", "1", "2"], [*LETTERS, *LETTERS]
    figure = Figure(figsize=(8, 4.6), layout="constrained")
    above, below = figure.subplots(2, 3, width_ratios=(2, 1.2, 2))
    grid(above[0], start, said, numbers, "1. embedded: letter, position")
    grid(above[1], pattern, said, said, "2. who looks at whom", top=1)
    grid(above[2], stream - start, said, numbers, "3. what the head adds")
    grid(below[0], stream, said, numbers, "4. the stream: 1 and 3 added")
    grid(below[1], parts.sum(0), said, list(LETTERS), "5. logits")
    grid(below[2], torch.cat([parts[0], parts[1]], 1), said, twice, "embedding's part | head's part")
    below[2].axvline(len(LETTERS) - 0.5, color="black", linewidth=1.5)
    return figure


def descents(paths: Mapping[str, Tensor], curvature: Tensor) -> Figure:
    """Ways of two weights [step, 2] down the valley Σ curvature · w², from above, and the loss over steps."""
    figure = Figure(figsize=(8, 3.4), layout="constrained")
    valley, losses = figure.subplots(1, 2, width_ratios=(1.25, 1))
    first, second = torch.linspace(-3, 11, 90), torch.linspace(-1.6, 1.6, 90)
    heights = curvature[0] * first**2 + curvature[1] * second[:, None] ** 2
    valley.contour(first, second, heights, levels=[1, 5, 20, 50, 100, 200, 300], colors="lightgrey", linewidths=0.9)
    for (name, path), colour, line in zip(paths.items(), (ORANGE, BLUE), ("-", "--"), strict=False):
        valley.plot(*path.T, "." + line, color=colour, markersize=5, linewidth=1, label=name)
        losses.semilogy((path**2 @ curvature).clamp(min=1e-6), line, color=colour, label=name)
    valley.plot(0, 0, "k*", markersize=10)
    valley.set(xlabel="first weight", ylabel="second weight", title="seen from above; the star is the lowest point")
    losses.set(xlabel="step", ylabel="loss", title="how far down")
    losses.legend()
    return figure


def two_patterns(patterns: Mapping[str, Tensor], losses: Tensor) -> Figure:
    """The loss over the steps of training, and patterns [query, key] by name, averaged over sequences."""
    figure = Figure(figsize=(8, 2.9), layout="constrained")
    axes = figure.subplots(1, 1 + len(patterns), width_ratios=[1.6, *[1] * len(patterns)])
    axes[0].semilogy(torch.arange(1, len(losses) + 1), losses, color=BLUE)
    axes[0].axhline(torch.tensor(3.0).log().item(), color=GREY, linestyle=":", label="guessing: ln 3")
    axes[0].set(xlabel="step of Adam", ylabel="mean surprisal (nats)", title="training")
    axes[0].legend()
    places = ["first", "second", "third"]
    for inner, (name, pattern) in zip(axes[1:], patterns.items(), strict=True):
        grid(inner, pattern, places, ["1st", "2nd", "3rd"], name, top=1)
    return figure
