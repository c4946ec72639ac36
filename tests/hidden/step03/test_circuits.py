"""Circuits of random weights: small ones against the product, large ones that leave no room for it."""

import torch

from autograder import exercise, expect, mistake


@exercise("03.ov_circuit")
def test_any_head(learner, draw, model):
    weights = model()
    layer, head = int(draw.integers(0, 2, 1)), int(draw.integers(0, 3, 1))
    left, right = learner.circuits.ov_circuit(weights, layer, head)
    expect(left, "left factor").to_have_shape(13, 4)
    expect(right, "right factor").to_have_shape(4, 13)
    full = weights["W_E"] @ weights["W_V"][layer, head] @ weights["W_O"][layer, head] @ weights["W_U"]
    expect(left @ right, "left · right").to_match(full, atol=1e-4)


@exercise("03.ov_circuit")
def test_a_vocabulary_of_30000(learner, draw):
    weights = {"W_E": draw.normal(30_000, 4), "W_V": draw.normal(1, 2, 4, 2), "W_O": draw.normal(1, 2, 2, 4)}
    weights |= {"W_U": draw.normal(4, 30_000)}
    left, right = learner.circuits.ov_circuit(weights, 0, 1)
    rows = draw.integers(0, 30_000, 20)
    full = weights["W_E"][rows] @ weights["W_V"][0, 1] @ weights["W_O"][0, 1] @ weights["W_U"][:, rows]
    expect(left[rows] @ right[:, rows], "20 rows and columns of left · right").to_match(full, atol=1e-4)


@exercise("03.copying_accuracy")
def test_any_factors(learner, draw):
    left, right = draw.normal(40, 6), draw.normal(6, 40)
    left[:25] += 1.0 * right.T[:25]
    full = left @ right
    numbers = torch.arange(40)
    right_share = (full.argmax(1) == numbers).double().mean().item()
    expect(learner.circuits.copying_accuracy(left, right), "share of copied tokens").to_match(
        right_share,
        watch_for=[
            mistake("The argmax ran along rows: a row is the token that is attended to.",
                    (full.argmax(0) == numbers).double().mean().item()),
            mistake("The absolute value was maximised.", (full.abs().argmax(1) == numbers).double().mean().item()),
            mistake("This is the share of positive entries on the diagonal.",
                    (full.diagonal() > 0).double().mean().item()),
        ],
    )  # fmt: skip


@exercise("03.copying_accuracy")
def test_17000_tokens_whose_product_has_no_room(learner, draw):
    """The product would take 1.2 GB. Unit vectors are nearest to themselves; 1,000 are turned away."""
    right = torch.nn.functional.normalize(draw.normal(4, 17_000), dim=0)
    left = right.T.clone()
    left[draw.permutation(17_000)[:1_000]] *= -1
    share = learner.circuits.copying_accuracy(left, right)
    expect(share, "share of copied tokens of 17,000").to_match(16 / 17, atol=2e-4)


@exercise("03.copying_score")
def test_any_factors_score(learner, draw):
    left, right = draw.normal(30, 5), draw.normal(5, 30)
    left = left + 0.3 * right.T
    values = torch.linalg.eigvals(left.double() @ right.double())
    singular = torch.linalg.svdvals(left.double() @ right.double())
    expect(learner.circuits.copying_score(left, right), "score").to_match(
        (values.real.sum() / values.abs().sum()).item(),
        atol=1e-4,
        watch_for=[
            mistake("|λ| is the modulus of a complex number, not the size of its real part.",
                    (values.real.sum() / values.real.abs().sum()).item()),
            mistake("These are singular values.", (values.real.sum() / singular.sum()).item()),
            mistake("The sign of every eigenvalue was averaged.", values.real.sign().sum().item() / 5),
            mistake("Σ λ was divided by the number of eigenvalues, not by Σ |λ|.", values.real.sum().item() / 5),
        ],
    )  # fmt: skip


@exercise("03.copying_score")
def test_scores_of_the_shipped_heads(learner, reference, runs, checkpoints):
    factors = [reference.circuits.ov_circuit(runs.two_layers.weights, 1, head) for head in range(4)]
    scores = [learner.circuits.copying_score(*pair) for pair in factors]
    expect(scores, "copying scores of the shipped second layer").to_equal_checkpoint(checkpoints["copying_scores"])


@exercise("03.copying_score")
def test_30000_tokens(learner, draw):
    left, right = draw.normal(30_000, 3), draw.normal(3, 30_000)
    left = left + 0.01 * right.T
    values = torch.linalg.eigvals(right.double() @ left.double())
    expect(learner.circuits.copying_score(left, right), "score of a circuit of 30,000 tokens").to_match(
        (values.real.sum() / values.abs().sum()).item(), atol=1e-3
    )


@exercise("03.positional_pattern")
def test_any_head_and_length(learner, draw, model):
    weights = model()
    layer, head, length = int(draw.integers(0, 2, 1)), int(draw.integers(0, 3, 1)), int(draw.integers(5, 22, 1))
    position = weights["W_pos"][:length]
    scores = (position @ weights["W_Q"][layer, head]) @ (position @ weights["W_K"][layer, head]).T
    hidden = torch.full((length, length), -torch.inf).triu(1)
    expect(learner.circuits.positional_pattern(weights, layer, head, length), "pattern").to_match(
        (scores / 2 + hidden).softmax(-1),
        watch_for=[
            mistake("The scores were not divided by √d_head.", (scores + hidden).softmax(-1)),
            mistake("The causal mask is missing.", (scores / 2).softmax(-1)),
            mistake("Queries and keys are swapped.", (scores.T / 2 + hidden).softmax(-1)),
        ],
    )


@exercise("03.positional_pattern")
def test_the_shipped_previous_token_head(learner, runs, checkpoints):
    pattern = learner.circuits.positional_pattern(runs.two_layers.weights, 0, 1, 33)
    expect(pattern.diagonal(-1).mean().item(), "attention to the position before").to_equal_checkpoint(
        checkpoints["positional_previous_token_score"]
    )
