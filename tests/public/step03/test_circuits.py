"""Circuits read from weights."""

import pytest
import torch

from autograder import exercise, expect, mistake


@exercise("03.ov_circuit")
def test_the_factors_multiply_to_the_circuit(learner, model):
    weights = model()
    left, right = learner.circuits.ov_circuit(weights, 1, 2)
    expect(left, "left factor").to_have_shape(10, 4)
    expect(right, "right factor").to_have_shape(4, 10)
    full = weights["W_E"] @ weights["W_V"][1, 2] @ weights["W_O"][1, 2] @ weights["W_U"]
    expect(left @ right, "left · right").to_equal(full, atol=1e-5)


@exercise("03.ov_circuit")
def test_the_hand_made_induction_head_copies(learner, circuit):
    left, right = learner.circuits.ov_circuit(circuit(), 1, 1)
    expect(left @ right, "full OV circuit of head 1.1").to_equal(12 * torch.eye(10))


def six_circuits(own, step=0.0):
    """Random factors for 7, 9, … 17 tokens, rank 4; a token raises itself by `own` and `step` more in each circuit."""
    generator = torch.Generator().manual_seed(6)
    made = []
    for i in range(6):
        left, right = (torch.randn(7 + 2 * i, 4, generator=generator) for _ in range(2))
        made.append((left + (own + i * step) * right, right.T))
    return made


@exercise("03.copying_accuracy")
def test_a_row_is_copied_when_its_own_column_is_largest(learner):
    product = torch.tensor([[6.0, 1, 2, 0], [5, 4, 0, 0], [5, 1, 9, 0], [7, 3, 0, 4]])  # rows 1 and 3 prefer token 0
    expect(learner.circuits.copying_accuracy(product, torch.eye(4)), "share of copied tokens").to_equal(2 / 4)
    expect(learner.circuits.copying_accuracy(torch.eye(4), product.T), "share, transposed").to_equal(
        3 / 4, watch_for=[mistake("Rows and columns are swapped: a row is the token that is attended to.", 2 / 4)]
    )


@exercise("03.copying_accuracy")
def test_shares_of_six_random_circuits(learner):
    circuits = six_circuits(0.5)
    shares = [learner.circuits.copying_accuracy(*factors) for factors in circuits]
    expect(shares, "shares of six random circuits, of 7, 9, … 17 tokens").to_equal(
        [0.7142857, 0.3333333, 0.3636364, 0.3846154, 0.2666667, 0.1764706],  # by the course's solution
        parts=[f"{len(left)} tokens" for left, _ in circuits],
        watch_for=[
            mistake(
                "Rows and columns are swapped: a row is the token that is attended to.",
                torch.tensor([0.2857143, 0.3333333, 0.1818182, 0.3076923, 0.2, 0.2941177]),
            ),
            mistake(
                "The absolute value was maximised.",
                torch.tensor([0.5714286, 0.2222222, 0.3636364, 0.2307692, 0.06666667, 0.05882353]),
            ),
            mistake(
                "This is the share of positive entries on the diagonal.",
                torch.tensor([0.8571429, 0.7777778, 0.7272727, 0.7692308, 0.7333333, 1]),
            ),
            mistake("Tokens were counted: divide by how many there are.", torch.tensor([5, 3, 4, 5, 4, 3])),
            mistake(
                "This is the share of tokens that are not copied.",
                torch.tensor([0.2857143, 0.6666667, 0.6363636, 0.6153846, 0.7333333, 0.8235294]),
            ),
        ],
    )


@exercise("03.copying_accuracy")
def test_a_large_absolute_value_is_not_copying(learner):
    expect(learner.circuits.copying_accuracy(-torch.eye(4), torch.eye(4)), "share for −1 on the diagonal").to_equal(0.0)


@exercise("03.copying_score")
@pytest.mark.parametrize(
    "diagonal, expected", [((1.0, 2, 3), 1.0), ((-1.0, -2, -5), -1.0), ((1.0, 1, -2), 0.0), ((3.0, 1, -1), 0.6)]
)
def test_eigenvalues_of_a_diagonal_circuit(learner, diagonal, expected):
    score = learner.circuits.copying_score(torch.tensor(diagonal).diag(), torch.eye(3))
    expect(score, f"score of the eigenvalues {[*diagonal]}").to_equal(expected, atol=1e-6)


