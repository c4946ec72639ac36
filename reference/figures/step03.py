"""The figures of step 03, from the runs that the course ships."""

import functools
import string

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from exercises.kit.step03 import plots
from exercises.kit.step03.model import ShippedRuns, load_runs
from reference.figures.style import GREEN, GREY, INK, ORANGE, RED, WIDTH, arrow, box, rows, sized, styled
from reference.step03_induction_heads.attribution import logit_attribution
from reference.step03_induction_heads.causal import ablate_heads, break_the_circuit
from reference.step03_induction_heads.causal import phase_change as along_snapshots
from reference.step03_induction_heads.circuits import ov_circuit
from reference.step03_induction_heads.composition import composition_baseline, head_compositions
from reference.step03_induction_heads.losses import per_position_loss
from reference.step03_induction_heads.transformer import attention_only_forward

DATA = ["exercises/kit/models/step03"]
PREVIOUS, INDUCTION = 1, 3  # the heads 0.1 and 1.3
SIGNS = string.ascii_letters + string.digits + "."  # the 63 tokens, to be read; BOS is ^


@styled
def losses() -> Figure:
    """Loss by position, of the model and of its one-layer control."""
    by_name = {
        name: per_position_loss(attention_only_forward(run.weights, _runs().test).logits, _runs().test)
        for name, run in (("two layers", _runs().two_layers), ("one layer", _runs().one_layer))
    }
    return sized(plots.loss_by_position(by_name, _runs().half), WIDTH, 3.0)


@styled
def circuit() -> Figure:
    """The two heads, who reads what from whom, and what comes out."""
    figure = Figure(figsize=(WIDTH, 4.3), layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(0, 10), ylim=(0, 6.2))
    axes.axis("off")
    places = {"i − 1": (1.6, "A"), "i": (4.6, "B"), "j": (8.2, "A")}
    for name, (x, token) in places.items():
        arrow(axes, (x, 0.95), (x, 5.4), GREY, linewidth=5, alpha=0.35)
        box(axes, x, 0.75, token, INK, 12)
        axes.text(x, 0.15, f"position {name}", ha="center", va="center")
    axes.text(6.4, 0.75, "…", ha="center", va="center", fontsize=14)
    arrow(axes, (1.6, 1.6), (4.6, 2.4), GREEN, linewidth=2.4)
    box(axes, 2.95, 1.98, "previous-token head (0.1)\nlooks one back", GREEN)
    box(axes, 4.6, 3.0, "“before me: A”", GREEN)
    arrow(axes, (4.6, 3.25), (4.6, 3.75), GREEN, linewidth=2.4)
    axes.text(4.45, 3.5, "K-composition: it is a key  ", ha="right", va="center", color=INK)
    axes.text(8.35, 3.35, "query:\n“who comes\nafter an A?”", ha="left", va="center")
    arrow(axes, (8.2, 3.35), (5.4, 3.95), RED, linestyle="--")
    arrow(axes, (4.6, 4.05), (8.2, 4.85), RED, linewidth=2.4)
    box(axes, 6.2, 4.42, "induction head (1.3)\nfinds i, copies what is there: B", RED)
    box(axes, 8.2, 5.75, "next: B", RED, 12)
    return figure


@styled
def stripes() -> Figure:
    """Where both heads look on one sequence, its tokens along the axes."""
    tokens, half = _runs().test[0], _runs().half
    patterns = _patterns()
    shown = {
        "0.1: one back": patterns[0, 0, PREVIOUS],
        "1.3: to what came after the last time": patterns[1, 0, INDUCTION],
    }
    figure = plots.attention_patterns(shown, half)
    for axes in figure.axes:
        names = [_sign(token) for token in tokens.tolist()]
        axes.set_xticks(range(len(names)), names, fontsize=7, family="monospace")
        axes.set_yticks(range(len(names)), names, fontsize=7, family="monospace")
        axes.tick_params(length=0)
    figure.axes[0].legend(loc="upper right", fontsize=9.5)
    return sized(figure, WIDTH, 4.6)


