"""Pairs and splits of other sizes."""

import torch

from autograder import exercise, expect, expect_error


@exercise("02.modular_addition_data")
def test_any_p(learner, reference, draw):
    for p in (2, 9, draw.choice([11, 13, 17, 19])):
        tokens, labels = learner.data.modular_addition_data(p)
        expected_tokens, expected_labels = reference.data.modular_addition_data(p)
        expect(tokens, "tokens").to_match(expected_tokens)
        expect(labels, "labels").to_match(expected_labels)


@exercise("02.split")
def test_any_size_and_fraction(learner, draw):
    for n, fraction in ((121, 0.3), (3481, 0.5), (int(draw.integers(60, 90, 1)), 0.77)):
        train, test = learner.data.split(n, fraction, draw.seed())
        expect(train, "training rows").to_have_shape(int(fraction * n))
        expect(train, "training rows").to_equal(train.sort().values)
        expect(test, "test rows").to_equal(test.sort().values)
        expect(torch.cat([train, test]).sort().values, "all rows, sorted").to_equal(torch.arange(n))


@exercise("02.split")
def test_every_seed_has_its_own_split(learner, draw):
    seed = draw.seed()
    splits = [learner.data.split(300, 0.4, s)[0] for s in (seed, seed, seed + 1, seed + 2)]
    expect(splits[1], "training rows, drawn again").to_equal(splits[0])
    for other in splits[2:]:
        shared = torch.isin(splits[0], other).double().mean().item()
        expect(shared, "share of training rows that another seed has too").to_be_within(0.15, 0.65)


@exercise("02.split")
def test_rows_come_from_everywhere(learner, draw):
    train, _ = learner.data.split(1000, 0.3, draw.seed())
    expect(train.double().mean().item(), "mean of the training rows' numbers").to_be_within(420, 580)


@exercise("02.split")
def test_bad_fractions(learner):
    for fraction in (0, 1, 1.2, -0.5):
        with expect_error(ValueError):
            learner.data.split(50, fraction, 1)
