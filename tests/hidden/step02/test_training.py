"""Training against the reference for a few steps, a small model that groks, and curves with every kind of trouble."""

import math

import torch

from autograder import exercise, expect, expect_error, mistake, with_arguments


def problem(reference, draw, p, fraction, **sizes):
    tokens, labels = reference.data.modular_addition_data(p)
    train, test = reference.data.split(p * p, fraction, draw.seed())
    return reference.transformer.initial_weights(p, draw.seed(), **sizes), tokens, labels, train, test


@exercise("02.train_grokking")
def test_thirty_steps_are_the_steps_of_adamw(learner, reference, draw, adamw_by_hand):
    setting = problem(reference, draw, 7, 0.7, d_model=16, heads=2, d_mlp=24)
    options = {"epochs": 30, "learning_rate": 5e-3, "weight_decay": 2.0, "record_every": 6}
    got = learner.training.train_grokking(*setting, **options)
    train_loss, test_loss, squares = adamw_by_hand(*setting, **options)
    expect(got.epochs, "recorded epochs").to_equal(torch.arange(0, 31, 6))
    expect(got.train_loss, "train loss").to_match(train_loss, rtol=3e-3)
    expect(got.test_loss, "test loss").to_match(test_loss, rtol=3e-3)
    norm = sum(w.double().square().sum().item() for w in got.weights.values())
    expect(norm, "sum of squared weights after 30 steps").to_equal(squares, rtol=3e-3)


@exercise("02.train_grokking")
def test_the_given_weights_stay_as_they_are(learner, reference, draw):
    weights, *rest = problem(reference, draw, 5, 0.6, d_model=12, heads=2, d_mlp=16)
    _, after, *_ = with_arguments(
        learner.training.train_grokking, weights, *rest, learning_rate=1e-2, epochs=4, record_every=4
    )
    same = all(torch.equal(after[name], weights[name]) for name in weights)
    expect(same, "whether the given weights stay").to_be_true("The weights that were given were trained: train copies.")


@exercise("02.train_grokking")
def test_the_result_is_what_the_last_record_says(learner, reference, draw):
    weights, tokens, labels, train, test = problem(reference, draw, 5, 0.6, d_model=12, heads=2, d_mlp=16)
    run = learner.training.train_grokking(
        weights, tokens, labels, train, test, epochs=20, learning_rate=1e-2, record_every=10
    )
    for name, rows, loss, accuracy in (
        ("training", train, run.train_loss, run.train_accuracy),
        ("test", test, run.test_loss, run.test_accuracy),
    ):
        logits = reference.transformer.forward(run.weights, tokens[rows]).logits
        expect(loss[-1].item(), f"last {name} loss").to_equal(
            reference.transformer.cross_entropy_high_precision(logits, labels[rows]).item(), rtol=1e-4
        )
        share = (logits.argmax(1) == labels[rows]).double().mean().item()
        expect(accuracy[-1].item(), f"last {name} accuracy").to_equal(share, atol=1e-6)


@exercise("02.train_grokking")
def test_any_labels_can_be_learned(learner, reference, draw):
    """The labels given count, not (a + b) mod p."""
    weights, tokens, labels, train, test = problem(reference, draw, 7, 0.6, d_model=32, heads=2, d_mlp=128)
    other = (labels * 3 + 1) % 7
    run = learner.training.train_grokking(
        weights, tokens, other, train, test, epochs=60, learning_rate=1e-2, weight_decay=0.1, record_every=60
    )
    expect(run.train_accuracy[-1].item(), "recorded accuracy on training pairs with other labels").to_be_at_least(0.8)
    answers = reference.transformer.forward(run.weights, tokens[train]).logits.argmax(1)
    share = (answers == other[train]).double().mean().item()
    expect(share, "accuracy on training pairs with other labels").to_be_at_least(0.8)


@exercise("02.train_grokking")
def test_it_groks(learner, reference):
    """The training pairs are known early, the others much later.

    p = 23, 70 % of the pairs: with this seed, training pairs are known at epoch 40, the others at 140.
    """
    tokens, labels = reference.data.modular_addition_data(23)
    weights = reference.transformer.initial_weights(23, 5, d_model=64, heads=4, d_mlp=128)
    train, test = reference.data.split(23 * 23, 0.7, 5)
    run = learner.training.train_grokking(
        weights, tokens, labels, train, test, epochs=160, learning_rate=1e-2, weight_decay=1.0, record_every=20
    )
    expect(run.train_accuracy[5].item(), "training accuracy after 100 epochs").to_be_at_least(0.99)
    expect(run.test_accuracy[2].item(), "test accuracy after 40 epochs").to_be_at_most(0.9)
    expect(run.test_loss.max().item(), "highest test loss").to_be_at_least(1.15 * math.log(23))
    expect(run.test_accuracy[-3:].max().item(), "test accuracy at the end").to_be_at_least(0.95)