@styled
def text() -> Figure:
    """Two copies of one text, shaded by where a head looks from the framed token."""
    tokens, half = _runs().test[0].tolist(), _runs().half
    patterns = _patterns()[:, 0]
    figure = Figure(figsize=(WIDTH, 2.7), layout="constrained")
    axes = figure.subplots()
    lines = [
        ("0.1", patterns[0, PREVIOUS], half - 10, GREEN),
        ("1.3", patterns[1, INDUCTION], half + 4, RED),
        ("1.3", patterns[1, INDUCTION], half + 8, RED),
        ("1.3", patterns[1, INDUCTION], 2 * half - 2, RED),
    ]
    for row, (name, pattern, query, colour) in enumerate(lines):
        axes.text(-1.2, row, f"head {name}", ha="right", va="center")
        _coloured(axes, row, tokens, pattern[query].tolist(), query, colour)
    axes.set(xlim=(-5, len(tokens) + 0.5), ylim=(len(lines) - 0.3, -0.7))
    axes.axvline(half + 0.5, color=GREY, lw=1, ls="--")
    axes.text(half + 0.7, len(lines) - 0.4, "the repetition begins", va="center", fontsize=9.5)
    axes.axis("off")
    return figure


@styled
def evidence() -> Image.Image:
    """Who says it, what head 1.3 could say, and what is lost without each head."""
    weights, test, half = _runs().two_layers.weights, _runs().test, _runs().half
    names = ["direct", *(f"{layer}.{head}" for layer in (0, 1) for head in range(4))]
    said = sized(plots.attribution_bars(logit_attribution(weights, test), names, half), WIDTH, 2.8)
    copied = sized(plots.circuit(*ov_circuit(weights, 1, INDUCTION), title="1.3 writes (column) for (row)"), 3.4, 2.9)
    missed = sized(plots.change_grid(ablate_heads(weights, test), "Loss without each head: change, nats"), 4.6, 2.9)
    return rows([said], [copied, missed])


@styled
def composition() -> Image.Image:
    """Composition scores above chance, and prefix matching without each head of the first layer."""
    weights = _runs().two_layers.weights
    d_model, d_head = weights["W_Q"].shape[2:]
    scores = plots.composition_grid(head_compositions(weights), composition_baseline(d_model, d_head, 100, seed=0))
    norms = attention_only_forward(weights, _runs().test).outputs[0].norm(dim=-1).mean((0, 2)).tolist()
    scores.axes[0].set_yticks(range(4), [f"0.{i}\n‖{norm:.1g}‖" for i, norm in enumerate(norms)])
    broken = plots.broken_circuit(*break_the_circuit(weights, _runs().test))
    return rows([sized(scores, WIDTH, 2.7)], [sized(broken, 5.5, 2.9)])


@styled
def phase_change() -> Figure:
    """Loss and head scores along the snapshots."""
    runs = _runs()
    two, one = (along_snapshots(list(run.snapshots.values()), runs.test) for run in (runs.two_layers, runs.one_layer))
    figure = plots.phase_change(
        list(runs.two_layers.snapshots), two.second_half, two.previous_token, two.prefix_matching, one.second_half,
        runs.half,
    )  # fmt: skip
    for axes in figure.axes:
        axes.axvspan(400, 430, color=ORANGE, alpha=0.3, linewidth=0)
        axes.legend(fontsize=9.5)
    return sized(figure, WIDTH, 4.8)


def _coloured(axes: Axes, row: int, tokens: list[int], attention: list[float], query: int, colour: str) -> None:
    for place, (token, weight) in enumerate(zip(tokens, attention, strict=True)):
        seen = place <= query
        if seen and weight > 0.02:
            axes.add_patch(_square(place, row, facecolor=colour, alpha=min(1.0, weight), linewidth=0))
        if place == query:
            axes.add_patch(_square(place, row, fill=False, edgecolor=INK, linewidth=1.6))
        dark = seen and weight > 0.6
        ink = "white" if dark else INK if seen else GREY
        axes.text(place, row, _sign(token), ha="center", va="center", family="monospace", fontsize=12, color=ink)


def _square(x: float, y: float, **look: object) -> Rectangle:
    return Rectangle((x - 0.5, y - 0.32), 1, 0.64, **look)


def _sign(token: int) -> str:
    return SIGNS[token] if token < len(SIGNS) else "^"


@functools.cache
def _runs() -> ShippedRuns:
    return load_runs()


@functools.cache
def _patterns() -> torch.Tensor:
    """[layer, batch, head, query, key] on the first sequences."""
    return attention_only_forward(_runs().two_layers.weights, _runs().test[:4]).patterns
