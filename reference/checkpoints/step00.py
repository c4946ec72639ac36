"""The recorded numbers of step 00, computed again: one function for each, on fixed data with fixed seeds.

Digits: scikit-learn's, the first 1,000 for training. MNIST: the official test images, 8,000 for training and the last
2,000 for testing, whether the training set is at hand or not. What begins with `notebook_` has the same images in the
order of the lesson's notebook and figures, shuffled with seed 0.
"""

import functools
import os

import torch
from torch import Tensor

from autograder.testing import CheckpointUnavailable
from exercises.kit.step00.data import load_digits, load_mnist, mnist_folder
from reference.step00_mnist_templates.attribution import deciding_pixels, shift_accuracy
from reference.step00_mnist_templates.bonus import roughness, train_with_weight_decay
from reference.step00_mnist_templates.images import class_means, flatten_images, nearest_mean_accuracy
from reference.step00_mnist_templates.mlp import class_selectivity, mlp_logits, train_mlp
from reference.step00_mnist_templates.softmax_regression import logits, train_softmax_regression
from reference.step00_mnist_templates.templates import template_mean_correlation, templates

Split = tuple[Tensor, Tensor, Tensor, Tensor]


def digits_softmax_accuracy() -> float:
    return _accuracy(logits(_digits()[2], *_digits_weights()), _digits()[3])


def digits_nearest_mean_accuracy() -> float:
    x, labels, x_new, labels_new = _digits()
    return nearest_mean_accuracy(x_new, labels_new, class_means(x, labels))


def digits_template_mean_correlation() -> list[float]:
    x, labels, _, _ = _digits()
    return template_mean_correlation(_digits_weights()[0], class_means(x, labels)).tolist()


def mnist_softmax_accuracy() -> float:
    return _accuracy(logits(_mnist()[2], *_mnist_weights()), _mnist()[3])


def mnist_nearest_mean_accuracy() -> float:
    x, labels, x_new, labels_new = _mnist()
    return nearest_mean_accuracy(x_new, labels_new, class_means(x, labels))


def mnist_template_mean_correlation() -> list[float]:
    x, labels, _, _ = _mnist()
    return template_mean_correlation(_mnist_weights()[0], class_means(x, labels)).tolist()


def mnist_template_mean_correlation_by_epoch() -> list[float]:
    """The mean over classes after 1, 5 and 20 epochs: the longer the training, the less a template is a mean."""
    x, labels, _, _ = _mnist()
    trained = (train_softmax_regression(x, labels, epochs=epochs)[0] for epochs in (1, 5, 20))
    return [template_mean_correlation(W, class_means(x, labels)).mean().item() for W in trained]


def mnist_shift_accuracy() -> list[float]:
    """For shifts of 0, 1, 2, 4, 6 and 8 pixels to the right."""
    _, _, x_new, labels_new = _mnist()
    images = (x_new * 255).round().to(torch.uint8).reshape(-1, 28, 28)
    return shift_accuracy(images, labels_new, *_mnist_weights(), [0, 1, 2, 4, 6, 8]).tolist()


def mnist_mlp_accuracy() -> float:
    return _accuracy(mlp_logits(_mnist()[2], *_mnist_network()), _mnist()[3])


def mnist_selectivity() -> list[float]:
    """Mean over the ten templates' logits, and over those of the 32 hidden units that are not silent."""
    _, _, x_new, labels_new = _mnist()
    W1, b1, _, _ = _mnist_network()
    of_templates = class_selectivity(logits(x_new, *_mnist_weights()), labels_new)
    of_hidden_units = class_selectivity((x_new @ W1.T + b1).relu(), labels_new)
    return [of_templates.mean().item(), of_hidden_units[of_hidden_units > 0].mean().item()]


