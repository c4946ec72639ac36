"""What only staff have: `draw` gives each submission inputs of its own, and the solution says what is right."""

from autograder import exercise, expect, mistake

pytestmark = exercise("{{id}}.weighted_mean")


def test_any_values_and_weights(learner, reference, draw):
    values, weights = draw.normal(7).numpy(), draw.uniform(7, low=0.5, high=3.0).numpy()
    by_count = mistake("The weighted sum is divided by how many values there are.", float((values * weights).mean()))
    expect(learner.means.weighted_mean(values, weights), "weighted_mean").to_match(
        reference.means.weighted_mean(values, weights), watch_for=[by_count]
    )
