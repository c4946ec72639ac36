"""The basis and the transforms for other p and other shapes."""

import torch

from autograder import exercise, expect, expect_error, mistake, wrong_axis


@exercise("02.fourier_basis")
def test_any_odd_p(learner, reference, draw):
    for p in (9, 113, draw.choice([15, 23, 37, 59])):
        # float32 angles, as the authors have them, are off by 6e-6 at p = 113; the nearest mistake, a norm of √(p − 1)
        # for √p, by 6e-4
        right = reference.fourier.fourier_basis(p)
        largest = torch.tensor([p, *[p / 2] * (p - 1)]).sqrt()[:, None]
        expect(learner.fourier.fourier_basis(p), "basis").to_match(
            right,
            atol=2e-5,
            watch_for=[
                mistake("The rows were not scaled to norm 1.", right * largest),
                mistake("All rows were scaled alike: the constant row is shorter or longer than the others.",
                        right * largest / (p / 2) ** 0.5),
                mistake("All rows were scaled alike: the constant row is shorter or longer than the others.",
                        right * largest / p**0.5),
                mistake("Sine comes before cosine.", right[[0, *[row for k in range(1, p, 2) for row in (k + 1, k)]]]),
                mistake("All cosines come first, then all sines.", right[[0, *range(1, p, 2), *range(2, p, 2)]]),
                mistake("The waves are the columns here: they should be the rows.", right.T),
                mistake("The numbers were counted from 1: x begins at 0.", right.roll(-1, 1)),
            ],
        )  # fmt: skip


@exercise("02.fourier_basis")
def test_p_that_has_no_such_basis(learner):
    for p in (4, 2, 1, 100):
        with expect_error(ValueError):
            learner.fourier.fourier_basis(p)


@exercise("02.fft1d")
def test_any_numbers(learner, reference, draw):
    for x in (draw.normal(13), draw.normal(11, 11), draw.normal(9, 2, 4)):
        expect(learner.fourier.fft1d(x), "coefficients").to_match(reference.fourier.fft1d(x), atol=1e-5)


@exercise("02.fft1d")
def test_energy_is_kept(learner, reference, draw):
    x = draw.normal(53, 3)
    coefficients = learner.fourier.fft1d(x)
    expect(coefficients, "coefficients").to_have_shape(53, 3)
    expect(coefficients.square().sum(0), "energy of the coefficients").to_equal(x.square().sum(0), rtol=1e-4)
    expect(coefficients, "coefficients").to_match(reference.fourier.fft1d(x), atol=1e-4)


@exercise("02.fft1d")
def test_even_lengths(learner, draw):
    with expect_error(ValueError):
        learner.fourier.fft1d(draw.normal(6, 2))


@exercise("02.fft2d")
def test_any_functions_of_pairs(learner, reference, draw):
    for x in (draw.normal(49), draw.normal(121, 3), draw.normal(25, 2, 3)):
        expected = reference.fourier.fft2d(x)
        expect(learner.fourier.fft2d(x), "coefficients").to_match(
            expected,
            atol=1e-5,
            watch_for=[mistake("The axes of a and b are swapped.", expected.transpose(0, 1)), wrong_axis("a", "b")],
        )


@exercise("02.fft2d")
def test_numbers_of_rows_that_are_no_odd_square(learner, draw):
    for rows in (50, 36, 7):
        with expect_error(ValueError):
            learner.fourier.fft2d(draw.normal(rows))
