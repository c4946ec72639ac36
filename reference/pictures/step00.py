"""Pictures for the reports of step 00."""

import torch
from matplotlib.figure import Figure

from exercises.kit.step00.data import load_digits
from exercises.kit.step00.plots import mosaic, strips


def templates(learner, reference) -> Figure:
    """The ten templates that the learner's own training and centring give, above the reference's."""
    images, labels = load_digits()
    x, labels = reference.images.flatten_images(images[:1000]), labels[:1000]
    rows = {"yours": learner, "reference": reference}
    trained = {name: _trained(side, x, labels) for name, side in rows.items()}
    note = ""
    if trained["yours"] is None:
        trained["yours"], note = trained["reference"], " (on the reference's weights: yours are not trained yet)"
    pictures = torch.cat([side.templates.templates(trained[name]).float() for name, side in rows.items()])
    figure = Figure(figsize=(9, 2.3))
    axes = figure.add_axes((0.09, 0.1, 0.9, 0.75))  # laid out by hand: an automatic layout draws everything twice
    top = pictures[10:].abs().max().item()
    axes.imshow(mosaic(pictures), cmap="RdBu_r", vmin=-top, vmax=top, interpolation="nearest")
    axes.set(xticks=[13.5 + 30 * c for c in range(10)], xticklabels=range(10), title=f"Ten templates{note}")
    axes.set(yticks=[13.5, 43.5], yticklabels=list(rows))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure


def _trained(side, x, labels) -> torch.Tensor | None:
    """The weights that this side's training gives, or None while it gives none."""
    try:
        W, _ = side.softmax_regression.train_softmax_regression(x, labels, epochs=5)
        return W if W.shape == (10, 784) and bool(W.isfinite().all()) else None
    except Exception:  # whatever is wrong with it, the exercise's tests say it
        return None


def correlations(learner, reference) -> Figure:
    """How much the reference's templates look like class means, digit by digit, as the learner finds and as it is."""
    images, labels = load_digits()
    x, labels = reference.images.flatten_images(images[:1000]), labels[:1000]
    W, means = _trained(reference, x, labels), reference.images.class_means(x, labels)
    found = {name: side.templates.template_mean_correlation(W, means)
             for name, side in (("yours", learner), ("the course's", reference))}  # fmt: skip
    return _bars(found, [str(c) for c in range(10)], "digit", "Correlation of templates and class means")


def selectivity(learner, reference) -> Figure:
    """Selectivity of the reference's logits and of random filters, by the learner and by the course."""
    images, labels = load_digits()
    x, labels = reference.images.flatten_images(images[:1000]), labels[:1000]
    random = torch.randn(784, 100, generator=torch.Generator().manual_seed(0))
    groups = {}
    for what, activations in (("templates", x @ _trained(reference, x, labels).T), ("random filters", x @ random)):
        for name, side in (("yours", learner), ("the course's", reference)):
            groups[f"{what}: {name}"] = side.mlp.class_selectivity(activations, labels)
    return strips(groups, "class selectivity")


def _bars(values: dict[str, torch.Tensor], names: list[str], xlabel: str, title: str) -> Figure:
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    axes = figure.subplots()
    for place, (name, heights) in enumerate(values.items()):
        axes.bar(torch.arange(len(names)) + 0.4 * place - 0.2, heights, width=0.38, label=name)
    axes.set_xticks(range(len(names)), names)
    axes.set(xlabel=xlabel, title=title)
    axes.legend(loc="lower right")
    return figure
