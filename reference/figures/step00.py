"""The figures of step 00, on MNIST's 10,000 test images: 8,000 to train on and 2,000 new ones."""

import functools

import torch
from matplotlib.figure import Figure
from torch import Tensor

from exercises.kit.step00.data import load_mnist
from exercises.kit.step00.plots import curves, mosaic, strips
from reference.figures.style import GREY, INK, WIDTH, styled
from reference.step00_mnist_templates.attribution import pixel_contributions, shift_accuracy
from reference.step00_mnist_templates.bonus import train_with_weight_decay
from reference.step00_mnist_templates.images import class_means, flatten_images
from reference.step00_mnist_templates.mlp import (
    MLP,
    class_selectivity,
    effective_template,
    first_layer_filters,
    mlp_logits,
    train_mlp,
)
from reference.step00_mnist_templates.softmax_regression import logits, train_softmax_regression
from reference.step00_mnist_templates.templates import gauge_shift, template_mean_correlation, templates

DECAYS = (0.0, 0.01, 0.1, 1.0)


@styled
def gauge() -> Figure:
    """Raw rows as trained, with an enormous 3 added to all of them, and these centred."""
    W, bias = _weights()
    shifted, _, change = gauge_shift(_data()[2], W, bias, 2 * _means()[3])
    rows = {
        "as trained": W.reshape(10, 28, 28),
        "+ a big 3": shifted.reshape(10, 28, 28),
        "centred": templates(shifted),
    }
    figure = _rows(rows, own_scales=True)
    figure.suptitle(f"Three pictures of one network: no probability differs by more than {change:.0e}", fontsize=11)
    return figure


@styled
def templates_and_means() -> Figure:
    """Class means less the average image, and templates after one epoch, ten and twenty."""
    x, labels, *_ = _data()
    means = _means()
    rows = {"class means": (means - means.mean(0)).reshape(10, 28, 28)}
    for epochs in (1, 5, 20):
        W, _ = train_softmax_regression(x, labels, epochs=epochs)
        same = template_mean_correlation(W, means).mean()
        rows[f"{epochs} epoch{'s' * (epochs > 1)}\n({same:.2f} alike)"] = templates(W)
    return _rows(rows, own_scales=True)


@styled
def contributions() -> Figure:
    """What the average 3, taken as an image, adds to each logit pixel by pixel."""
    W, bias = _weights()
    three = _means()[3]
    parts = pixel_contributions(three, W)
    sums = [f"{z:+.1f}" for z in parts.sum((1, 2)).tolist()]
    figure = _rows({"ink × weight": parts}, titles=[f"as a {c}\n{z}" for c, z in enumerate(sums)])
    figure.suptitle("The average 3, judged: each pixel's share of each logit, and their sum", fontsize=11)
    return figure


@styled
def rigid() -> Figure:
    """Accuracy on new digits that are moved sideways."""
    *_, x_new, labels_new = _data()
    shifts = list(range(-8, 9))
    images = (x_new * 255).round().to(torch.uint8).reshape(-1, 28, 28)
    accuracy = shift_accuracy(images, labels_new, *_weights(), shifts)
    figure = curves(shifts, {"softmax regression": accuracy}, "pixels to the right", "accuracy on new digits")
    figure.set_size_inches(WIDTH, 3.2)
    axes = figure.axes[0]
    axes.axhline(0.1, color=GREY, linestyle="--", linewidth=1)
    axes.text(-8, 0.115, "guessing", color=INK, fontsize=9.5)
    axes.get_legend().remove()
    axes.set(ylim=(0, 1), xticks=shifts[::2])
    return figure