def mnist_roughness_by_weight_decay() -> list[float]:
    """Mean over templates for weight decay 0, 0.01, 0.1 and 1."""
    x, labels, _, _ = _mnist()
    trained = (train_with_weight_decay(x, labels, decay)[0] for decay in (0.0, 0.01, 0.1, 1.0))
    return [roughness(templates(W)).mean().item() for W in trained]


def notebook_shift_accuracy() -> list[float]:
    """For shifts of 0, 1, 2, 3, 4 and 6 pixels to the right."""
    _, _, x_new, labels_new = _notebook()
    images = (x_new * 255).round().to(torch.uint8).reshape(-1, 28, 28)
    return shift_accuracy(images, labels_new, *_notebook_weights(), [0, 1, 2, 3, 4, 6]).tolist()


def notebook_deciding_pixels() -> list[float]:
    """How many pixels decide, in the middle: over all new digits, those that are read wrongly, those that are not; and
    how many have ink."""
    _, _, x_new, labels_new = _notebook()
    found = [deciding_pixels(x, *_notebook_weights()) for x in x_new]
    counts = torch.tensor([float(len(one.pixels)) for one in found])
    wrong = torch.tensor([one.winner for one in found]) != labels_new
    inked = (x_new > 0).sum(1).float()
    return [each.median().item() for each in (counts, counts[wrong], counts[~wrong], inked)]


def notebook_accuracies() -> list[float]:
    """Of the hidden layer, and of softmax regression."""
    _, _, x_new, labels_new = _notebook()
    scores = mlp_logits(x_new, *_notebook_network()), logits(x_new, *_notebook_weights())
    return [_accuracy(each, labels_new) for each in scores]


def notebook_selectivity() -> list[float]:
    """Mean over templates' logits, hidden units that are not silent, 200 random filters, the network's logits."""
    _, _, x_new, labels_new = _notebook()
    W1, b1, _, _ = network = _notebook_network()
    random = torch.randn(784, 200, generator=torch.Generator().manual_seed(0))
    responses = (
        logits(x_new, *_notebook_weights()),
        (x_new @ W1.T + b1).relu(),
        x_new @ random,
        mlp_logits(x_new, *network),
    )
    selectivities = (class_selectivity(each, labels_new) for each in responses)
    return [each[each > 0].mean().item() for each in selectivities]


def _accuracy(scores: Tensor, labels: Tensor) -> float:
    return (scores.argmax(1) == labels).float().mean().item()


@functools.cache
def _digits() -> Split:
    images, labels = load_digits()
    x = flatten_images(images)
    return x[:1000], labels[:1000], x[1000:], labels[1000:]


@functools.cache
def _digits_weights() -> tuple[Tensor, Tensor]:
    return train_softmax_regression(*_digits()[:2])


@functools.cache
def _mnist() -> Split:
    if mnist_folder() is None:
        raise CheckpointUnavailable(f"no MNIST in LMI_DATA={os.environ.get('LMI_DATA', '')!r} nor in the cache")
    found = load_mnist()
    images, labels = found.test_images, found.test_labels
    if len(labels) < 10_000:  # the test images alone were at hand, and split
        images, labels = torch.cat([found.train_images, images]), torch.cat([found.train_labels, labels])
    x = flatten_images(images)
    return x[:8000], labels[:8000], x[8000:], labels[8000:]


@functools.cache
def _mnist_weights() -> tuple[Tensor, Tensor]:
    return train_softmax_regression(*_mnist()[:2])


@functools.cache
def _mnist_network() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return train_mlp(*_mnist()[:2])


@functools.cache
def _notebook() -> Split:
    x, labels, x_new, labels_new = _mnist()
    draw = torch.Generator().manual_seed(0)
    train, test = torch.randperm(8000, generator=draw), torch.randperm(2000, generator=draw)
    return x[train], labels[train], x_new[test], labels_new[test]


@functools.cache
def _notebook_weights() -> tuple[Tensor, Tensor]:
    return train_softmax_regression(*_notebook()[:2])


@functools.cache
def _notebook_network() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return train_mlp(*_notebook()[:2])
