"""What a head does, by its attention and by its weights: the scores that give heads their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from .prompts import Positions

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge


class NameAttention(NamedTuple):
    """Where each head looks from END, and what it says there."""

    attention: Float[Tensor, "layer head prompt 3"]  # to IO, S1 and S2
    logits: Float[Tensor, "layer head prompt 2"]  # written straight into the logits of IO and S


class HeadScores(NamedTuple):
    """How much each head does one of three things on random tokens that come twice."""

    duplicate: Float[Tensor, "layer head"]
    previous: Float[Tensor, "layer head"]
    induction: Float[Tensor, "layer head"]


@torch.no_grad()
def attention_to_names(
    model: TransformerBridge,
    tokens: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    positions: Positions,
) -> NameAttention:
    """For each head and prompt: its attention from END to the names, and what it adds there to their logits.

    `attention` [layer, head, prompt, 3]: to IO, S1, S2, from the row of END of `hook_pattern` [prompt, head, query,
    key]. `logits` [layer, head, prompt, 2]: the head's output at END, divided by `ln_final.hook_scale` at END, times
    the columns of `model.W_U` of IO and of S: nothing of b_O or b_U. END is the last position. A name mover looks at a
    name and says it. Source: Wang et al. 2022, section 3.1 and figure 3, which does not divide by the scale.
    """
    raise NotImplementedError("Return the NameAttention: where each head looks, and what it adds to the names' logits")


class Writer(NamedTuple):
    """A head that writes for or against the answer, what it is, and the numbers that say so."""

    layer: int
    head: int
    role: str  # "name mover", "negative name mover" or "other"
    wrote: float
    looked: float


def name_writers(
    attention: Float[Tensor, "layer head prompt 3"],
    logits: Float[Tensor, "layer head prompt 2"],
    least: float = 0.5,
    share: float = 0.5,
) -> list[Writer]:
    """Which of the heads that write the answer have looked at it? The choice, with the evidence for each.

    `attention` and `logits` are those of `NameAttention`. `wrote`: IO's logit less S's, averaged over prompts;
    `looked`: the mean attention to IO. Writers are the heads for which `wrote` is at least `least` *in size*, the
    largest in size first. One whose `looked` is at least `share` is a "name mover" if `wrote` is positive, a "negative
    name mover" if it is negative. Any other is "other", however much it writes: what it looks at is not the answer.
    Returns records of two ints, a str and two floats. Source: Wang et al. 2022, section 3.1 and figure 3.
    """
    raise NotImplementedError("Return a Writer for each head that writes enough, the one that writes most first")


@torch.no_grad()
def copying_score(
    model: TransformerBridge, names: Int64[Tensor, "name"], top: int = 5, negative: bool = False
) -> Float[Tensor, "layer head"]:
    """The share of names that a head says, among its `top` tokens, when it looks at nothing but the name.

    A name is seen here as the first layer's MLP leaves it, with no position and no attention before:
    x = e + MLP(LN(e)) with e its row of `model.W_E`; `model.blocks[0].mlp` and `.ln2` are both callable, on
    [1, name, d_model]. A head then says x · W_V · W_O · W_U. Biases are left out. And no other LayerNorm is needed: the
    one before a head and the one at the end only divide by a positive number, which does not change an order. With
    `negative` it is −W_O: the score of a head that suppresses what it sees. Returns float32 [layer, head], from 0 to 1.
    Source: Wang et al. 2022, section 3.1, "copy score": there x is the stream of whole sentences.
    """
    raise NotImplementedError("Return the share of names that each head says when it looks at nothing but the name")


@torch.no_grad()
def duplicate_previous_induction_scores(
    model: TransformerBridge, tokens: Int64[Tensor, "batch position"]
) -> HeadScores:
    """Three scores of each head on BOS, L random tokens, and the same L again: [batch, 1 + 2L].

    Each is the mean, over the batch and over queries, of the attention to one key. `duplicate`: from the second
    occurrence to the first, L before it; `induction`: to the token after the first, L − 1 before; both over the L
    queries of the second half. `previous`: to the position before, over all queries that have one. Three tensors
    [layer, head]. Source: TransformerLens, head detector; Olsson et al. 2022.
    """
    raise NotImplementedError("Return the HeadScores: duplicate, previous and induction, for each head")