@exercise("03.copying_score")
def test_six_circuits_drawn_at_random(learner):
    circuits = six_circuits(0.3, step=-0.1)
    scores = [learner.circuits.copying_score(*factors) for factors in circuits]

    def over(score):
        return torch.tensor([score(left @ right).item() for left, right in circuits])

    expect(scores, "scores of six random circuits").to_equal(
        [0.8302817, 0.2159187, 0.7531465, 0.1335818, -0.5070759, -0.4976196],  # by the course's solution
        watch_for=[
            mistake(
                "|λ| is the modulus of a complex number, not the size of its real part.",
                torch.tensor([1, 0.2885481, 0.9926176, 0.1942577, -0.5070759, -0.6374516]),
            ),
            mistake(
                "These are singular values.", lambda: over(lambda full: full.trace() / torch.linalg.svdvals(full).sum())
            ),
            mistake(
                "These are singular values.",
                torch.tensor([0.5308815, 0.1837242, 0.5016304, 0.07696579, -0.2863334, -0.4203847]),
            ),
            mistake("The sign of every eigenvalue was averaged.", torch.tensor([1, 0.5, 0, 0.5, 0, -0.5])),
            mistake(
                "The size of Σ λ was taken: its sign counts.",
                torch.tensor([0.8302817, 0.2159187, 0.7531465, 0.1335818, 0.5070759, 0.4976196]),
            ),
            mistake(
                "Eigenvalues of a symmetric matrix were taken: this circuit is none.",
                torch.tensor([0.62988, 0.2335625, 0.6186607, 0.09640411, -0.3051044, -0.5081462]),
            ),
            mistake(
                "Eigenvalues of a symmetric matrix were taken: this circuit is none.",
                torch.tensor([0.4542082, 0.2134256, 0.4949082, 0.08339891, -0.225262, -0.4238057]),
            ),
            mistake(
                "Σ λ was divided by the number of eigenvalues, not by Σ |λ|.",
                torch.tensor([2.561646, 1.65991, 3.418446, 0.4247504, -1.784582, -2.78077]),
            ),
        ],
    )


@exercise("03.copying_score")
def test_a_rotation_has_complex_eigenvalues(learner):
    turn = torch.tensor([[0.6, -3.2], [0.2, 0.6]])  # 0.6 ± 0.8i, along an ellipse
    score = learner.circuits.copying_score(turn, torch.eye(2))
    expect(score, "score of a rotation").to_equal(
        0.6,
        atol=1e-6,
        watch_for=[mistake("|λ| is the modulus of a complex number, not the size of its real part.", 1.0)],
    )


@exercise("03.copying_score")
def test_a_circuit_of_30000_tokens(learner):
    left = torch.zeros(30_000, 2)
    left[5] = torch.tensor([2.0, 0])
    left[29_000] = torch.tensor([0, -6.0])
    score = learner.circuits.copying_score(left, left.abs().T.contiguous())
    expect(score, "score with eigenvalues 4 and −36").to_equal(-0.8, atol=1e-6)


@exercise("03.positional_pattern")
def test_equal_scores_are_spread_over_the_visible(learner, model):
    weights = model()
    weights["W_Q"] = torch.zeros_like(weights["W_Q"])
    visible = torch.ones(6, 6).tril()
    expect(learner.circuits.positional_pattern(weights, 0, 1, 6), "pattern").to_equal(
        visible / visible.sum(1, keepdim=True),
        watch_for=[mistake("The causal mask is missing.", torch.full((6, 6), 1 / 6))],
    )


@exercise("03.positional_pattern")
def test_the_hand_made_previous_token_head_needs_no_tokens(learner, circuit):
    pattern = learner.circuits.positional_pattern(circuit(), 0, 0, 9)
    expect(pattern.diagonal(-1), "attention to the position before").to_be_at_least(0.99)


@exercise("03.positional_pattern")
def test_scores_are_divided_by_the_root_of_d_head(learner, model):
    weights = {name: torch.zeros_like(weight) for name, weight in model().items()}
    weights["W_pos"][:, 0] = torch.arange(13.0)
    weights["W_Q"][1, 0, 0, 0] = weights["W_K"][1, 0, 0, 0] = 1.0
    pattern = learner.circuits.positional_pattern(weights, 1, 0, 3)
    expect(pattern[2], "attention of position 2 to 0, 1 and 2, d_head = 4").to_equal(
        torch.tensor([0.0, 1, 2]).softmax(0),
        watch_for=[mistake("The scores were not divided by √d_head.", torch.tensor([0.0, 2, 4]).softmax(0))],
    )
