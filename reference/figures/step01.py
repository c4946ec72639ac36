"""The figures of step 01: every model in them is trained here."""

import math
from itertools import combinations

import torch
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from torch import Tensor

from exercises.kit.step01.plots import (
    plot_arrows,
    plot_dimensionality,
    plot_gram,
    plot_neurons,
    plot_phases,
)
from exercises.kit.step01.shapes import SHAPES
from reference.figures.style import BLUE, GREY, INK, ORANGE, RED, WIDTH, styled
from reference.step01_superposition.absolute_value import dedicated_neurons, train_absolute_value
from reference.step01_superposition.bonus import train_on_dataset
from reference.step01_superposition.features import sample_features
from reference.step01_superposition.geometry import (
    dimensions_per_feature,
    feature_dimensionality,
    pentagon_test,
    represented,
)
from reference.step01_superposition.phases import phase_diagram
from reference.step01_superposition.toy_model import train_toy_models


@styled
def arrows() -> Figure:
    """Five features in two dimensions, from dense to sparse."""
    density = torch.logspace(0, -1.7, 8)
    importance = (0.9 ** torch.arange(5.0)).expand(8, 5)
    W = train_toy_models(density[:, None].expand(8, 5), importance, hidden=2, steps=3000, seed=1).W.detach()
    chosen = [0, 2, 3, 4, 5, 7]
    figure = plot_arrows(W[chosen], [f"1 − S = {density[i]:.2f}" for i in chosen])
    figure.set_size_inches(WIDTH, 1.5)
    for axes in figure.axes:
        axes.spines[:].set_visible(False)
    return figure


@styled
def relu() -> Figure:
    """Gram matrices of twenty features in five dimensions: without the ReLU, and with it from dense to sparse."""
    density = torch.tensor([0.03, 1.0, 0.1, 0.03])
    importance = (0.7 ** torch.arange(20.0)).expand(4, 20)
    settings = {"hidden": 5, "steps": 2000, "seed": 0}
    linear = train_toy_models(density[:1, None].expand(1, 20), importance[:1], relu=False, **settings)
    model = train_toy_models(density[1:, None].expand(3, 20), importance[1:], **settings)
    W, b = (torch.cat([one, other]).detach() for one, other in ((linear.W, model.W), (linear.b, model.b)))
    titles = ["no ReLU", "ReLU", "ReLU", "ReLU"]
    figure = plot_gram(W, b, [f"{t}, 1 − S = {p:g}" for t, p in zip(titles, density.tolist(), strict=True)])
    figure.set_size_inches(WIDTH, 2.4)
    return figure


@styled
def pentagons() -> Figure:
    """Forty trained models laid over each other, each turned so that its first feature points up."""
    equal, falling = torch.ones(40, 5), (0.7 ** torch.arange(5.0)).expand(40, 5)
    figure = Figure(figsize=(WIDTH, 3.0), layout="constrained")
    both = train_toy_models(torch.full((80, 5), 0.02), torch.cat([equal, falling]), hidden=2, seed=0).W.detach()
    for axes, W, name in zip(figure.subplots(1, 2), both.split(40), ("all equal", "0.7^i"), strict=True):
        count = sum(pentagon_test(one)[2] for one in W)
        around = [math.pi / 2 + 2 * math.pi * k / 5 for k in range(6)]
        axes.plot([1.16 * math.cos(t) for t in around], [1.16 * math.sin(t) for t in around], color=GREY, lw=1, ls="--")
        for one in W:
            whole = torch.complex(one[0], one[1])
            turned = whole * whole[0].conj() / whole[0].abs() * 1j
            for z in turned.tolist():
                axes.plot([0, z.real], [0, z.imag], color=BLUE, lw=1, alpha=0.15)
            axes.plot(turned.real, turned.imag, "o", color=ORANGE, ms=4, alpha=0.5, mew=0)
        axes.set(aspect="equal", xticks=[], yticks=[], xlim=(-1.6, 1.6), ylim=(-1.2, 1.4))
        axes.spines[:].set_visible(False)
        axes.set_title(f"importances {name}: {count} of 40 are pentagons")
    return figure


