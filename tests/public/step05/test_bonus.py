"""Bonus: what becomes of two features in a dictionary of five."""

import torch

from autograder import exercise, expect, mistake


def directions(*degrees):
    angles = torch.tensor(degrees, dtype=torch.float32).deg2rad()
    return torch.stack([angles.cos(), angles.sin()], 1)


def rows(*lists):
    return [torch.tensor(numbers, dtype=torch.int64) for numbers in lists]


@exercise("05.feature_splitting")
def test_a_feature_that_has_split_has_several_relatives_nearest_first(learner):
    """0° has split into 20°, −10° and 35°; 90° has become 85°; 230° is new."""
    small, large = directions(0, 90), directions(20, 85, -10, 230, 35)
    expect(learner.bonus.feature_splitting(small, large), "relatives").to_equal(
        rows([2, 0, 4], [1]),
        watch_for=[
            mistake("The farthest relative comes first.", rows([4, 0, 2], [1])),
            mistake("Relatives are in the order of their rows: sort them by their cosine.", rows([0, 2, 4], [1])),
            mistake("A feature of large has two parents: it belongs to the nearest.", rows([2, 0, 4], [1, 4])),
            mistake("The threshold was left out.", rows([2, 0, 4, 3], [1])),
            mistake("Only the nearest relative is listed.", rows([2], [1])),
            mistake("Cosines lost their sign.", rows([2, 0, 4], [1, 3])),
            mistake(
                "For every feature of large is its parent: the other way round is asked.", rows([0], [1], [0], [], [0])
            ),
        ],
    )


@exercise("05.feature_splitting")
def test_the_opposite_direction_is_no_relative(learner):
    expect(learner.bonus.feature_splitting(directions(0, 90), directions(175, 80)), "relatives").to_equal(
        rows([], [1]),
        watch_for=[
            mistake("The opposite direction was listed.", rows([0], [1])),
            mistake("A feature without relatives was left out: an empty tensor is asked.", rows([1])),
        ],
    )


@exercise("05.feature_splitting")
def test_how_near_a_relative_has_to_be(learner):
    """Cosines 0.87, 0.64 and 0.34."""
    small, large = directions(0), directions(50, 70, 30)
    for settings, relatives in (((), [2, 0]), ((0.8,), [2]), ((0.2,), [2, 0, 1]), ((0.95,), [])):
        name = f"relatives at threshold {settings[0]}" if settings else "relatives at the default threshold"
        expect(learner.bonus.feature_splitting(small, large, *settings), name).to_equal(
            rows(relatives),
            watch_for=[
                mistake("The threshold was not used.", rows([2, 0])),
                mistake("The threshold was left out.", rows([2, 0, 1])),
                mistake("Only the nearest relative is listed.", rows([2])),
                mistake("The farthest relative comes first.", rows(relatives[::-1])),
                mistake("A feature without relatives was left out: an empty tensor is asked.", []),
            ],
        )


@exercise("05.feature_splitting")
def test_a_cosine_equal_to_the_threshold_is_enough(learner):
    large = torch.tensor([[0.0, 1], [1, 0], [-1, 0], [2, 1], [1, 2]])
    expect(learner.bonus.feature_splitting(torch.tensor([[1.0, 0]]), large, 0.0), "relatives").to_equal(
        rows([1, 3, 4, 0]), watch_for=[mistake("A cosine equal to the threshold was left out.", rows([1, 3, 4]))]
    )


@exercise("05.feature_splitting")
def test_length_does_not_count(learner):
    small = directions(0, 90) * torch.tensor([[10.0], [0.1]])
    large = directions(80, 10, 30) * torch.tensor([[1.0], [0.5], [9.0]])
    expect(learner.bonus.feature_splitting(small, large), "relatives").to_equal(
        rows([1, 2], [0]),
        watch_for=[
            mistake("Dot products chose the parents: cosines have to.", rows([1, 2, 0], [])),
            mistake("Dot products chose the parents: cosines have to.", rows([2, 1, 0], [])),
        ],
    )
