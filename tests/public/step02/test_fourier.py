"""The basis of waves and the two transforms."""

import math

import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("02.fourier_basis")
def test_the_basis_for_three_numbers(learner):
    half = math.sqrt(3) / 2
    rows = torch.tensor([[1, 1, 1], [1, -0.5, -0.5], [0, half, -half]])
    norms = torch.tensor([[3.0], [1.5], [1.5]]).sqrt()
    expect(learner.fourier.fourier_basis(3), "fourier_basis(3)").to_equal(
        rows / norms,
        watch_for=[
            mistake("The rows were not scaled to norm 1.", rows),
            mistake("Sine comes before cosine.", (rows / norms)[[0, 2, 1]]),
        ],
    )


FIVE = torch.tensor(
    [
        [0.4472136, 0.4472136, 0.4472136, 0.4472136, 0.4472136],
        [0.6324555, 0.1954395, -0.5116673, -0.5116673, 0.1954395],
        [0, 0.6015009, 0.371748, -0.371748, -0.6015009],
        [0.6324555, -0.5116673, 0.1954395, 0.1954395, -0.5116673],
        [0, 0.371748, -0.6015009, 0.6015009, -0.371748],
    ]
)
SEVEN = torch.tensor(
    [
        [0.3779645, 0.3779645, 0.3779645, 0.3779645, 0.3779645, 0.3779645, 0.3779645],
        [0.5345225, 0.3332693, -0.1189424, -0.4815881, -0.4815881, -0.1189424, 0.3332693],
        [0, 0.4179065, 0.5211209, 0.2319206, -0.2319206, -0.5211209, -0.4179065],
        [0.5345225, -0.1189424, -0.4815881, 0.3332693, 0.3332693, -0.4815881, -0.1189424],
        [0, 0.5211209, -0.2319206, -0.4179065, 0.4179065, 0.2319206, -0.5211209],
        [0.5345225, -0.4815881, 0.3332693, -0.1189424, -0.1189424, 0.3332693, -0.4815881],
        [0, 0.2319206, -0.4179065, 0.5211209, -0.5211209, 0.4179065, -0.2319206],
    ]
)


@exercise("02.fourier_basis")
def test_the_bases_for_five_and_for_seven_numbers(learner):
    for right in (FIVE, SEVEN):
        p = len(right)
        largest = torch.tensor([p, *[p / 2] * (p - 1)]).sqrt()[:, None]  # of a row whose waves reach from −1 to 1
        pairs = [row for k in range(1, p, 2) for row in (k + 1, k)]
        expect(learner.fourier.fourier_basis(p), f"fourier_basis({p})").to_equal(
            right,
            atol=1e-5,
            watch_for=[
                mistake("The rows were not scaled to norm 1.", right * largest),
                mistake("All rows were scaled alike: the constant row is shorter or longer than the others.",
                        right * largest / (p / 2) ** 0.5),
                mistake("All rows were scaled alike: the constant row is shorter or longer than the others.",
                        right * largest / p**0.5),
                mistake("Sine comes before cosine.", right[[0, *pairs]]),
                mistake("All cosines come first, then all sines.", right[[0, *range(1, p, 2), *range(2, p, 2)]]),
                mistake("The waves are the columns here: they should be the rows.", right.T),
                mistake("The numbers were counted from 1: x begins at 0.", right.roll(-1, 1)),
                mistake("The sines have the wrong sign.", right * torch.tensor([1, *[1, -1] * (p // 2)])[:, None]),
                mistake("The highest frequency comes first.",
                        right[[0, *[row for k in range(p - 2, 0, -2) for row in (k, k + 1)]]]),
            ],
        )  # fmt: skip


@exercise("02.fourier_basis")
def test_all_rows_are_orthogonal_and_have_norm_one(learner):
    basis = learner.fourier.fourier_basis(31)
    expect(basis @ basis.T, "basis times its transpose").to_equal(torch.eye(31), atol=1e-5)


@exercise("02.fourier_basis")
def test_rows_are_ordered_by_frequency(learner):
    basis = learner.fourier.fourier_basis(11)
    expect(basis[5] * math.sqrt(11 / 2), "row 5: the cosine of frequency 3").to_equal(
        (2 * math.pi * 3 / 11 * torch.arange(11)).cos(), atol=1e-5
    )


@exercise("02.fourier_basis")
def test_even_p_is_refused(learner):
    for p in (8, 2, 1, 0):
        with expect_error(ValueError):
            learner.fourier.fourier_basis(p)


@exercise("02.fft1d")
def test_a_pure_wave_has_one_coefficient(learner):
    x = (2 * math.pi * 4 / 13 * torch.arange(13)).sin()
    expected = torch.zeros(13)
    expected[8] = math.sqrt(13 / 2)  # the sine of frequency 4, and the wave's norm
    expect(learner.fourier.fft1d(x), "coefficients of a sine of frequency 4").to_equal(expected, atol=1e-5)


@exercise("02.fft1d")
def test_the_first_axis_is_transformed(learner):
    x = torch.zeros(5, 5)
    x[:, 2] = 1.0
    expected = torch.zeros(5, 5)
    expected[0, 2] = math.sqrt(5)
    expect(learner.fourier.fft1d(x), "coefficients of a constant column").to_equal(
        expected, atol=1e-6, watch_for=[mistake("The last axis was transformed, not the first.", _along_last(x))]
    )


def _along_last(x):
    basis = [torch.ones(5)]
    for k in (1, 2):
        angle = 2 * math.pi * k / 5 * torch.arange(5)
        basis += [angle.cos(), angle.sin()]
    return x @ torch.stack([row / row.norm() for row in basis]).T


@exercise("02.fft2d")
def test_a_product_of_two_waves_has_one_coefficient(learner):
    a, b = torch.arange(7)[:, None], torch.arange(7)
    x = (2 * math.pi / 7 * 1 * a).cos() * (2 * math.pi / 7 * 3 * b).sin()
    expected = torch.zeros(7, 7)
    expected[1, 6] = 7 / 2
    expect(learner.fourier.fft2d(x.flatten()), "coefficients of cos(1·a) · sin(3·b)").to_equal(
        expected, atol=1e-5, watch_for=[mistake("The axes of a and b are swapped.", expected.T)]
    )


@exercise("02.fft2d")
def test_other_axes_are_kept(learner):
    x = torch.ones(9, 4, 2)
    result = learner.fourier.fft2d(x)
    expect(result, "coefficients of eight functions of nine pairs").to_have_shape(3, 3, 4, 2)
    expect(result[0, 0], "the constant of eight functions that are 1").to_equal(torch.full((4, 2), 3.0))


@exercise("02.fft2d")
def test_twelve_rows_are_refused(learner):
    with expect_error(ValueError):
        learner.fourier.fft2d(torch.ones(12))
    with expect_error(ValueError):
        learner.fourier.fft2d(torch.ones(16))