@styled
def shapes() -> Figure:
    """The uniform solids in which features settle, and the fraction of a dimension that each corner has."""
    figure = plt.figure(figsize=(WIDTH, 2.1))
    order = sorted(SHAPES.items(), key=lambda item: -item[1][1])
    for place, (name, (W, fraction)) in enumerate(order):
        three = torch.cat([W, torch.zeros(3 - len(W), W.shape[1])])
        axes = figure.add_axes((place / 6, 0.0, 1 / 6, 0.78), projection="3d")
        gaps = torch.cdist(W.T, W.T)
        near = gaps[gaps > 0].min() * 1.2 if W.shape[1] > 1 else 0
        for i, j in combinations(range(W.shape[1]), 2):
            if gaps[i, j] <= near and len(W) > 1:
                axes.plot(*three[:, [i, j]].tolist(), color=GREY, lw=1)
        for column in three.T.tolist():
            axes.plot(*zip((0, 0, 0), column, strict=True), color=BLUE, lw=2)
            axes.plot(*([x] for x in column), "o", color=ORANGE, ms=6)
        flat = len(W) < 3
        axes.view_init(elev=90 if flat else 22, azim=-90 if flat else -60)
        axes.set(xlim=(-0.75, 0.75), ylim=(-0.75, 0.75), zlim=(-0.75, 0.75))
        axes.set_box_aspect((1, 1, 1))
        axes.set_axis_off()
        count, m = W.shape[1], len(W)
        said = f"{name}\n{m}/{count} = {fraction:g}" if fraction != 2 / 3 else f"{name}\n2/3"
        figure.text((place + 0.5) / 6, 0.99, said, ha="center", va="top", fontsize=10)
    return figure


@styled
def geometry() -> Figure:
    """Dimensions per feature over sparsity, and the fraction of a dimension that each feature has."""
    inverse = torch.cat([torch.logspace(0, 0.3, 8), torch.logspace(0.33, 1, 18)])
    density, count = 1 / inverse, len(inverse)
    settings = {"hidden": 20, "steps": 4500, "batch_size": 128, "learning_rate": 0.02}
    W = train_toy_models(density[:, None].expand(-1, 200), torch.ones(count, 200), **settings).W.detach()
    figure = plot_dimensionality(density, dimensions_per_feature(W), feature_dimensionality(W), represented(W))
    figure.set_size_inches(WIDTH, 4.4)
    axes = figure.axes[0]
    for text in axes.texts:
        text.set_fontsize(9.5)
        text.set_y(
            text.get_position()[1] + {"pentagon": 0.01, "square antiprism": -0.01}.get(text.get_text().strip(), 0)
        )
    axes.legend(fontsize=9.5, loc="lower left")
    return figure


@styled
def phase_change() -> Figure:
    """Phases by closed form, with the boundaries of the text, and by training."""
    p, r = torch.logspace(0, -2, 12), torch.logspace(-1, 1, 12)
    theory, trained = phase_diagram(p, r, restarts=8, steps=500)
    figure = plot_phases([theory, trained], ["by closed form", "by training"], p, r)
    figure.set_size_inches(WIDTH, 4.3)
    for axes in figure.axes[:2]:
        row = torch.linspace(-0.5, 11.5, 200)
        importance = 10 ** (-1 + 2 * row / 11)
        edge = torch.where(importance <= 1, 4 * importance / (2 + 5 * importance), 4 / (5 + 2 * importance))
        axes.plot(-edge.log10() * 11 / 2, row, color=INK, lw=1.5, ls="--")
        axes.plot([-0.5, -math.log10(4 / 7) * 11 / 2], [5.5, 5.5], color=INK, lw=1.5, ls="--")
        axes.set(xlim=(-0.5, 11.5), ylim=(-0.5, 11.5))
    return figure


