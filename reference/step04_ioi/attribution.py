"""Which parts of the model write the answer: every logit is a sum over what wrote to the residual stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from jaxtyping import Float, Int64
from torch import Tensor

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge

Tokens = Int64[Tensor, "prompt position"]
Answers = Int64[Tensor, "prompt 2"]


class Directions(NamedTuple):
    """What the logit difference reads from the residual stream after its final LayerNorm."""

    vectors: Float[Tensor, "prompt d_model"]
    offsets: Float[Tensor, "prompt"]  # what it is when the stream is zero: the part of b_U


def logit_difference(
    logits: Float[Tensor, "prompt position vocab"], answers: Answers, per_prompt: bool = False
) -> Float[Tensor, "*prompt"]:
    """How much the model prefers the right name: logit(IO) − logit(S) after the last token.

    The mean over prompts (a tensor without axes), or one number for each, [prompt], when `per_prompt`. `answers` holds
    the tokens of IO and S. Gradients flow through it. Source: Wang et al. 2022, section 2.
    """
    # region solution: return how much the model prefers the right name, on average or for each prompt
    both = logits[:, -1].gather(1, answers)
    differences = both[:, 0] - both[:, 1]
    return differences if per_prompt else differences.mean()
    # endregion


def logit_difference_directions(model: TransformerBridge, answers: Answers) -> Directions:
    """The direction of the residual stream along which each prompt's logit difference grows.

    `vectors` [prompt, d_model]: IO's column of `model.W_U` [d_model, vocab] minus S's. `offsets` [prompt]: the same of
    `model.b_U` [vocab], which no part of the stream wrote: the bias of the final LayerNorm was folded into it.
    Source: TransformerLens, Exploratory Analysis Demo, "Direct Logit Attribution".
    """
    # region solution: return the Directions along which each prompt's logit difference grows, and the offsets
    io, s = answers.T
    return Directions((model.W_U[:, io] - model.W_U[:, s]).T, model.b_U[io] - model.b_U[s])
    # endregion


def project(
    stack: Float[Tensor, "*rest prompt d_model"], scale: Float[Tensor, "prompt 1"], directions: Directions
) -> Float[Tensor, "*rest prompt"]:
    """What each vector, written into the stream at END, adds to its prompt's logit difference.

    The final LayerNorm divides the whole stream by `scale` (`ln_final.hook_scale` at END), so it divides each part of
    it. (Its mean is zero already, its gain is in W_U.) `stack` is [..., prompt, d_model]; returns [..., prompt],
    without `offsets`. For the final stream this plus `offsets` is the logit difference, exactly.
    Source: Elhage et al. 2021, "Handling layer normalization"; TransformerLens' demo.
    """
    # region solution: return what each vector adds to its prompt's logit difference
    return (stack / scale * directions.vectors).sum(dim=-1)
    # endregion


@torch.no_grad()
def logit_lens(model: TransformerBridge, tokens: Tokens, answers: Answers) -> Float[Tensor, "point"]:
    """The logit difference written so far: the mean over prompts at END, at 2 · layers + 1 points of the model.

    The residual stream before the first layer, then after each layer's attention (`hook_resid_mid`) and after its MLP
    (`hook_resid_post`), in this order. All are divided by the scale of the run's end, so that differences between
    points are what was written between them; with `offsets`, so that the last one is the real logit difference.
    Source: nostalgebraist 2020, with the final LayerNorm frozen as TransformerLens' `accumulated_resid` does.
    """
    # region solution: return the logit difference if the model stopped early, at every point
    _, cache = model.run_with_cache(tokens)
    streams = [cache["blocks.0.hook_resid_pre"]]
    for layer in range(model.cfg.n_layers):
        streams += [cache[f"blocks.{layer}.hook_resid_mid"], cache[f"blocks.{layer}.hook_resid_post"]]
    directions = logit_difference_directions(model, answers)
    scale = cache["ln_final.hook_scale"][:, -1]
    return (project(torch.stack(streams)[:, :, -1], scale, directions) + directions.offsets).mean(dim=-1)
    # endregion


@torch.no_grad()
def layer_attribution(model: TransformerBridge, tokens: Tokens, answers: Answers) -> Float[Tensor, "part"]:
    """What each layer adds to the logit difference by itself: the mean over prompts at END, 1 + 2 · layers parts.

    First the embedding (token and position together), then `hook_attn_out` and `hook_mlp_out` of layer 0, of layer 1,
    and so on. With the mean of `offsets` they sum to the logit difference.
    Source: TransformerLens, Exploratory Analysis Demo, "Layer Attribution".
    """
    # region solution: return what each part of the model adds to the logit difference by itself
    _, cache = model.run_with_cache(tokens)
    parts = [cache["blocks.0.hook_resid_pre"]]
    for layer in range(model.cfg.n_layers):
        parts += [cache[f"blocks.{layer}.hook_attn_out"], cache[f"blocks.{layer}.hook_mlp_out"]]
    scale = cache["ln_final.hook_scale"][:, -1]
    return project(torch.stack(parts)[:, :, -1], scale, logit_difference_directions(model, answers)).mean(dim=-1)
    # endregion


@torch.no_grad()
def head_attribution(model: TransformerBridge, tokens: Tokens, answers: Answers) -> Float[Tensor, "layer head"]:
    """What each head writes straight into the logit difference: the mean over prompts at END, [layer, head].

    A head's output is its z (`blocks.{layer}.attn.hook_z`, [prompt, position, head, d_head]) times its `model.W_O`
    [layer, head, d_head, d_model]. The heads of a layer sum to the layer's attribution, but for `model.b_O`, which
    belongs to no head. Source: Wang et al. 2022, section 3.1; TransformerLens' demo.
    """
    # region solution: return what each head writes straight into the logit difference
    _, cache = model.run_with_cache(tokens)
    z = torch.stack([cache[f"blocks.{layer}.attn.hook_z"][:, -1] for layer in range(model.cfg.n_layers)])
    outputs = torch.einsum("lphe,lhed->lhpd", z, model.W_O)
    scale = cache["ln_final.hook_scale"][:, -1]
    return project(outputs, scale, logit_difference_directions(model, answers)).mean(dim=-1)
    # endregion
