"""Logits, loss, gradients and training, on inputs of the grader's choice."""

import torch

from autograder import exercise, expect, mistake
from exercises.kit.step00.data import load_digits


def problem(draw, batch):
    """Images, labels, and weights large enough to be far from uniform probabilities."""
    return draw.uniform(batch, 784), draw.integers(0, 10, batch), draw.normal(10, 784) / 14, draw.normal(10)


@exercise("00.logits")
def test_any_weights(learner, reference, draw):
    for batch in (1, 7, 10):
        x, _, W, bias = problem(draw, batch)
        expect(learner.softmax_regression.logits(x, W, bias), "logits").to_match(
            reference.softmax_regression.logits(x, W, bias),
            atol=1e-4,
            watch_for=[
                mistake("The bias was left out.", x @ W.T),
                mistake("The softmax was taken: return the scores before it.", (x @ W.T + bias).softmax(1)),
            ],
        )


@exercise("00.cross_entropy")
def test_any_logits(learner, reference, draw):
    logits, labels = 3 * draw.normal(9, 10), draw.integers(0, 10, 9)
    loss = reference.softmax_regression.cross_entropy(logits, labels)
    expect(learner.softmax_regression.cross_entropy(logits, labels), "cross-entropy").to_match(
        loss,
        watch_for=[
            mistake("The losses were added up, not averaged.", loss * 9),
            mistake("The mean was taken over all logits, not over images.", loss / 10),
            mistake("The softmax was taken over images, not over classes.",
                    torch.nn.functional.nll_loss(logits.log_softmax(0), labels)),
            mistake("The loss is in bits: use the natural logarithm.", loss / torch.tensor(2.0).log()),
        ],
    )  # fmt: skip


@exercise("00.cross_entropy")
def test_one_shared_offset_changes_nothing(learner, reference, draw):
    logits, labels = draw.normal(6, 10), draw.integers(0, 10, 6)
    for offset in (-900.0, 900.0):
        expect(
            learner.softmax_regression.cross_entropy(logits + offset, labels), "cross-entropy, all logits moved"
        ).to_match(reference.softmax_regression.cross_entropy(logits, labels), atol=1e-3)


@exercise("00.cross_entropy")
def test_extreme_logits(learner, reference, draw):
    logits, labels = 700 * draw.normal(40, 10), draw.integers(0, 10, 40)
    expect(learner.softmax_regression.cross_entropy(logits, labels), "cross-entropy of logits of about ±700").to_match(
        reference.softmax_regression.cross_entropy(logits, labels)
    )


@exercise("00.gradients", part="dW")
def test_dW_for_any_weights(learner, reference, draw):
    for batch in (1, 13):
        x, labels, W, bias = problem(draw, batch)
        dW, _ = reference.softmax_regression.gradients(x, labels, W, bias)
        expect(learner.softmax_regression.gradients(x, labels, W, bias)[0], "dW").to_match(
            dW,
            atol=1e-6,
            watch_for=[
                mistake("dW is the gradient of the summed loss: divide by the number of images.", dW * batch),
                mistake("The sign is wrong: p − onehot, not onehot − p.", -dW),
            ],
        )


@exercise("00.gradients", part="dbias")
def test_dbias_for_any_weights(learner, reference, draw):
    for batch in (1, 13):
        x, labels, W, bias = problem(draw, batch)
        _, dbias = reference.softmax_regression.gradients(x, labels, W, bias)
        expect(learner.softmax_regression.gradients(x, labels, W, bias)[1], "dbias").to_match(dbias, atol=1e-6)


def settings(draw, **changes):
    return {"epochs": 1, "batch_size": 10, "learning_rate": 0.3, "seed": draw.seed()} | changes


@exercise("00.train_softmax_regression")
def test_full_batch_training_is_the_same_whatever_the_order(learner, reference, draw):
    x, labels, _, _ = problem(draw, 10)
    how = settings(draw, epochs=4)
    W, bias = reference.softmax_regression.train_softmax_regression(x, labels, **how)
    got_W, got_bias = learner.softmax_regression.train_softmax_regression(x, labels, **how)
    expect(got_W, "W after four steps on all images").to_match(W, atol=1e-5)
    expect(got_bias, "bias after four steps on all images").to_match(bias, atol=1e-5)


@exercise("00.train_softmax_regression")
def test_every_batch_counts_and_only_its_own_images(learner, reference, draw):
    """Eleven equal images in batches of four: three steps an epoch, whatever the order, each far from convergence."""
    x, labels = draw.uniform(1, 784).expand(11, 784), draw.integers(0, 10, 1).expand(11)
    how = settings(draw, epochs=2, batch_size=4, learning_rate=5e-4)
    W, _ = reference.softmax_regression.train_softmax_regression(x, labels, **how)
    expect(learner.softmax_regression.train_softmax_regression(x, labels, **how)[0], "W").to_match(W, atol=1e-5)


@exercise("00.train_softmax_regression")
def test_starting_from_zeros_keeps_the_templates_centred(learner, draw):
    """Each step's dW sums to zero over classes, and is zero where no image has ink."""
    x, labels, _, _ = problem(draw, 30)
    x[:, 100:200] = 0
    W, bias = learner.softmax_regression.train_softmax_regression(x, labels, **settings(draw, epochs=2))
    expect(W.sum(0), "sum of W over classes").to_equal(torch.zeros(784), atol=1e-4)
    expect(bias.sum(), "sum of bias over classes").to_equal(torch.tensor(0.0), atol=1e-4)
    expect(W[:, 100:200], "W where no image has ink").to_equal(torch.zeros(10, 100), atol=1e-6)
    expect(W.abs().max().item(), "largest size in W where images have ink").to_be_at_least(1e-3)


@exercise("00.train_softmax_regression")
def test_seeds(learner, draw):
    x, labels, _, _ = problem(draw, 12)
    how = settings(draw, epochs=2, batch_size=3)
    first, again, other = (
        learner.softmax_regression.train_softmax_regression(x, labels, **how | {"seed": seed})[0] for seed in (5, 5, 6)
    )
    expect(again, "W when trained again with the same seed").to_equal(first, atol=1e-6)
    expect(bool((first - other).abs().max() > 1e-5), "whether another seed gives another order").to_be_true(
        "Two seeds gave the same weights: draw the order of the images from `seed`."
    )


@exercise("00.train_softmax_regression")
def test_digits_are_learned(learner, draw):
    """Most digits are told apart, those trained on and others.

    Measured over 3,000 seeds: 0.899 to 0.949 on the 1,000 training digits, 0.858 to 0.912 on the others. The last steps
    are as large as the first, so that now and then one takes away what was learned.
    """
    images, labels = load_digits()
    x = images.flatten(1).float() / 255
    W, bias = learner.softmax_regression.train_softmax_regression(
        x[:1000], labels[:1000], epochs=5, batch_size=50, learning_rate=0.1, seed=draw.seed()
    )
    right = ((x @ W.T + bias).argmax(1) == labels).float()
    expect(right[:1000].mean().item(), "accuracy on the 1,000 training digits").to_be_within(0.86, 0.97)
    expect(right[1000:].mean().item(), "accuracy on digits it has not seen").to_be_at_least(0.81)
