"""All pairs, their answers, and the split."""

import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("02.modular_addition_data")
def test_three_numbers_have_nine_questions(learner):
    tokens, labels = learner.data.modular_addition_data(3)
    rows = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [2, 0], [2, 1], [2, 2]]
    expected = torch.tensor([[a, b, 3] for a, b in rows])
    expect(tokens, "tokens for p = 3").to_equal(
        expected, watch_for=[mistake("b varies slowest; a should.", expected[:, [1, 0, 2]])]
    )
    expect(labels, "labels for p = 3").to_equal(torch.tensor([0, 1, 2, 1, 2, 0, 2, 0, 1]))


@exercise("02.modular_addition_data")
def test_every_answer_comes_p_times(learner):
    _, labels = learner.data.modular_addition_data(7)
    expect(labels.bincount(), "how often each answer comes for p = 7").to_equal(torch.full((7,), 7))


@exercise("02.split")
def test_every_row_is_on_one_side(learner):
    train, test = learner.data.split(100, 0.3, 0)
    expect(train, "training rows of 100 at 30 %").to_have_shape(30)
    expect(torch.cat([train, test]).sort().values, "all rows, sorted").to_equal(torch.arange(100))


@exercise("02.split")
def test_the_rows_are_sorted(learner):
    for name, rows in zip(("training rows", "test rows"), learner.data.split(50, 0.5, 3), strict=True):
        expect(rows, name).to_have_shape(25).to_be_within(0, 49)
        expect(bool((rows.diff() > 0).all()), f"whether the {name} ascend").to_be_true(f"The {name} are not sorted.")


@exercise("02.split")
def test_the_seed_decides(learner):
    first, again, other = (learner.data.split(200, 0.5, seed)[0] for seed in (1, 1, 2))
    expect(again, "training rows, drawn again with the same seed").to_equal(first)
    expect(not torch.equal(first, other), "whether another seed gives other rows").to_be_true(
        "Two seeds gave the same split: shuffle with a generator seeded with `seed`."
    )


@exercise("02.split")
def test_a_fraction_of_nothing_or_everything_is_refused(learner):
    for fraction in (0.0, 1.0, -0.1, 30):
        with expect_error(ValueError):
            learner.data.split(10, fraction, 0)
