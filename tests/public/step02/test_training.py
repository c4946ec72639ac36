"""Training, and the moment of grokking."""

import math

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake

P = 7


def start(learner, seed=0):
    return learner.transformer.initial_weights(P, seed, d_model=16, heads=2, d_mlp=32)


def questions():
    a, b = torch.arange(P * P) // P, torch.arange(P * P) % P
    rows = torch.randperm(P * P, generator=torch.Generator().manual_seed(0))
    return torch.stack([a, b, torch.full_like(a, P)], 1), (a + b) % P, rows[:30].sort().values, rows[30:].sort().values


@exercise("02.train_grokking")
def test_entry_0_is_the_model_as_given(learner):
    run = learner.training.train_grokking(start(learner), *questions(), epochs=4, record_every=2)
    expect(run.epochs, "recorded epochs").to_equal(torch.tensor([0, 2, 4]))
    expect(run.train_loss[0].item(), "loss before training").to_be_within(math.log(P) - 0.3, math.log(P) + 0.5)


@exercise("02.train_grokking")
def test_the_returned_weights_are_trained(learner):
    weights = start(learner)
    run = learner.training.train_grokking(weights, *questions(), epochs=4, record_every=4)
    expect(sorted(run.weights), "names of the returned weights").to_equal(sorted(weights))
    expect(bool((run.weights["W_E"] != weights["W_E"]).any()), "whether the result is trained").to_be_true(
        "The returned weights are those given: return the ones that you trained."
    )
    expect(run.weights["W_E"], "W_E after four small steps").to_equal(weights["W_E"], atol=0.05)


@exercise("02.train_grokking")
def test_it_memorises_its_training_pairs(learner):
    run = learner.training.train_grokking(
        start(learner), *questions(), epochs=90, learning_rate=1e-2, weight_decay=0.1, record_every=30
    )
    expect(run.train_accuracy[-1].item(), "accuracy on the training pairs").to_be_at_least(0.99)
    expect(run.train_loss[-1].item(), "loss on the training pairs").to_be_at_most(0.1)


@exercise("02.train_grokking")
def test_without_gradient_weight_decay_shrinks_every_weight(learner):
    """The loss does not depend on W_E of a number that is never asked about."""
    tokens, labels, train, test = questions()
    train = train[(tokens[train, :2] != 3).all(1)]
    weights = start(learner)
    run = learner.training.train_grokking(
        weights, tokens, labels, train, test, epochs=10, learning_rate=1e-2, weight_decay=0.5, record_every=10
    )
    decayed = weights["W_E"][3] * (1 - 1e-2 * 0.5) ** 10
    expect(run.weights["W_E"][3], "row of W_E without gradient after 10 steps").to_equal(
        decayed,
        watch_for=[
            mistake("There was no weight decay.", weights["W_E"][3]),
        ],
    )


@exercise("02.train_grokking")
def test_epochs_must_be_a_multiple_of_record_every(learner):
    with expect_error(ValueError):
        learner.training.train_grokking(start(learner), *questions(), epochs=5, record_every=2)


EPOCHS = torch.arange(0, 1000, 100)
TRAIN = torch.tensor([0.1, 0.8, 1, 1, 1, 1, 1, 1, 1, 1], dtype=torch.float64)
TEST = torch.tensor([0.0, 0.1, 0.1, 0.2, 0.3, 0.5, 0.995, 1, 1, 1], dtype=torch.float64)


@exercise("02.detect_grok")
def test_test_follows_train_after_400_epochs(learner):
    found = learner.training.detect_grok(EPOCHS, TRAIN, TEST)
    expect(tuple(found), "memorised, generalised, delay").to_equal((200, 600, 400))


@exercise("02.detect_grok")
def test_one_lucky_record_is_not_enough(learner):
    test = TEST.clone()
    test[3] = 1.0
    found = learner.training.detect_grok(EPOCHS, TRAIN, test)
    expect(found.generalised, "when it generalised").to_equal(
        600, watch_for=[mistake("The first single record above the threshold was taken.", 300)]
    )


@exercise("02.detect_grok")
def test_a_model_that_only_memorises_never_generalises(learner):
    found = learner.training.detect_grok(EPOCHS, TRAIN, 0.3 * TRAIN)
    expect(found.memorised, "when it memorised").to_equal(200)
    expect(found.generalised is None, "whether `generalised` is None").to_be_true("It never generalised: say None.")
    expect(found.delay is None, "whether `delay` is None").to_be_true("There is no delay without generalisation.")


@exercise("02.detect_grok")
@pytest.mark.parametrize("patience, expected", [(1, 600), (4, 600), (5, None)])
def test_patience_counts_records(learner, patience, expected):
    found = learner.training.detect_grok(EPOCHS, TRAIN, TEST, patience=patience)
    expect(found.generalised, f"when it generalised, with patience {patience}").to_equal(
        expected, watch_for=[mistake("The last records count too: a window may end with the curve.", None)]
    )


@exercise("02.detect_grok")
def test_curves_of_different_lengths_are_refused(learner):
    with expect_error(ValueError):
        learner.training.detect_grok(EPOCHS, TRAIN, TEST[:-1])