@exercise("02.train_grokking")
def test_every_epoch_is_recorded_and_no_more(learner, reference, draw):
    setting = problem(reference, draw, 5, 0.5, d_model=8, heads=2, d_mlp=8)
    run = learner.training.train_grokking(*setting, epochs=4, record_every=1)
    expect(run.epochs, "recorded epochs of four").to_equal(torch.arange(5))
    logits = reference.transformer.forward(run.weights, setting[1][setting[3]]).logits
    loss = reference.transformer.cross_entropy_high_precision(logits, setting[2][setting[3]]).item()
    expect(run.train_loss[-1].item(), "last training loss").to_equal(loss, rtol=1e-4)


@exercise("02.train_grokking")
def test_settings_that_do_not_fit(learner, reference, draw):
    setting = problem(reference, draw, 5, 0.5, d_model=8, heads=2, d_mlp=8)
    with expect_error(ValueError):
        learner.training.train_grokking(*setting, epochs=15, record_every=10)


def curve(draw, *levels):
    """Accuracies near the given levels, five records each."""
    return torch.cat([level + 0.004 * (draw.uniform(5, dtype=torch.float64) - 0.5) for level in levels]).clamp(max=1)


@exercise("02.detect_grok")
def test_any_curves(learner, reference, draw):
    train, test = curve(draw, 0.2, 0.9, 0.996, 1, 1, 1), curve(draw, 0, 0.1, 0.3, 0.97, 0.996, 1)
    test[int(draw.integers(5, 12, 1))] = 1.0
    epochs = 50 * torch.arange(30) + int(draw.integers(0, 40, 1))
    for options in ({}, {"threshold": 0.95}, {"patience": 1}, {"threshold": 0.98, "patience": 7}):
        got = learner.training.detect_grok(epochs, train, test, **options)
        expected = reference.training.detect_grok(epochs, train, test, **options)
        last = mistake("The end of the first run was taken, not its beginning.", lambda e=expected: _shifted(e))
        expect(got.generalised, "when it generalised").to_match(expected.generalised, watch_for=[last])
        expect(got.memorised, "when it memorised").to_match(expected.memorised)
        expect(got.delay, "delay").to_match(expected.delay)


def _shifted(expected):
    return expected.generalised + 100


@exercise("02.detect_grok")
def test_a_later_spike_does_not_matter(learner, draw):
    epochs, train = torch.arange(0, 600, 20), torch.ones(30, dtype=torch.float64)
    test = torch.cat([torch.zeros(10, dtype=torch.float64), torch.ones(20, dtype=torch.float64)])
    test[20:23] = 0.2
    found = learner.training.detect_grok(epochs, train, test)
    expect(found.generalised, "when it generalised").to_equal(200)
    expect(found.memorised, "when it memorised").to_equal(0)


@exercise("02.detect_grok")
def test_the_threshold_itself_is_enough(learner):
    half = torch.tensor([0.5, 0.5, 0.5, 0.25], dtype=torch.float64)
    found = learner.training.detect_grok(torch.arange(4), half, half, threshold=0.5)
    expect(tuple(found), "memorised, generalised, delay").to_equal((0, 0, 0))


@exercise("02.detect_grok")
def test_fewer_records_than_patience(learner):
    ones = torch.ones(2, dtype=torch.float64)
    found = learner.training.detect_grok(torch.arange(2), ones, ones)
    expect(found.memorised is None, "whether `memorised` is None").to_be_true("Two records cannot be three in a row.")


@exercise("02.detect_grok")
def test_as_many_records_as_patience(learner, draw):
    n = int(draw.integers(3, 9, 1))
    ones = torch.ones(n, dtype=torch.float64)
    found = learner.training.detect_grok(torch.arange(n) + 7, ones, ones, patience=n)
    expect(tuple(found), "memorised, generalised, delay").to_equal((7, 7, 0))


@exercise("02.detect_grok")
def test_curves_that_never_get_there(learner, draw):
    epochs, high = 20 * torch.arange(12) + 40, torch.ones(12, dtype=torch.float64)
    low = draw.uniform(12, high=0.98, dtype=torch.float64)
    for name, train, test, expected in (
        ("neither curve gets there", low, low, (None, None, None)),
        ("only the training curve gets there", high, low, (40, None, None)),
        ("only the test curve gets there", low, high, (None, 40, None)),
    ):
        found = learner.training.detect_grok(epochs, train, test)
        expect(tuple(found), f"memorised, generalised, delay where {name}").to_equal(
            expected, parts=("memorised", "generalised", "delay")
        )


@exercise("02.detect_grok")
def test_lengths_that_differ(learner):
    ones = torch.ones(5, dtype=torch.float64)
    for epochs, train, test in ((torch.arange(4), ones, ones), (torch.arange(5), ones[:4], ones)):
        with expect_error(ValueError):
            learner.training.detect_grok(epochs, train, test)
