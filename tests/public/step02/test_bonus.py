"""Bonus: Grokfast, and subtraction."""

import pytest
import torch

from autograder import exercise, expect, mistake


@exercise("02.grokfast_filter")
def test_the_first_gradient_is_its_own_average(learner):
    gradient = torch.tensor([1.0, -2.0])
    filtered, average = learner.bonus.grokfast_filter(gradient, None, alpha=0.9, strength=3.0)
    expect(average, "average after one gradient").to_equal(gradient)
    expect(filtered, "filtered gradient").to_equal(4 * gradient)


@exercise("02.grokfast_filter")
def test_the_average_moves_slowly(learner):
    filtered, average = learner.bonus.grokfast_filter(
        torch.tensor([10.0]), torch.tensor([1.0]), alpha=0.9, strength=2.0
    )
    swapped = mistake("α weighs the new gradient; it should weigh the old average.", torch.tensor([9.1]))
    expect(average, "average").to_equal(torch.tensor([1.9]), watch_for=[swapped])
    expect(filtered, "filtered gradient").to_equal(torch.tensor([13.8]))


def right_logits(table):
    """Logits of all pairs whose right answer has the logit table[a][b − a], and some other one 50."""
    table = torch.tensor(table)
    p = len(table)
    logits = torch.full((p * p, p), -1.0)
    for a in range(p):
        for d in range(p):
            b = (a + d) % p
            logits[a * p + b, (a + b + 1) % p] = 50.0
            logits[a * p + b, (a + b) % p] = table[a, d]
    return logits


@exercise("02.distance_irrelevance")
def test_a_hand_that_depends_on_the_distance_alone(learner):
    hand = learner.bonus.distance_irrelevance(right_logits([[9.0, 5.0, 1.0]] * 3))
    expect(hand.by_distance, "right logit by distance").to_equal(torch.tensor([9.0, 5.0, 1.0], dtype=torch.float64))
    expect(hand.irrelevance, "irrelevance").to_equal(0.0, atol=1e-6)
    expect(hand.spread, "spread").to_equal(
        (32 / 3) ** 0.5 / 5,
        watch_for=[
            mistake("Divide by the number of values, not by one less.", 12**0.5 / 5),
            mistake("This is the standard deviation: divide it by the mean.", (32 / 3) ** 0.5),
            mistake("This is the variance over the mean: take the standard deviation.", 32 / 3 / 5),
        ],
    )


@exercise("02.distance_irrelevance")
def test_a_hand_that_depends_on_anything_else(learner):
    """The same for every distance, another for every a; then half of each."""
    hand = learner.bonus.distance_irrelevance(right_logits([[2.0] * 3, [4.0] * 3, [6.0] * 3]))
    expect(hand.by_distance, "right logit by distance").to_equal(
        torch.full((3,), 4.0, dtype=torch.float64),
        watch_for=[mistake("This is the mean for each a.", torch.tensor([2.0, 4.0, 6.0], dtype=torch.float64))],
    )
    expect(hand.irrelevance, "irrelevance").to_equal(1.0, rtol=1e-5)
    hand = learner.bonus.distance_irrelevance(right_logits([[1.0, 3.0, 5.0], [3.0, 5.0, 7.0], [5.0, 7.0, 9.0]]))
    expect(hand.irrelevance, "irrelevance of a hand that depends on both").to_equal(
        0.5**0.5, rtol=1e-5, watch_for=[mistake("This is a share of the variance.", 0.5)]
    )
    expect(hand.spread, "its spread").to_equal((16 / 3) ** 0.5 / 5, rtol=1e-5)


@exercise("02.distance_irrelevance")
def test_each_distance_has_its_own_deviation(learner):
    """By 3 where d = 1, by 6 where d = 2, and not at all elsewhere: by 9/4 on average."""
    table = torch.tensor([[5.0, 2.0, 11.0], [5.0, 8.0, -1.0], [5.0, 2.0, 11.0], [5.0, 8.0, -1.0]])
    table = torch.cat([table, torch.full((4, 1), 5.0)], 1) + torch.arange(4.0)
    hand, whole = learner.bonus.distance_irrelevance(right_logits(table.tolist())), table.std(correction=0).item()
    expect(hand.irrelevance, "irrelevance").to_equal(
        9 / 4 / whole,
        rtol=1e-5,
        watch_for=[
            mistake("Variances are averaged, and the root is taken of their mean: average the deviations.",
                    (45 / 4) ** 0.5 / whole),
            mistake("Divide by the number of values, not by one less.",
                    table.std(0).mean().item() / table.std().item()),
        ],
    )  # fmt: skip


@exercise("02.distance_irrelevance")
def test_the_distance_goes_round(learner):
    """b = 0 is one further than a = 3, of four: not three back."""
    table = [[1.0, 2.0, 3.0, 4.0]] * 4
    hand = learner.bonus.distance_irrelevance(right_logits(table))
    expect(hand.by_distance, "right logit by distance").to_equal(
        torch.tensor(table[0], dtype=torch.float64),
        watch_for=[
            mistake("The distance is b − a, not a − b.", torch.tensor([1.0, 4.0, 3.0, 2.0], dtype=torch.float64)),
        ],
    )


def questions(p=7):
    a, b = torch.arange(p * p) // p, torch.arange(p * p) % p
    rows = torch.randperm(p * p, generator=torch.Generator().manual_seed(0))
    return torch.stack([a, b, torch.full_like(a, p)], 1), (a + b) % p, rows[:30].sort().values, rows[30:].sort().values


@exercise("02.train_grokfast")
def test_with_strength_0_it_is_plain_training(learner):
    weights = learner.transformer.initial_weights(7, 0, d_model=16, heads=2, d_mlp=32)
    settings = {"epochs": 20, "learning_rate": 1e-2, "record_every": 5}
    plain = learner.training.train_grokking(weights, *questions(), **settings)
    fast = learner.bonus.train_grokfast(weights, *questions(), **settings, strength=0.0)
    expect(fast.epochs, "recorded epochs").to_equal(plain.epochs)
    expect(fast.train_loss, "train loss with strength 0").to_equal(plain.train_loss, rtol=1e-3)
    expect(fast.test_accuracy, "test accuracy with strength 0").to_equal(plain.test_accuracy, atol=0.1)


@exercise("02.modular_subtraction_data")
def test_differences_are_never_negative(learner):
    tokens, labels = learner.bonus.modular_subtraction_data(3)
    expect(labels, "labels for p = 3").to_equal(
        torch.tensor([0, 2, 1, 1, 0, 2, 2, 1, 0]),
        watch_for=[mistake("These are b − a.", torch.tensor([0, 1, 2, 2, 0, 1, 1, 2, 0]))],
    )
    expect(tokens[5], "tokens of row 5").to_equal(torch.tensor([1, 2, 3]))


@exercise("02.subtraction_clock")
@pytest.mark.parametrize("p", [3, 11, 31])
def test_every_difference_is_right(learner, p):
    a, b = torch.arange(p * p) // p, torch.arange(p * p) % p
    weights = learner.bonus.subtraction_clock(p, torch.arange(1, p // 2 + 1)[:5])
    answers = learner.transformer.forward(weights, torch.stack([a, b, torch.full_like(a, p)], 1)).logits.argmax(1)
    expect((answers == (a - b) % p).double().mean().item(), f"accuracy on all {p * p} differences").to_equal(1.0)
