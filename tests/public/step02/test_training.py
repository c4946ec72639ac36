"""Training, and the moment of grokking."""

import math

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake, with_arguments

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
def test_the_given_weights_stay_as_they_are(learner):
    weights = start(learner)
    before = {name: weight.clone() for name, weight in weights.items()}
    _, after, *_ = with_arguments(
        learner.training.train_grokking, weights, *questions(), epochs=4, learning_rate=1e-2, record_every=4
    )
    same = all(torch.equal(after[name], before[name]) for name in before)
    expect(same, "whether the given weights stay").to_be_true("The weights that were given were trained: train copies.")


@exercise("02.train_grokking")
def test_the_losses_of_five_large_steps(learner):
    run = learner.training.train_grokking(
        start(learner), *questions(), epochs=5, learning_rate=2e-2, weight_decay=1.0, record_every=1
    )
    # by the course's solution, and by the mistakes that are named
    train, test = [1.9469, 1.9128, 1.8906, 1.8666, 1.8360, 1.8002], [1.9594, 2.0449, 2.1130, 2.1735, 2.2603, 2.4038]
    sentences = {
        "Gradients of earlier steps are added up: clear them before each backward.":
            [1.9469, 1.9128, 1.8988, 1.8816, 1.8598, 1.8342, 1.9594, 2.0449, 2.1322, 2.1976, 2.2478, 2.3083],
        "The two curves have changed places.": [*test, *train],
        "The test pairs were trained on, too.":
            [1.9469, 1.9568, 1.9575, 1.9482, 1.9415, 1.9372, 1.9594, 1.9466, 1.9316, 1.9408, 1.9456, 1.9449],
        "Each record is one step late: entry 0 is the model as given.":
            [1.9128, 1.8906, 1.8666, 1.8360, 1.8002, 1.7615, 2.0449, 2.1130, 2.1735, 2.2603, 2.4038, 2.6192],
        "This is Adam, whose weight decay goes through its averages: AdamW is asked.":
            [1.9469, 1.9414, 1.9373, 1.9350, 1.9342, 1.9344, 1.9594, 1.9635, 1.9670, 1.9689, 1.9695, 1.9686],
        "There was no weight decay.":
            [1.9469, 1.9118, 1.8862, 1.8545, 1.8145, 1.7689, 1.9594, 2.0510, 2.1324, 2.2166, 2.3502, 2.5726],
        "These are AdamW's own betas: 0.9 and 0.98 are asked.":
            [1.9469, 1.9128, 1.8906, 1.8665, 1.8356, 1.7995, 1.9594, 2.0449, 2.1129, 2.1735, 2.2610, 2.4064],
    }  # fmt: skip
    found = [*run.train_loss, *run.test_loss]
    expect(found, "train losses, then test losses").to_equal(
        [*train, *test],
        atol=1e-3,
        rtol=0,
        watch_for=[mistake(sentence, losses) for sentence, losses in sentences.items()],
    )


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
            mistake("This row is as it was given: nothing decayed, or it is not the trained one.", weights["W_E"][3]),
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
    expect(tuple(found), "memorised, generalised, delay").to_equal(
        (200, 600, 400), parts=("memorised", "generalised", "delay")
    )


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
def test_six_thresholds_and_patiences(learner):
    """The test curve is above 0.95 and at 0.99 by luck, then stays at 0.99 or above but for one dip."""
    epochs, ones = 37 + 100 * torch.arange(24), [1.0] * 13
    train = [0.1, 0.95, 0.97, 0.96, 0.99, 0.98, 0.99, 0.99, 0.99, 1, 0.98, *ones]
    test = [0.02, 0.05, 0.1, 0.97, 0.3, 0.5, 0.91, 0.95, 0.95, 0.99, 0.96, 0.96, 0.97, 0.98, 0.99, 0.99, 0.995, 0.97]
    test = [*test, 0.99, *ones[:5]]
    settings = [(0.99, 3), (0.99, 1), (0.95, 3), (0.95, 1), (0.99, 5), (0.9, 4)]
    names = tuple(f"threshold {threshold} with patience {patience}" for threshold, patience in settings)
    curves = [torch.tensor(curve, dtype=torch.float64) for curve in (train, test)]
    found = [
        learner.training.detect_grok(epochs, *curves, threshold=threshold, patience=patience)
        for threshold, patience in settings
    ]
    # by the course's solution
    memorised, generalised = [637, 437, 137, 137, 1137, 137], [1437, 937, 737, 337, 1837, 637]
    sentences = {
        "One record at or above the threshold was enough: `patience` of them in a row are asked.":
            ([437, 437, 137, 137, 437, 137], [937, 937, 337, 337, 937, 337]),
        "Records right at the threshold do not count here: they should.":
            ([1137, 937, 237, 237, 1137, 137], [1937, 1637, 937, 337, 1937, 637]),
        "The end of the first records in a row was taken, not their beginning.":
            ([837, 437, 337, 137, 1537, 437], [1637, 937, 937, 337, 2237, 937]),
        "This is from when on the curve never falls again: a spike later on does not matter.":
            ([1137, 1137, 137, 137, 1137, 137], [1837, 1837, 737, 737, 1837, 637]),
        "These are the numbers of records, not their epochs.": ([6, 4, 1, 1, 11, 1], [14, 9, 7, 3, 18, 6]),
        "The mean of the records in a row was compared: each of them has to reach the threshold.":
            ([737, 437, 137, 137, 537, 137], [1437, 937, 737, 337, 1637, 637]),
        "Records were counted whether or not they follow each other: they should be in a row.":
            ([737, 437, 337, 137, 937, 437], [1537, 937, 837, 337, 1837, 837]),
        "It takes one record more here than `patience` asks.":
            ([637, 637, 137, 137, 1137, 137], [1837, 1437, 737, 737, 1837, 637]),
        "`threshold` makes no difference: it is 0.99 each time.":
            ([637, 437, 637, 437, 1137, 637], [1437, 937, 1437, 937, 1837, 1837]),
        "`patience` makes no difference: it is 3 each time.":
            ([637, 637, 137, 137, 637, 137], [1437, 1437, 737, 737, 1437, 637]),
    }  # fmt: skip
    expect([grok.generalised for grok in found], "when it generalised, by six settings").to_equal(
        generalised,
        parts=names,
        watch_for=[
            *(mistake(sentence, of_test) for sentence, (_, of_test) in sentences.items()),
            mistake("This is when it had memorised.", memorised),
        ],
    )
    expect([grok.memorised for grok in found], "when it memorised, by six settings").to_equal(
        memorised,
        parts=names,
        watch_for=[
            *(mistake(sentence, of_train) for sentence, (of_train, _) in sentences.items()),
            mistake("This is when it had generalised.", generalised),
        ],
    )
    expect([grok.delay for grok in found], "delays by six settings").to_equal(
        [800, 500, 600, 200, 700, 500],
        parts=names,
        watch_for=[mistake("The delay is counted in records, not in epochs.", [8, 5, 6, 2, 7, 5])],
    )


@exercise("02.detect_grok")
def test_curves_of_different_lengths_are_refused(learner):
    with expect_error(ValueError):
        learner.training.detect_grok(EPOCHS, TRAIN, TEST[:-1])
