"""Recovery of planted features: turned, stretched and shuffled at random, but such that every cosine is known and none
is near a threshold."""

from collections import namedtuple

import torch

from autograder import exercise, expect, mistake

Recovery = namedtuple("Recovery", "learned_to_true true_to_learned recovered")


def rotation(draw, d):
    return torch.linalg.qr(draw.normal(d, d))[0]


def stretched(draw, rows):
    return rows * draw.uniform(len(rows), 1, low=0.5, high=3.0)


@exercise("05.max_cosine_similarity")
def test_any_rows(learner, draw):
    for n, m, d in ((6, 3, 4), (3, 7, 5), (4, 4, 4), (1, 5, 3), (5, 1, 3), (1, 1, 2)):
        a, b = (2 * draw.normal(rows, d) for rows in (n, m))
        a[0] = -1.5 * b[0] + 0.2 * draw.normal(d)  # an opposite direction
        unit_a, unit_b = (x / x.norm(dim=1, keepdim=True) for x in (a, b))
        table = unit_a @ unit_b.T
        expect(learner.recovery.max_cosine_similarity(a, b), "largest cosines").to_match(
            table.max(1).values,
            atol=1e-5,
            watch_for=[
                mistake("For every row of b: its nearest row of a. For every row of a is asked.", table.max(0).values),
                mistake("Opposite directions were counted as near.", table.abs().max(1).values),
                mistake("These are dot products: divide by the lengths of the rows.", (a @ b.T).max(1).values),
                mistake("The rows of a were not divided by their lengths.", (a @ unit_b.T).max(1).values),
                mistake("The rows of b were not divided by their lengths.", (unit_a @ b.T).max(1).values),
                mistake("This is the mean cosine: the largest is asked.", table.mean(1)),
                mistake("These are the smallest cosines.", table.min(1).values),
                mistake(
                    "The cosine that is largest in size was taken: the sign counts in the choice, too.",
                    table.gather(1, table.abs().argmax(1, keepdim=True))[:, 0],
                ),
                mistake(
                    "Dot products chose the nearest: cosines have to.",
                    table.gather(1, (a @ b.T).argmax(1, keepdim=True))[:, 0],
                ),
                mistake(
                    "Columns were divided by their lengths: rows have to be.",
                    ((a / a.norm(dim=0)) @ (b / b.norm(dim=0)).T).max(1).values,
                ),
            ],
        )


@exercise("05.max_cosine_similarity")
def test_zero_rows_have_cosine_0(learner, draw):
    """Row 1 of a is zero; row 0 is opposite to all of b but for b's zero row."""
    direction = draw.normal(4)
    a = torch.stack([direction, torch.zeros(4), -direction])
    b = -direction * draw.uniform(3, 1, low=0.5, high=2.0)
    expect(learner.recovery.max_cosine_similarity(a, b), "largest cosines, a with a zero row").to_match(
        torch.tensor([-1.0, 0, 1]), atol=1e-5
    )
    b[int(draw.integers(0, 3, 1))] = 0
    expect(learner.recovery.max_cosine_similarity(a, b), "largest cosines, b with a zero row").to_match(
        torch.tensor([0.0, 0, 1]), atol=1e-5
    )
    expect(learner.recovery.max_cosine_similarity(a, torch.zeros(2, 4)), "largest cosines, all of b zero").to_match(
        torch.zeros(3), atol=1e-6
    )


def planted(draw):
    """Four true features, three of them found (0 three times), 3 upside down, and two that were made up.

    Learned ones have cosine c with their true feature and are otherwise at right angles to all. Returns both, shuffled,
    and the cosine of every learned row with every true one.
    """
    parents, c = [0, 1, 2, 3, 0, 0, 0, 0], torch.tensor([0.985, 0.97, 0.93, -0.98, 0.975, 0.96, 0.0, -0.2])
    learned = torch.cat([torch.zeros(8, 4), (1 - c**2).sqrt().diag()], 1)
    learned[torch.arange(8), parents] = c
    turn, learned, true = rotation(draw, 12), learned[draw.permutation(8)], torch.eye(4, 12)[draw.permutation(4)]
    return stretched(draw, learned) @ turn, stretched(draw, true) @ turn, learned @ true.T


@exercise("05.feature_recovery")
def test_features_found_missed_and_made_up(learner, draw):
    learned, true, table = planted(draw)
    best_true, best_learned = table.max(1).values, table.max(0).values
    one, other = best_true.mean().item(), best_learned.mean().item()
    signless = table.abs().max(1).values.mean().item(), table.abs().max(0).values.mean().item()
    for settings, share in (
        ((), 0.5),
        ((0.95,), 0.5),
        ((0.8,), 0.75),
        ((0.98,), 0.25),
        ((0.995,), 0.0),
        ((-0.5,), 1.0),
    ):
        threshold = settings[0] if settings else 0.95
        of_learned = (best_true >= threshold).float().mean().item()
        expect(learner.recovery.feature_recovery(learned, true, *settings), "recovery").to_match(
            Recovery(one, other, share),
            watch_for=[
                mistake("The two directions are swapped.", Recovery(other, one, share)),
                mistake("The two directions are swapped.", Recovery(other, one, of_learned)),
                mistake("Both means are those over learned features.", Recovery(one, one, share)),
                mistake("Both means are those over true features.", Recovery(other, other, share)),
                mistake("The share is that of learned features.", Recovery(one, other, of_learned)),
                mistake("The share counts learned features.", Recovery(one, other, of_learned * 8 / 4)),
                mistake("Opposite directions were counted as near.", Recovery(*signless, share)),
                mistake("The threshold was not used.", Recovery(one, other, 0.5)),
                mistake(
                    "The default threshold has to be that of the docstring.",
                    None if settings else Recovery(one, other, 0.75),
                ),
                mistake("This is the share that was not recovered.", Recovery(one, other, 1 - share)),
            ],
        )


@exercise("05.feature_recovery")
def test_the_threshold_itself_is_enough_for_recovery(learner, draw):
    """A true feature whose best cosine is exactly the threshold is recovered.

    Of seven true features one is learned, thrice; one is near, three are at right angles to it, two opposite.
    """
    true = torch.zeros(7, 4)
    true[torch.arange(7), [0, 0, 1, 2, 3, 0, 0]] = torch.tensor([1.0, 0.6, 1, 1, -1, -1, -1])
    true[1, 2] = 0.8
    found = learner.recovery.feature_recovery(
        torch.eye(1, 4) * torch.tensor([[1.0], [2], [3]]), stretched(draw, true[draw.permutation(7)]), 0.0
    )
    expect(found, "recovery").to_match(
        Recovery(1.0, -0.4 / 7, 5 / 7),
        watch_for=[
            mistake("A cosine equal to the threshold was left out.", Recovery(1.0, -0.4 / 7, 2 / 7)),
            mistake("The threshold was not used.", Recovery(1.0, -0.4 / 7, 1 / 7)),
            mistake("The share counts learned features.", Recovery(1.0, -0.4 / 7, 3 / 7)),
            mistake("The two directions are swapped.", Recovery(-0.4 / 7, 1.0, 5 / 7)),
        ],
    )


@exercise("05.feature_recovery")
def test_a_single_feature_of_each(learner, draw):
    true = draw.normal(1, 5)
    expect(learner.recovery.feature_recovery(3 * true, true), "recovery").to_match(Recovery(1.0, 1.0, 1.0))
    expect(learner.recovery.feature_recovery(-true, true), "recovery").to_match(Recovery(-1.0, -1.0, 0.0))
