"""Scores, loss, gradients and training of softmax regression."""

import math

import pytest
import torch

from autograder import exercise, expect, mistake
from exercises.kit.step00.data import load_digits


@pytest.fixture(scope="module")
def digits():
    """1,000 handwritten digits to train on and 797 others."""
    images, labels = load_digits()
    x = images.flatten(1).float() / 255
    return x[:1000], labels[:1000], x[1000:], labels[1000:]


def accuracy(x, labels, W, bias):
    return ((x @ W.T + bias).argmax(1) == labels).float().mean().item()


def small_problem(batch: int = 6):
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(batch, 784, generator=generator)
    labels = torch.arange(batch) % 10
    W = torch.randn(10, 784, generator=generator) / 28
    bias = torch.randn(10, generator=generator)
    return x, labels, W, bias


@exercise("00.logits")
def test_without_ink_the_logits_are_the_bias(learner):
    W, bias = torch.ones(10, 784), torch.arange(10.0)
    expect(learner.softmax_regression.logits(torch.zeros(3, 784), W, bias), "logits of blank images").to_equal(
        bias.expand(3, 10), watch_for=[mistake("The bias was left out.", torch.zeros(3, 10))]
    )


@exercise("00.logits")
def test_one_pixel_picks_out_one_column_of_W(learner):
    x, _, W, bias = small_problem()
    x = torch.zeros(1, 784)
    x[0, 300] = 1
    expect(learner.softmax_regression.logits(x, W, bias), "logits of one lit pixel").to_equal(
        (W[:, 300] + bias)[None], watch_for=[mistake("The bias was left out.", W[:, 300][None])]
    )


@exercise("00.logits")
def test_the_bias_belongs_to_classes_also_when_there_are_ten_images(learner):
    x, _, W, bias = small_problem(10)
    expect(learner.softmax_regression.logits(x, W, bias), "logits of ten images").to_equal(
        x @ W.T + bias, watch_for=[mistake("The bias was added per image, not per class.", x @ W.T + bias[:, None])]
    )


@exercise("00.cross_entropy")
def test_knowing_nothing_costs_log_10(learner):
    loss = learner.softmax_regression.cross_entropy(torch.zeros(4, 10), torch.tensor([0, 3, 3, 9]))
    expect(loss, "loss of ten equal logits").to_equal(
        torch.tensor(math.log(10)),
        watch_for=[mistake("The losses were added up, not averaged.", torch.tensor(4 * math.log(10)))],
    )


@exercise("00.cross_entropy")
def test_the_loss_is_the_mean_over_images(learner):
    logits = torch.zeros(2, 10)
    logits[0, 4] = math.log(9)  # softmax gives class 4 one half, the others 1/18 each
    loss = learner.softmax_regression.cross_entropy(logits, torch.tensor([4, 4]))
    mean = torch.tensor((math.log(2) + math.log(10)) / 2)
    expect(loss, "mean loss of two images").to_equal(
        mean, watch_for=[mistake("The losses were added up, not averaged.", mean * 2)]
    )


