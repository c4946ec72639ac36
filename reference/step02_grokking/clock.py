"""The algorithm, written down: weights made by hand that add modulo p by turning the hands of a few clocks."""

import math

import torch
from jaxtyping import Int64
from torch import Tensor

from .transformer import Weights


def clock_model(p: int, frequencies: Int64[Tensor, "key"]) -> Weights:
    """Weights for `forward` that add modulo p by clocks of these frequencies, for any prime p; nothing is trained.

    The idea: a number a is the hand of a clock that goes round k times, (cos wa, sin wa) with w = 2πk/p; adding b turns
    it on by wb; the logit of c is how well the hand then points at wc, Σ_k cos w_k(a + b − c), largest at c = a + b.
    Everything follows from what `forward` can do: the embedding holds the hands, attention brings those of a and b to
    the last position, ReLU makes the products (see `relu_quadratic_terms`), and W_U compares with every c. Returns the
    nine float32 weights listed at the top of transformer.py; head, d_head, d_model (512 at most) and d_mlp (2,048 at
    most: no room for a table of answers) are yours to choose. `frequencies`, int64 [key], has one to six different
    numbers from 1 … p // 2. Only they are used: for odd p, at least 70 % of the logits' variance is Σ α_k cos w_k(a + b
    − c) over them with every α_k > 0 (`logit_cosine_fit`; yours can reach 99 %). With four or more frequencies, or all
    there are, every answer must be right; with fewer some may be wrong. Source: Nanda et al. 2023, figure 1.
    """
    # region solution: return weights that answer all p² questions, by clocks of the given frequencies
    return _clock(p, frequencies, turn=1.0)
    # endregion


# region solution
def _clock(p: int, frequencies: Tensor, turn: float) -> Weights:
    """Hands of a, of b and of the answer, cosines before sines; `turn` = −1 mirrors b's, which subtracts."""
    n_phases, sharp, K = 31, 30.0, len(frequencies)
    d_model = 6 * K + 3  # three pairs of hands for each clock, three positions
    first, second, answer, position = torch.arange(d_model).split([2 * K, 2 * K, 2 * K, 3])
    angle = 2 * math.pi / p * torch.arange(p)[:, None] * frequencies  # [p, K]
    hands = torch.cat([angle.cos(), angle.sin()], dim=1)  # [p, 2K]

    W_E, W_pos, W_U = torch.zeros(p + 1, d_model), torch.zeros(3, d_model), torch.zeros(d_model, p)
    W_E[:p, first] = hands
    W_pos[torch.arange(3), position] = 1.0
    W_U[answer] = hands.T

    W_Q, W_K, W_V, W_O = (torch.zeros(2, d_model, 2 * K) for _ in range(4))
    W_Q[:, position[2], 0] = sharp  # from "=" …
    W_K[[0, 1], position[:2], 0] = sharp  # … head 0 looks at a and head 1 at b, and at nothing else
    W_V[:, first] = torch.eye(2 * K)
    W_O[0, first] = torch.eye(2 * K)
    W_O[1, second] = torch.diag(torch.tensor([1.0, turn]).repeat_interleave(K))

    phase = 2 * math.pi / n_phases * torch.arange(n_phases)
    W_in, W_out = torch.zeros(d_model, 2, K, n_phases), torch.zeros(d_model, 2, K, n_phases)
    for k in range(K):
        for i, sign in enumerate([1.0, -1.0]):  # neurons ReLU(cos(wa + phase) ± cos(wb + phase))
            W_in[first[[k, K + k]], i, k] = torch.stack([phase.cos(), -phase.sin()])
            W_in[second[[k, K + k]], i, k] = torch.stack([phase.cos(), -phase.sin()]) * sign
            # summed over phases, with these weights: cos w(a + b) and sin w(a + b)
            W_out[answer[[k, K + k]], i, k] = torch.stack([(2 * phase).cos(), -(2 * phase).sin()]) * sign
    named = {"W_E": W_E, "W_pos": W_pos, "W_Q": W_Q, "W_K": W_K, "W_V": W_V, "W_O": W_O.mT.contiguous(), "W_U": W_U}
    return named | {"W_in": W_in.flatten(1), "W_out": W_out.flatten(1).T.contiguous()}


# endregion
