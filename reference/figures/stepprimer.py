"""The figures of the primer: a lookup, two ways down a valley, softmax, a transformer by hand, the same trained."""

import torch
from matplotlib.figure import Figure

from exercises.kit.primer.plots import descents, grid, one_run, two_patterns
from reference.checkpoints import primer_runs as runs
from reference.figures.style import BLUE, GREY, ORANGE, WIDTH, sized, styled
from reference.primer.softmax import softmax_rows, surprisal
from reference.primer.tensors import one_hot_rows, project_heads
from reference.primer.transformer import embed_tokens, run_transformer, weights_by_hand


@styled
def lookup() -> Figure:
    """One-hot rows times a matrix pick out its rows; two heads make two matrices of the same rows."""
    W = torch.tensor([[3.0, 1.0], [-2.0, 4.0], [1.0, -1.0]])
    rows = one_hot_rows(torch.tensor([2, 0]), 3)
    heads = project_heads(rows @ W, torch.tensor([[[1.0, 0], [0, 1]], [[1, 1], [1, -1]]]))
    figure = Figure(figsize=(WIDTH, 2.3), layout="constrained")
    axes = figure.subplots(1, 5, width_ratios=(3, 2, 2, 2, 2))
    shown = {
        "tokens 2, 0 as rows": rows,
        "a matrix": W,
        "product: rows 2, 0": rows @ W,
        "head 0": heads[0],
        "head 1": heads[1],
    }
    for inner, (title, values) in zip(axes, shown.items(), strict=True):
        grid(inner, values, [str(n) for n in range(len(values))], [str(n) for n in range(values.shape[1])], title)
    return figure


@styled
def valley() -> Figure:
    """Gradient descent and Adam in a valley that is a hundred times steeper one way than the other."""
    return sized(descents(runs.descents(), torch.tensor([1.0, 100.0])), WIDTH, 3.4)


@styled
def softmax() -> Figure:
    """Scores, their probabilities, and what each answer would cost."""
    scores = torch.tensor([[2.0, 1.0, 0.0], [4.0, 2.0, 0.0]])
    costs = [surprisal(scores, torch.full((2,), target)) for target in range(3)]
    figure = Figure(figsize=(WIDTH, 2.8), layout="constrained")
    panels = {"score": scores, "probability": softmax_rows(scores), "surprisal (nats)": torch.stack(costs, 1)}
    for axes, (name, values) in zip(figure.subplots(1, 3), panels.items(), strict=True):
        for row, (colour, label) in enumerate(((BLUE, "2, 1, 0"), (ORANGE, "all twice as large"))):
            bars = axes.bar(torch.arange(3) + 0.4 * row - 0.2, values[row], 0.38, color=colour, label=label)
            axes.bar_label(bars, fmt="%.2g", fontsize=9)
        axes.set_xticks(range(3), ["first", "second", "third"])
        axes.set_title(name)
        axes.margins(y=0.14)
    figure.axes[0].legend()
    figure.axes[0].axhline(0, color=GREY, linewidth=0.8)
    return figure


@styled
def by_hand() -> Figure:
    """Every number of the lesson's transformer on a, b, c."""
    weights, tokens = weights_by_hand(), runs.ABC
    run = run_transformer(weights, tokens)
    return sized(one_run(tokens, embed_tokens(weights, tokens), run.pattern, run.stream, run.parts), WIDTH, 4.6)


@styled
def trained() -> Figure:
    """Training the same model from random weights, and where its head looks, beside the weights by hand."""
    losses, weights = runs.trained()
    patterns = {"by hand": runs.mean_pattern(weights_by_hand()), "trained": runs.mean_pattern(weights)}
    return sized(two_patterns(patterns, losses), WIDTH, 2.9)
