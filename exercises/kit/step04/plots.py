"""Pictures for step 04, on prompts, attribution and heads. Each takes what the learner's functions return."""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor


def training_runs(runs: Mapping[str, Tensor]) -> Figure:
    """The warm-up's accuracy by step, by name."""
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    axes = figure.subplots()
    for name, accuracy in runs.items():
        axes.plot(accuracy, label=name)
    axes.axhline(0.5, color="grey", linestyle=":", linewidth=1)
    axes.set(xlabel="step", ylabel="share of prompts that are right", ylim=(0, 1.03))
    axes.legend(fontsize="small", loc="lower right")
    return figure


def symbolic_heads(attention: Tensor, copying: Tensor) -> Figure:
    """The warm-up's heads: [head, 5] and [head]."""
    figure = Figure(figsize=(7.5, 2.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(2, 1))
    left.imshow(attention, cmap="Blues", vmin=0, vmax=1)
    _numbers(left, attention, "{:.2f}", 1.0)
    left.set(xticks=range(5), xticklabels=["BOS", "A", "B", "S", "END"], yticks=range(len(attention)), ylabel="head")
    left.set_title("attention from END")
    right.barh(range(len(copying)), copying, color=["tab:red" if c < 0 else "tab:blue" for c in copying.tolist()])
    right.axvline(0, color="black", linewidth=0.8)
    right.set(yticks=range(len(copying)), title="copies (+) or suppresses (−)", ylim=(len(copying) - 0.5, -0.5))
    return figure


def logit_lens(points: Tensor, parts: Tensor) -> Figure:
    """The accumulated logit difference [2 · layers + 1], and what each part adds, of the same length."""
    layers = len(points) // 2
    names = ["embed", *(f"{kind} {layer}" for layer in range(layers) for kind in ("attn", "mlp"))]
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(points, marker="o")
    left.axhline(0, color="grey", linewidth=0.8)
    left.set(title="if the model stopped here", ylabel="logit(IO) − logit(S)")
    right.bar(range(len(parts)), parts, color=["tab:red" if p < 0 else "tab:blue" for p in parts.tolist()])
    right.axhline(0, color="grey", linewidth=0.8)
    right.set(title="what each part adds")
    for axes in (left, right):
        axes.set_xticks(range(len(names)), names, rotation=60, fontsize="small")
    return figure


def head_grid(values: Tensor, title: str, signed: bool = True, form: str = "{:.2f}") -> Figure:
    """Numbers [layer, head]: blue is positive and red negative."""
    figure = Figure(figsize=(1.6 + 0.75 * values.shape[1], 1.2 + 0.5 * values.shape[0]), layout="constrained")
    axes = figure.subplots()
    _grid(axes, values, signed, form)
    axes.set(title=title)
    return figure


def score_grids(scores: Mapping[str, Tensor]) -> Figure:
    """Scores from 0 to 1, [layer, head] each, by name."""
    layers, heads = next(iter(scores.values())).shape
    figure = Figure(figsize=(len(scores) * (1.1 + 0.55 * heads), 1.2 + 0.45 * layers), layout="constrained")
    for axes, (name, values) in zip(figure.subplots(1, len(scores), squeeze=False)[0], scores.items(), strict=True):
        _grid(axes, values, signed=False, form="{:.2f}", largest=1.0)
        axes.set_title(name, fontsize="medium")
    return figure


def name_attention(attention: Tensor, logits: Tensor, heads: Sequence[tuple[int, int]]) -> Figure:
    """For some heads: attention to IO, S1, S2 against what is added to the logit of that name (Wang et al., figure 3).

    `attention` is [layer, head, prompt, 3], `logits` [layer, head, prompt, 2].
    """
    figure = Figure(figsize=(3.3 * len(heads), 3.2), layout="constrained")
    for axes, (layer, head) in zip(figure.subplots(1, len(heads), squeeze=False)[0], heads, strict=True):
        for place, (name, colour) in enumerate((("IO", "tab:blue"), ("S1", "tab:orange"), ("S2", "tab:red"))):
            axes.scatter(
                attention[layer, head, :, place], logits[layer, head, :, min(place, 1)], s=14, color=colour, label=name
            )
        axes.axhline(0, color="grey", linewidth=0.8)
        axes.set(title=f"head {layer}.{head}", xlabel="attention from END", xlim=(-0.03, 1.03))
    figure.axes[0].set_ylabel("added to that name's logit")
    figure.axes[0].legend(fontsize="small")
    return figure


def strongest(values: Tensor, count: int = 3) -> list[tuple[int, int]]:
    """The heads with the largest magnitude in [layer, head], largest first."""
    order = values.abs().flatten().argsort(descending=True)[:count]
    return [divmod(int(i), values.shape[1]) for i in order]


def _grid(axes: Axes, values: Tensor, signed: bool, form: str, largest: float | None = None) -> None:
    largest = largest or max(float(values.abs().max()), 1e-9)
    axes.imshow(values, cmap="RdBu" if signed else "Blues", vmin=-largest if signed else 0, vmax=largest, aspect="auto")
    _numbers(axes, values, form, largest)
    axes.set(xticks=range(values.shape[1]), yticks=range(values.shape[0]), xlabel="head", ylabel="layer")


def _numbers(axes: Axes, values: Tensor, form: str, largest: float) -> None:
    if values.numel() > 60:
        return
    for row, column in torch.cartesian_prod(*(torch.arange(size) for size in values.shape)).tolist():
        value = float(values[row, column])
        colour = "white" if abs(value) > 0.6 * largest else "black"
        axes.text(column, row, form.format(value), ha="center", va="center", fontsize="small", color=colour)