@exercise("00.cross_entropy")
def test_six_batches_of_any_logits(learner):
    """Five images each, with larger logits from batch to batch."""
    generator = torch.Generator().manual_seed(1)
    batches = [size * torch.randn(5, 10, generator=generator) for size in (0.5, 1.1, 1.7, 2.5, 3.6, 5.0)]
    labels = torch.tensor([7, 2, 9, 4, 2])
    losses = [learner.softmax_regression.cross_entropy(z, labels) for z in batches]
    right = torch.tensor([2.579189, 2.637807, 4.515779, 6.028868, 8.076543, 7.776277])  # by the course's solution
    at_label = torch.stack([z[torch.arange(5), labels] for z in batches])
    exps = torch.stack(batches).exp()
    expect(losses, "loss of six batches").to_equal(
        right.tolist(),
        watch_for=[
            mistake("The losses were added up, not averaged.", lambda: 5 * right),
            mistake("The losses were averaged over the ten classes too: add up and divide by the number of images.",
                    lambda: right / 10),
            mistake("It is in bits: use the natural logarithm.", lambda: right / math.log(2)),
            mistake("The sign is missing: the loss is above 0.", lambda: -right),
            mistake("The label's logit was not taken away.", lambda: right + at_label.mean(1)),
            mistake("Only the label's logit was taken: log Σ exp of all is missing.", -at_label.mean(1)),
            mistake("The logarithm is missing: these are probabilities.",
                    (at_label.exp() / exps.sum(2)).mean(1)),
            mistake("The logarithm is missing: this is 1 minus the mean probability.",
                    1 - (at_label.exp() / exps.sum(2)).mean(1)),
            mistake("The probabilities were averaged before the logarithm: average the losses.",
                    -(at_label.exp() / exps.sum(2)).mean(1).log()),
            mistake("The softmax was taken over images, not over classes.",
                    (exps.sum(1)[:, labels].log() - at_label).mean(1)),
            mistake("The exponentials were averaged, not added up.", lambda: right - math.log(10)),
            mistake("The largest logit was taken in place of log Σ exp.",
                    (torch.stack(batches).amax(2) - at_label).mean(1)),
            mistake("Every image got the first one's label.",
                    (exps.sum(2).log() - torch.stack(batches)[:, :, 7]).mean(1)),
        ],
    )  # fmt: skip


@exercise("00.cross_entropy")
def test_logits_of_1000_neither_overflow_nor_vanish(learner):
    logits = torch.zeros(3, 10)
    logits[0, 2], logits[1, 2], logits[2] = 1000, 1000, -1000
    loss = learner.softmax_regression.cross_entropy(logits, torch.tensor([2, 5, 0]))
    expect(loss, "loss of logits of ±1000").to_equal(torch.tensor((0 + 1000 + math.log(10)) / 3))


@exercise("00.gradients", part="dW")
def test_one_image_pushes_its_own_class_up_and_the_others_down(learner):
    x = torch.zeros(1, 784)
    x[0, 100] = 0.5
    dW, _ = learner.softmax_regression.gradients(x, torch.tensor([3]), torch.zeros(10, 784), torch.zeros(10))
    expected = torch.zeros(10, 784)
    expected[:, 100] = 0.1 * 0.5  # every class has probability 0.1
    expected[3, 100] = (0.1 - 1) * 0.5
    over_images = torch.zeros(10, 784)
    over_images[:, 100] = 0.5  # of one image, every class would have probability 1
    over_images[3, 100] = 0
    expect(dW, "dW of one image with one grey pixel").to_equal(
        expected, watch_for=[mistake("The softmax was taken over images, not over classes.", over_images)]
    )


@exercise("00.gradients", part="dW")
def test_dW_agrees_with_autograd(learner):
    x, labels, W, bias = small_problem()
    W.requires_grad_()
    torch.nn.functional.cross_entropy(x @ W.T + bias, labels).backward()
    dW, _ = learner.softmax_regression.gradients(x, labels, W.detach(), bias)
    over_images = ((x @ W.T + bias).softmax(0) - torch.nn.functional.one_hot(labels, 10)).T @ x / len(x)
    expect(dW, "dW").to_equal(
        W.grad,
        atol=1e-6,
        watch_for=[mistake("The softmax was taken over images, not over classes.", over_images.detach())],
    )


@exercise("00.gradients", part="dbias")
def test_dbias_agrees_with_autograd(learner):
    x, labels, W, bias = small_problem()
    bias.requires_grad_()
    torch.nn.functional.cross_entropy(x @ W.T + bias, labels).backward()
    _, dbias = learner.softmax_regression.gradients(x, labels, W, bias.detach())
    expect(dbias, "dbias").to_equal(bias.grad, atol=1e-6)