@styled
def partners() -> Figure:
    """The cosine between the two features of a pair, by whether they come together."""
    cases = {
        "independent\n1 − S = 0.1": ("independent", 0.1),
        "always together\n1 − S = 0.1": ("correlated", 0.1),
        "never together\n1 − S = 0.5": ("anticorrelated", 0.5),
    }
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    for axes, (name, (data, p)) in zip(figure.subplots(1, 3, sharey=True), cases.items(), strict=True):
        W = train_toy_models(torch.full((60, 4), p), torch.ones(60, 4), hidden=2, steps=1000, data=data).W.detach()
        cosines = torch.cosine_similarity(W[:, :, ::2], W[:, :, 1::2], dim=1).flatten().clamp(-1, 1)
        axes.hist(cosines.tolist(), bins=20, range=(-1, 1), color=BLUE)
        axes.set(title=name, xlabel="cosine of partners", xticks=[-1, 0, 1])
    figure.axes[0].set_ylabel("pairs, of 120")
    return figure


@styled
def neurons() -> Figure:
    """What each of eight neurons reads: by hand for four features, and trained on sixteen sparse ones."""
    model = train_absolute_value(torch.full((6, 16), 0.05), torch.ones(6, 16), hidden=8, steps=1500)
    size = sample_features(5000, torch.full((6, 16), 0.05), torch.Generator().manual_seed(1))
    x = size * (torch.randint(0, 2, size.shape, generator=torch.Generator().manual_seed(2)) * 2 - 1)
    best = int((model(x) - size).square().mean((0, 2)).argmin())
    hand = dedicated_neurons(16, 8)
    figure = plot_neurons(hand.W1.detach()[0], model.W1.detach()[best].T, "")
    for axes, title in zip(figure.axes, ("by hand: one feature each", "trained, 1 − S = 0.05"), strict=True):
        axes.set_title(title, fontsize=11)
        axes.set_ylabel("reads, stacked")
    figure.set_size_inches(WIDTH, 3)
    figure.legends.clear()
    return figure


@styled
def memorisation() -> Figure:
    """Error on the examples and on new ones by their number, and where examples and features lie at both ends."""
    unseen, rows, shown = _unit_examples(2000, 1), [], {}
    for count in (3, 5, 8, 20, 50, 100, 300, 1000):
        x = _unit_examples(count, 100 + count)
        model = train_on_dataset(x, hidden=2, steps=800, learning_rate=0.02)
        with torch.no_grad():
            error = [(data - model(data)).square().sum(2).mean(0).median().item() for data in (x, unseen)]
            best = (x - model(x)).square().sum((0, 2)).argmin()
        rows.append((count, *error))
        W = model.W.detach()[best]
        shown[count] = {"examples": W @ x[:, best].T, "features": W}
    figure = Figure(figsize=(WIDTH, 3), layout="constrained")
    curve, *panels = figure.subplots(1, 3, width_ratios=(1.7, 1, 1))
    counts, seen, new = zip(*rows, strict=True)
    curve.semilogx(counts, seen, "o-", color=BLUE, label="its examples")
    curve.semilogx(counts, new, "s--", color=RED, label="new examples")
    curve.set(xlabel="examples trained on", ylabel="squared error", ylim=(0, None))
    curve.legend()
    for axes, (count, what) in zip(panels, ((5, "examples"), (1000, "features")), strict=True):
        points = shown[count][what]
        points = points / points.norm(dim=0).max()
        for x, y in points.T.tolist():
            axes.plot([0, x], [0, y], color=BLUE, lw=1)
            axes.plot(x, y, "o", color=ORANGE, ms=4)
        axes.set(title=f"{count} examples: {what}", aspect="equal", xticks=[], yticks=[])
        axes.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15))
        axes.spines[:].set_visible(False)
    return figure


def _unit_examples(count: int, seed: int) -> Tensor:
    x = sample_features(count, torch.full((4, 50), 0.05), torch.Generator().manual_seed(seed))
    return torch.nn.functional.normalize(x, dim=-1)
