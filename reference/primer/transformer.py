"""One transformer by hand: a single layer with a single head, small enough to follow every number.

The weights are a dict: `W_E` [vocab, d_model], `W_pos` [length, d_model], `W_Q`, `W_K`, `W_V` [d_model, d_head], `W_O`
[d_head, d_model], `W_U` [d_model, vocab]. Vectors are rows: what a weight reads from is its first axis, what it writes
to its last. No MLP, no LayerNorm, no biases, and one sequence at a time.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float32, Int64
from torch import Tensor

Weights = dict[str, Tensor]


class Run(NamedTuple):
    """What `run_transformer` computes on the way."""

    pattern: Float32[Tensor, "query key"]
    stream: Float32[Tensor, "position d_model"]  # the residual stream after the head has added to it
    logits: Float32[Tensor, "position vocab"]
    parts: Float32[Tensor, "2 position vocab"]  # of the logits: what the embedding adds, and what the head adds


def weights_by_hand() -> Weights:
    """The lesson's weights: three letters (a, b, c), three positions, the head looks one letter back. Given.

    Of the six numbers of the stream the first three say which letter, the last three which position.
    """
    letter, place = torch.eye(6)[:3], torch.eye(6)[3:]
    W_Q, W_K = torch.zeros(6, 4), torch.zeros(6, 4)
    W_Q[4, 0] = W_Q[5, 1] = 4.0  # at position 1: "I look for position 0"; at 2: "I look for position 1"
    W_K[3, 0] = W_K[4, 1] = W_K[5, 2] = 1.0  # "I am position 0", "1", "2"
    W_V = torch.zeros(6, 4)
    W_V[:3, :3] = torch.eye(3)  # what is carried: the letter
    return {
        "W_E": letter,
        "W_pos": place,
        "W_Q": W_Q,
        "W_K": W_K,
        "W_V": W_V,
        "W_O": 3 * W_V.T,  # written back as a letter, three times as strong
        "W_U": letter.T.contiguous(),
    }


def random_weights(seed: int, vocab: int = 3, length: int = 3, d_model: int = 6, d_head: int = 4) -> Weights:
    """Weights to start training from: normal with standard deviation 1/√d_model. Given."""
    generator = torch.Generator().manual_seed(seed)
    shapes = {"W_E": (vocab, d_model), "W_pos": (length, d_model)}
    shapes |= dict.fromkeys(("W_Q", "W_K", "W_V"), (d_model, d_head))
    shapes |= {"W_O": (d_head, d_model), "W_U": (d_model, vocab)}
    return {name: torch.randn(shape, generator=generator) / d_model**0.5 for name, shape in shapes.items()}


def embed_tokens(weights: Weights, tokens: Int64[Tensor, "position"]) -> Float32[Tensor, "position d_model"]:
    """The residual stream at its start: the row of W_E of each token, plus the row of W_pos of its position.

    Takes int64 [position]; returns float32 [position, d_model]. Positions are counted from 0. Raises ValueError for
    more tokens than W_pos has rows.
    """
    # region solution: return each token's embedding plus its position's
    if len(tokens) > len(weights["W_pos"]):
        raise ValueError(f"There are {len(tokens)} tokens, but positions for {len(weights['W_pos'])} only.")
    return weights["W_E"][tokens] + weights["W_pos"][: len(tokens)]
    # endregion


def attention_pattern(weights: Weights, x: Float32[Tensor, "position d_model"]) -> Float32[Tensor, "query key"]:
    """How much each position looks at each: row q holds the shares that position q gives to all positions.

    Queries are x W_Q, keys are x W_K. The score of query q and key k is their dot product divided by √d_head. A
    position sees itself and earlier ones only (the causal mask), and the softmax over these is its row: rows sum to 1,
    and what lies ahead gets exactly 0. PyTorch's softmax will do, or yours. Takes float32 [position, d_model]; returns
    float32 [position, position]. Source: Vaswani et al. 2017, section 3.2.1.
    """
    # region solution: return the shares of attention, a row for each query
    scores = (x @ weights["W_Q"]) @ (x @ weights["W_K"]).T / weights["W_Q"].shape[1] ** 0.5
    ahead = torch.ones(len(x), len(x), dtype=torch.bool).triu(1)
    return scores.masked_fill(ahead, -torch.inf).softmax(dim=1)
    # endregion


def head_output(
    weights: Weights, x: Float32[Tensor, "position d_model"], pattern: Float32[Tensor, "query key"]
) -> Float32[Tensor, "position d_model"]:
    """What the head adds to the stream: at each query the values of all positions, weighted by its row of `pattern`.

    Values are x W_V; the weighted mean goes back to the stream's size through W_O. Takes float32 [position, d_model]
    and [position, position]; returns float32 [position, d_model], without `x` itself.
    """
    # region solution: return what the head adds at each position
    return pattern @ (x @ weights["W_V"]) @ weights["W_O"]
    # endregion


def run_transformer(weights: Weights, tokens: Int64[Tensor, "position"]) -> Run:
    """The whole model on one sequence: embedding, head, residual stream, unembedding.

    The head reads the embedded tokens, and what it puts out is *added* to them: that sum is `stream`, float32
    [position, d_model]. `logits` = stream W_U, [position, vocab]: row p scores the answers at position p. Since a
    sum times a matrix is a sum, the logits are a sum as well: `parts`, [2, position, vocab], holds what the embedding
    adds to them and what the head adds, in this order. `pattern` is the head's. Use your own functions above, and let
    autograd follow: you will train this model.
    """
    # region solution: return the Run: pattern, stream, logits, and the two parts of the logits
    x = embed_tokens(weights, tokens)
    pattern = attention_pattern(weights, x)
    added = head_output(weights, x, pattern)
    stream = x + added
    return Run(pattern, stream, stream @ weights["W_U"], torch.stack([x, added]) @ weights["W_U"])
    # endregion