@exercise("00.train_softmax_regression")
def test_one_step_on_everything_is_minus_the_learning_rate_times_the_gradient(learner):
    x, labels, _, _ = small_problem()
    at_zero = torch.zeros(10, 784, requires_grad=True), torch.zeros(10, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(torch.nn.functional.linear(x, *at_zero), labels)
    dW, dbias = torch.autograd.grad(loss, at_zero)
    W, bias = learner.softmax_regression.train_softmax_regression(
        x, labels, epochs=1, batch_size=6, learning_rate=0.5, seed=0
    )
    expect(W, "W after one step").to_equal(
        -0.5 * dW, atol=1e-6, watch_for=[mistake("The step went up the gradient, not down.", 0.5 * dW)]
    )
    expect(bias, "bias after one step").to_equal(-0.5 * dbias, atol=1e-6)


@exercise("00.train_softmax_regression")
def test_the_last_smaller_batch_is_a_step_too(learner):
    """Five equal images in batches of two: three steps, whatever the order."""
    x, labels = torch.full((5, 784), 0.1), torch.zeros(5, dtype=torch.int64)
    one_by_one = _one_at_a_time(x[:1], labels[:1], 3, 0.1)
    batches = learner.softmax_regression.train_softmax_regression(
        x, labels, epochs=1, batch_size=2, learning_rate=0.1, seed=0
    )
    expect(batches[0], "W after batches of 2, 2 and 1 equal images").to_equal(one_by_one, atol=1e-6)


@exercise("00.train_softmax_regression")
def test_the_order_depends_on_the_seed_alone(learner):
    x, labels, _, _ = small_problem(8)
    first, again, other = (
        learner.softmax_regression.train_softmax_regression(
            x, labels, epochs=3, batch_size=2, learning_rate=0.5, seed=seed
        )[0]
        for seed in (1, 1, 2)
    )
    expect(again, "W when trained again with the same seed").to_equal(first, atol=1e-6)
    expect(bool((first - other).abs().max() > 1e-5), "whether another seed gives another order").to_be_true(
        "Two seeds gave the same weights: draw the order of the images from `seed`."
    )


@exercise("00.train_softmax_regression")
def test_every_epoch_has_a_fresh_order(learner):
    """Two images, one at a time, twenty epochs: a fixed order would be one of two."""
    x, labels = torch.eye(2, 784) + 0.5, torch.tensor([0, 1])
    W, _ = learner.softmax_regression.train_softmax_regression(
        x, labels, epochs=20, batch_size=1, learning_rate=0.01, seed=0
    )
    fixed = (_one_at_a_time(x, labels, 20, 0.01), _one_at_a_time(x.flip(0), labels.flip(0), 20, 0.01))
    expect(bool(min((W - other).abs().max() for other in fixed) > 1e-6), "whether the order changed").to_be_true(
        "The images came in the same order in every epoch: shuffle inside the loop over epochs."
    )
    expect(W, "W after twenty epochs").to_equal(fixed[0], atol=0.1)


def _one_at_a_time(x, labels, epochs, learning_rate):
    W, bias = torch.zeros(10, 784, requires_grad=True), torch.zeros(10, requires_grad=True)
    for i in list(range(len(x))) * epochs:
        loss = torch.nn.functional.cross_entropy(W @ x[i] + bias, labels[i])
        dW, dbias = torch.autograd.grad(loss, (W, bias))
        with torch.no_grad():  # an optimizer of torch.optim takes a second to import
            W -= learning_rate * dW
            bias -= learning_rate * dbias
    return W.detach()


@exercise("00.train_softmax_regression")
def test_it_learns_to_read(learner, digits):
    x, labels, x_new, labels_new = digits
    W, bias = learner.softmax_regression.train_softmax_regression(
        x, labels, epochs=5, batch_size=50, learning_rate=0.1, seed=0
    )
    expect(accuracy(x, labels, W, bias), "accuracy on the 1,000 training digits").to_be_at_least(
        0.90, idle=("guessing among ten digits", 0.1)
    )
    expect(accuracy(x_new, labels_new, W, bias), "accuracy on 797 other digits").to_be_at_least(0.86)