@styled
def filters() -> Figure:
    """The 32 filters of the hidden layer beside random ones, each on a scale of its own."""
    random = torch.randn(16, 28, 28, generator=torch.Generator().manual_seed(0))
    panels = {"the 32 hidden units": (first_layer_filters(_network().W1), 8), "random filters": (random, 4)}
    figure = Figure(figsize=(WIDTH, 3.0), layout="constrained")
    for axes, (title, (images, columns)) in zip(
        figure.subplots(1, 2, width_ratios=(2, 1)), panels.items(), strict=True
    ):
        axes.imshow(mosaic(_own_scale(images), columns), cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
        axes.axis("off")
        axes.set_title(title)
    return figure


@styled
def selectivity() -> Figure:
    """How nearly units are about one digit: templates, hidden units, random filters, the network's logits."""
    *_, x_new, labels_new = _data()
    mlp = _network()
    hidden = class_selectivity((x_new @ mlp.W1.T + mlp.b1).relu(), labels_new)
    random = torch.randn(784, 200, generator=torch.Generator().manual_seed(0))
    groups = {
        "templates' logits": class_selectivity(logits(x_new, *_weights()), labels_new),
        "hidden units": hidden[hidden > 0],
        "random filters": class_selectivity(x_new @ random, labels_new),
        "network's logits": class_selectivity(mlp_logits(x_new, *mlp), labels_new),
    }
    figure = strips(groups, "selectivity: 1/9 is as unspecific as can be, 1 is about one digit only")
    figure.set_size_inches(WIDTH, 3.0)
    axes = figure.axes[0]
    for row, values in enumerate(groups.values()):
        axes.text(
            1.01, row, f"mean {values.mean():.2f}", va="center", fontsize=9.5, transform=axes.get_yaxis_transform()
        )
    axes.set_xlim(1 / 9, 1)
    return figure


@styled
def effective_templates() -> Figure:
    """The network's templates for two images, the average 3 and the average 7."""
    rows = {}
    for digit in (3, 7):
        W, _ = effective_template(_means()[digit], *_network())
        rows[f"for the\naverage {digit}"] = templates(W)
    return _rows(rows, own_scales=True)


@styled
def weight_decay() -> Figure:
    """Templates by weight decay."""
    x, labels, x_new, labels_new = _data()
    rows = {}
    for decay in DECAYS:
        W, bias = train_with_weight_decay(x, labels, decay)
        right = (logits(x_new, W, bias).argmax(1) == labels_new).float().mean()
        rows[f"decay {decay:g}\n({right:.1%} right)"] = templates(W)
    return _rows(rows, own_scales=True)


def _rows(rows: dict[str, Tensor], titles: list[str] | None = None, own_scales: bool = False) -> Figure:
    """Rows of ten signed images; red speaks for the digit, blue against it. One scale a row, or an image."""
    figure = Figure(figsize=(WIDTH, 0.68 * len(rows) + (0.8 if titles else 0.45)), layout="constrained")
    axes = figure.subplots()
    pictures = torch.cat([_own_scale(p) if own_scales else p / p.abs().max() for p in rows.values()])
    axes.imshow(mosaic(pictures), cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
    axes.set_xticks([13.5 + 30 * c for c in range(10)], titles or [str(c) for c in range(10)])
    axes.set_yticks([13.5 + 30 * r for r in range(len(rows))], list(rows))
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def _own_scale(images: Tensor) -> Tensor:
    return images / images.abs().amax((1, 2), keepdim=True).clamp(min=1e-12)


@functools.cache
def _data() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """x, labels, new x, new labels: those that `load_images` gives where the test images are all there is of MNIST.

    Raises DataError where there is no MNIST: the lesson's numbers are of it.
    """
    found = load_mnist()
    images, labels = found.test_images, found.test_labels
    if len(labels) < 10_000:  # the test images alone were at hand, and split
        images, labels = torch.cat([found.train_images, images]), torch.cat([found.train_labels, labels])
    draw = torch.Generator().manual_seed(0)
    train, test = torch.randperm(8000, generator=draw), 8000 + torch.randperm(2000, generator=draw)
    x = flatten_images(images)
    return x[train], labels[train], x[test], labels[test]


@functools.cache
def _means() -> Tensor:
    return class_means(*_data()[:2])


@functools.cache
def _weights() -> tuple[Tensor, Tensor]:
    return train_softmax_regression(*_data()[:2])


@functools.cache
def _network() -> MLP:
    return train_mlp(*_data()[:2])
