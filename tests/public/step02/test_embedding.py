"""The embedding in waves: spectrum, key frequencies, sparsity."""

import math

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("02.embedding_spectrum")
def test_an_embedding_on_one_circle_has_one_frequency(learner):
    angle = 2 * math.pi * 3 / 11 * torch.arange(11)
    W_E = torch.zeros(12, 4)
    W_E[:11, 1], W_E[:11, 2] = 2 * angle.cos(), 2 * angle.sin()
    expected = torch.zeros(11)
    expected[5] = expected[6] = 2 * math.sqrt(11 / 2)
    expect(learner.embedding.embedding_spectrum(W_E), "spectrum").to_equal(
        expected, atol=1e-5, watch_for=[mistake("These are squared norms: take the root.", expected.square())]
    )


@exercise("02.embedding_spectrum")
def test_the_row_of_the_equals_sign_is_no_number(learner):
    W_E = torch.zeros(8, 3)
    W_E[:7] = 1.0
    W_E[7] = 100.0
    expected = torch.zeros(7)
    expected[0] = math.sqrt(7 * 3)
    expect(learner.embedding.embedding_spectrum(W_E), "spectrum of a constant embedding").to_equal(expected, atol=1e-5)


def spectrum(*energies):
    """A spectrum with these energies at frequencies 1, 2, …, shared unequally by cos and sin, and a large constant."""
    values = [50.0]
    for energy in energies:
        values += [math.sqrt(energy / 4), math.sqrt(energy * 3 / 4)]
    return torch.tensor(values)


@exercise("02.key_frequencies")
def test_two_frequencies_hold_nine_tenths(learner):
    found = learner.embedding.key_frequencies(spectrum(1, 30, 2, 1, 62, 4))
    expect(found, "key frequencies").to_equal(
        torch.tensor([2, 5]), watch_for=[mistake("They are in order of energy; sort them.", torch.tensor([5, 2]))]
    )


@exercise("02.key_frequencies")
@pytest.mark.parametrize("share, expected", [(0.5, [5]), (0.93, [2, 5, 6]), (1.0, [1, 2, 3, 4, 5, 6])])
def test_a_larger_share_takes_more_frequencies(learner, share, expected):
    found = learner.embedding.key_frequencies(spectrum(1, 30, 2, 1, 62, 4), share)
    expect(found, f"key frequencies for a share of {share}").to_equal(torch.tensor(expected))


@exercise("02.key_frequencies")
def test_frequencies_without_energy_are_never_key(learner):
    found = learner.embedding.key_frequencies(spectrum(0, 0, 5, 0, 5), 1.0)
    expect(found, "key frequencies that hold everything").to_equal(torch.tensor([3, 5]))


@exercise("02.key_frequencies")
def test_a_share_must_be_a_share(learner):
    for share in (0.0, 1.5, 90):
        with expect_error(ValueError):
            learner.embedding.key_frequencies(spectrum(1, 2), share)


@exercise("02.gini")
def test_equal_values_have_gini_0(learner):
    expect(learner.embedding.gini(torch.full((8,), 3.0)), "Gini of equal values").to_equal(0.0, atol=1e-9)


@exercise("02.gini")
def test_one_value_among_zeros_has_gini_one_less_one_over_n(learner):
    values = torch.zeros(10)
    values[4] = 2.0
    expect(learner.embedding.gini(values), "Gini of one value among ten").to_equal(
        0.9, watch_for=[mistake("This is 1; the formula gives 1 − 1/n.", 1.0)]
    )


@exercise("02.gini")
def test_a_small_case_by_hand(learner):
    expect(learner.embedding.gini(torch.tensor([3.0, 1.0, 2.0])), "Gini of 3, 1, 2").to_equal(4 / 18)


@exercise("02.gini")
def test_the_gini_of_six_sets_of_values(learner):
    """4, 5, 7, 9, 12 and 20 values, in no order."""
    generator = torch.Generator().manual_seed(1)
    powers = {4: 1, 5: 2, 7: 1, 9: 3, 12: 2, 20: 1}
    values = [torch.rand(n, generator=generator) ** power for n, power in powers.items()]
    # by the course's solution
    right = [0.2030832, 0.3993913, 0.1304518, 0.6202714, 0.4423157, 0.3002369]
    expect([learner.embedding.gini(v) for v in values], "Gini of six sets of values").to_equal(
        right,
        rtol=1e-5,
        parts=tuple(f"{n} values" for n in powers),
        watch_for=[
            mistake("The sign is wrong, as when the values are sorted descending.", [-value for value in right]),
            mistake("The values were not sorted.",
                    [0.006313178, 0.1362524, -0.04244164, -0.3735583, -0.03173709, 0.01872563]),
            mistake("The ranks were counted from 0: i begins at 1.",
                    [-0.2969168, -0.0006087044, -0.1552625, 0.3980492, 0.275649, 0.2002369]),
            mistake("The 1 in 2i − n − 1 was left out.",
                    [0.4530832, 0.5993913, 0.2733089, 0.7313825, 0.525649, 0.3502369]),
            mistake("It is divided by n − 1 where n is meant.",
                    [0.2707776, 0.4992391, 0.1521937, 0.6978053, 0.4825262, 0.3160389]),
            mistake("The division by n is missing.", [value * n for value, n in zip(right, powers, strict=True)]),
            mistake("This is 1 less the Gini coefficient.", [1 - value for value in right]),
        ],
    )  # fmt: skip


@exercise("02.gini")
def test_negative_values_are_refused(learner):
    for values in (torch.tensor([1.0, -1.0]), torch.zeros(3)):
        with expect_error(ValueError):
            learner.embedding.gini(values)
