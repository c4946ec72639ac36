"""Take heads away: one, to see who steps in; and all but a few, to see whether the few are the circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from jaxtyping import Bool, Float, Float32, Int64
from torch import Tensor

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge

Means = Float32[Tensor, "frame layer position head d_head"]


@torch.no_grad()
def template_means(
    model: TransformerBridge, tokens: Int64[Tensor, "prompt position"], frames: Int64[Tensor, "prompt"]
) -> Means:
    """What every head writes when nobody is repeated: the mean of its z over the prompts of one frame.

    `tokens` are ABC prompts (three different names); `frames[i]` is the number of the frame that prompt i is from,
    0 … n − 1. Prompts of one frame have the same words at the same positions, names apart, so positions are kept apart,
    and frames too. Returns float32 [frame, layer, position, head, d_head]. Raises ValueError when a number below the
    largest has no prompt. Source: Wang et al. 2022, section 2.1 ("knockouts").
    """
    raise NotImplementedError("Return what every head writes on average, for each frame and position")


@torch.no_grad()
def mean_ablate(
    model: TransformerBridge,
    tokens: Int64[Tensor, "prompt position"],
    frames: Int64[Tensor, "prompt"],
    means: Means,
    keep: Bool[Tensor, "layer head"] | Bool[Tensor, "layer head prompt position"],
) -> Float32[Tensor, "prompt position vocab"]:
    """The model's logits when only the heads in `keep` are left to themselves.

    Every other head's z is replaced, at every position of prompt i, by the `template_means` of frame frames[i]. Heads
    that are kept see what the replaced ones wrote; MLPs always run. `keep` may also say at which positions of which
    prompt a head is kept: then it is [layer, head, prompt, position]. Returns [prompt, position, vocab].
    Source: Wang et al. 2022, section 2.1; theirs is a circuit of heads at positions.
    """

    raise NotImplementedError("Return the logits when only the heads in keep are left to themselves")


class KnockOut(NamedTuple):
    """Logit differences with and without some heads, and what this does to every head's own part in it."""

    before: float
    after: float
    change: Float32[Tensor, "layer head"]


@torch.no_grad()
def knock_out(
    model: TransformerBridge,
    tokens: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    heads: Bool[Tensor, "layer head"],
) -> KnockOut:
    """Silence heads where the answer is given, and see who takes over.

    The z of every head in `heads` becomes zero at the last position, and nowhere else. `before` and `after` are the
    mean logit differences of the intact and the changed model; `change` is `head_attribution` of the changed model
    minus that of the intact one, [layer, head]: positive for heads that step in, and minus what they had for the heads
    that were silenced. Source: Wang et al. 2022,
    section 3.4 (backup name movers); TransformerLens, Exploratory Analysis demo.
    """

    raise NotImplementedError("Return the KnockOut: the logit difference before and after, and each head's change")


class Faithfulness(NamedTuple):
    """F(C), F(M), and F(C) / F(M)."""

    circuit: float
    model: float
    ratio: float


def faithfulness(
    model: TransformerBridge,
    tokens: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    frames: Int64[Tensor, "prompt"],
    means: Means,
    circuit: Bool[Tensor, "layer head"] | Bool[Tensor, "layer head prompt position"],
) -> Faithfulness:
    """How much of the task the circuit does by itself.

    F(C) is the mean logit difference when every head outside the circuit is mean-ablated; F(M) that of the whole model.
    `tokens` are IOI prompts from the frames `frames`; `means` are `template_means` of ABC prompts. Returns F(C), F(M)
    and their ratio: 1 is best, and more than 1 is as wrong as less. Source: Wang et al. 2022, section 4.
    """
    raise NotImplementedError("Return the Faithfulness: the circuit's score, the model's, and their ratio")


class Completeness(NamedTuple):
    """For every set K: F(C without K), F(M without K), and how far they are apart."""

    circuit: Float[Tensor, "set"]
    model: Float[Tensor, "set"]
    incompleteness: Float[Tensor, "set"]


def completeness(
    model: TransformerBridge,
    tokens: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    frames: Int64[Tensor, "prompt"],
    means: Means,
    circuit: Bool[Tensor, "layer head"],
    sets: Bool[Tensor, "set layer head"],
) -> Completeness:
    """Does the circuit behave like the model when parts of it are taken away from both?

    For each set K of heads of the circuit, both are scored with K mean-ablated: F(C ∖ K), where all heads outside the
    circuit are ablated too, and F(M ∖ K), where they are not. A circuit that misses a backup shows it here.
    `incompleteness` is |F(C ∖ K) − F(M ∖ K)|; all float32 [set]. Raises ValueError when a set has a head that is not in
    the circuit. Source: Wang et al. 2022, section 4.
    """
    raise NotImplementedError("Return the Completeness: both scores without each set, and how far apart they are")


def minimality(
    model: TransformerBridge,
    tokens: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    frames: Int64[Tensor, "prompt"],
    means: Means,
    circuit: Bool[Tensor, "layer head"],
    sets: Bool[Tensor, "set layer head"],
) -> Float32[Tensor, "layer head"]:
    """Is every head of the circuit needed? The most that taking it away can matter.

    For a head v of the circuit and a set K of others, |F(C ∖ (K ∪ {v})) − F(C ∖ K)| is what v is worth once K is gone;
    F mean-ablates all that is not left of the circuit. The score of v is the largest over `sets` (v itself left out of
    each): a head whose work others can do shows only when K holds them. Returns float32 [layer, head], 0 for heads
    that are not in the circuit. Source: Wang et al. 2022, section 4.
    """
    raise NotImplementedError("Return the most that taking away each head of the circuit can matter, 0 for other heads")
