"""What learners see and can run. Inputs are small enough to check by hand."""

import numpy as np

from autograder import exercise, expect, expect_error

pytestmark = exercise("{{id}}.weighted_mean")


def test_equal_weights_give_the_plain_mean(learner):
    found = learner.means.weighted_mean(np.array([1.0, 2.0, 6.0]), np.ones(3))
    expect(found, "weighted_mean").to_equal(3.0)


def test_a_weight_of_three_counts_three_times(learner):
    found = learner.means.weighted_mean(np.array([0.0, 8.0]), np.array([1.0, 3.0]))
    expect(found, "weighted_mean").to_equal(6.0)


def test_weights_that_add_up_to_zero_are_refused(learner):
    with expect_error(ValueError, mentions="weights"):
        learner.means.weighted_mean(np.array([1.0, 2.0]), np.zeros(2))
