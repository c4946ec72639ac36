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


@exercise("02.grokfast_filter")
def test_five_gradients_at_once(learner):
    gradient = torch.tensor([0.31, -1.27, 2.43, 0.86, -0.58])
    old = torch.tensor([1.92, 0.47, -0.73, 1.15, -2.36])
    filtered, average = learner.bonus.grokfast_filter(gradient, None, alpha=0.7, strength=1.5)
    from_zero = "The average began at 0: the first gradient is its own average."
    expect(average, "average after the first gradient").to_equal(
        gradient, watch_for=[mistake(from_zero, torch.tensor([0.093, -0.381, 0.729, 0.258, -0.174]))]
    )
    expect(filtered, "first filtered gradient").to_equal(
        torch.tensor([0.775, -3.175, 6.075, 2.15, -1.45]),
        watch_for=[
            mistake(from_zero, torch.tensor([0.4495, -1.8415, 3.5235, 1.247, -0.841])),
            mistake("The first gradient was not filtered.", gradient),
            mistake("The gradient itself was left out: this is the average alone, amplified.", 1.5 * gradient),
        ],
    )
    filtered, average = learner.bonus.grokfast_filter(gradient, old, alpha=0.7, strength=1.5)
    right = torch.tensor([1.437, -0.052, 0.218, 1.063, -1.826])
    expect(average, "average after the next gradient").to_equal(
        right,
        watch_for=[
            mistake("α weighs the new gradient; it should weigh the old average.",
                    torch.tensor([0.793, -0.748, 1.482, 0.947, -1.114])),
            mistake("The new gradient was added whole: it has a weight, too.",
                    torch.tensor([1.654, -0.941, 1.919, 1.665, -2.232])),
            mistake("The filtered gradient was averaged: the gradient as it came is meant.",
                    torch.tensor([2.08365, -0.0754, 0.3161, 1.54135, -2.6477])),
            mistake("This is the new gradient: the old average is gone.", gradient),
            mistake("This is the old average: it did not move.", old),
        ],
    )  # fmt: skip
    expect(filtered, "next filtered gradient").to_equal(
        torch.tensor([2.4655, -1.348, 2.757, 2.4545, -3.319]),
        watch_for=[
            mistake("The old average was added, not the new one.", torch.tensor([3.19, -0.565, 1.335, 2.585, -4.12])),
            mistake("The gradient itself was left out: this is the average alone, amplified.", 1.5 * right),
            mistake("The average was added as it is: `strength` amplifies it.",
                    torch.tensor([1.747, -1.322, 2.648, 1.923, -2.406])),
            mistake("`strength` amplifies the gradient here: it should amplify the average.",
                    torch.tensor([1.902, -1.957, 3.863, 2.353, -2.696])),
        ],
    )  # fmt: skip


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
    expect(hand.by_distance, "right logit by distance").to_equal(
        torch.tensor([9.0, 5.0, 1.0], dtype=torch.float64), parts=("distance 0", "distance 1", "distance 2")
    )
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
def test_five_hands_of_any_length(learner):
    """4, 5, 6, 7 and 5 numbers; the right logit depends on the distance, on a, and on both."""
    generator = torch.Generator().manual_seed(9)
    tables = [
        9
        + sum(size * torch.rand(*shape, generator=generator) for size, shape in ((2, (p, 1)), (3, (1, p)), (1, (p, p))))
        for p in (4, 5, 6, 7, 5)
    ]
    hands = [learner.bonus.distance_irrelevance(right_logits(table.tolist())) for table in tables]
    names = tuple(f"hand {i}" for i in range(5))

    # by the course's solution
    by_distance = torch.tensor([12.3422, 12.98642, 12.00994, 13.14092, 11.54319, 12.4064, 10.41519])
    irrelevance = [0.5549643, 0.8217059, 0.4711253, 0.4135498, 0.6191121]
    spread = [0.07355788, 0.06049504, 0.08723334, 0.07836822, 0.06182605]
    expect(hands[3].by_distance, "right logit by distance, of seven numbers").to_equal(
        by_distance.double(),
        rtol=1e-5,
        watch_for=[
            mistake("The distance is b − a, not a − b.", by_distance[[0, 6, 5, 4, 3, 2, 1]]),
            mistake("This is the mean for each a.",
                    torch.tensor([11.82405, 12.807, 12.31518, 12.04652, 11.9076, 11.76718, 12.17675])),
            mistake("This is the mean for each b.",
                    torch.tensor([12.05129, 12.28124, 12.09403, 12.05639, 12.11471, 12.15382, 12.09278])),
            mistake("This is the mean for each answer: the distance is meant.",
                    torch.tensor([12.11413, 12.08974, 12.28283, 12.07729, 12.23298, 12.12323, 11.92407])),
            mistake("All logits were taken: those of the right answers are meant.",
                    torch.tensor([8.191743, 8.283775, 8.144278, 8.305845, 8.077598, 8.200915, 7.916456])),
            mistake("The right logits were added up: take their mean.", by_distance * 7),
        ],
    )  # fmt: skip
    expect([hand.irrelevance for hand in hands], "irrelevance of five hands").to_equal(
        irrelevance,
        rtol=1e-5,
        parts=names,
        watch_for=[
            mistake("Variances are averaged, and the root is taken of their mean: average the deviations.",
                    [0.5579482, 0.8258692, 0.4785617, 0.4248951, 0.6344426]),
            mistake("This is a share of the variance.", [0.3113062, 0.68206, 0.2290213, 0.1805358, 0.4025174]),
            mistake("This is what the distance explains: what is left is asked.",
                    [0.8298758, 0.5638617, 0.8780539, 0.9052426, 0.77297]),
            mistake("Divide by the number of values, not by one less.",
                    [0.6204689, 0.9001338, 0.5088735, 0.4421033, 0.6782033]),
            mistake("The deviation for a distance is divided by one less than the number of values, the one over all "
                    "pairs is not.", [0.6408175, 0.9186952, 0.5160919, 0.4466848, 0.6921883]),
            mistake("Deviations were taken over distances, for each a.",
                    [0.8326397, 0.602757, 0.9195009, 0.9343608, 0.8014405]),
            mistake("Deviations were taken for each b, not for each distance.",
                    [0.9616288, 0.929224, 0.9829268, 0.9889125, 0.9848043]),
            mistake("Deviations were taken for each answer, not for each distance.",
                    [0.8039573, 0.9587682, 0.9655033, 0.977925, 0.9464899]),
            mistake("It was divided by the mean; the deviation over all pairs is meant.",
                    [0.040822, 0.04970914, 0.04109784, 0.03240916, 0.03827725]),
        ],
    )  # fmt: skip
    expect([hand.spread for hand in hands], "spread of five hands").to_equal(
        spread,
        rtol=1e-5,
        parts=names,
        watch_for=[
            mistake("This is the standard deviation: divide it by the mean.",
                    [0.952724, 0.7835015, 1.039615, 0.9498706, 0.8020324]),
            mistake("Divide by the number of values, not by one less.",
                    [0.07597025, 0.06174249, 0.08847076, 0.07918035, 0.06310095]),
            mistake("This is the variance over the mean: take the standard deviation.",
                    [0.07008036, 0.04739795, 0.09068906, 0.07443966, 0.0495865]),
            mistake("This is the deviation of the means by distance, not of all right logits.",
                    [0.06104391, 0.03411084, 0.07659558, 0.07094225, 0.04778968]),
            mistake("This is the mean over the deviation: divide the other way.", [1 / value for value in spread]),
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


@exercise("02.subtraction_clock")
def test_the_answers_to_all_differences_of_thirteen(learner):
    p = 13
    a, b = torch.arange(p * p) // p, torch.arange(p * p) % p
    weights = learner.bonus.subtraction_clock(p, torch.tensor([2, 6, 3, 1, 5]))
    answers = learner.transformer.forward(weights, torch.stack([a, b, torch.full_like(a, p)], 1)).logits.argmax(1)
    expect(answers, "answers to all differences").to_equal(
        (a - b) % p,
        watch_for=[
            mistake("These are the answers to a + b: b's hand did not turn back.", (a + b) % p),
            mistake("These are the answers to b − a: a's hand turned back, not b's.", (b - a) % p),
            mistake("These are the answers to −a − b: both hands turned back.", (-a - b) % p),
            mistake("These are a: b's hand has no effect.", a),
            mistake("These are −b: a's hand has no effect.", -b % p),
        ],
    )
