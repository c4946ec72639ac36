"""Activation patching: put one activation of the clean run into the corrupted run, and see how much comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from .attribution import logit_difference

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge


def recovery_metric(
    patched: Float[Tensor, "*patch"], clean: float | Float[Tensor, ""], corrupted: float | Float[Tensor, ""]
) -> Float[Tensor, "*patch"]:
    """How much of a metric a patch brings back: 0 is the corrupted run's value, 1 the clean run's.

    Linear, and not cut off: patches can overshoot. `patched` has any shape, which is the result's; the other two are
    numbers. Raises ValueError when `clean` equals `corrupted`: there is nothing to recover. Source: Zhang &
    Nanda 2023 and Heimersheim & Nanda 2024, section 4 (normalised logit difference).
    """
    # region solution: return how much of the metric the patch brings back
    if clean == corrupted:
        raise ValueError("The clean and the corrupted run have the same metric: there is nothing to recover.")
    return (patched - corrupted) / (clean - corrupted)
    # endregion


@torch.no_grad()
def run_from(
    model: TransformerBridge,
    residual: Float[Tensor, "batch position d_model"],
    layer: int,
    answers: Int64[Tensor, "batch 2"],
) -> Float[Tensor, " batch"]:
    """The rest of a run: logit(IO) − logit(S) at the last position, given the stream that enters block `layer`.

    `residual` is what `blocks.{layer}.hook_resid_pre` would hold; with layer = number of layers it is the final stream.
    `model.blocks[layer](stream)` runs one block, causal mask and hooks and all, and gives a tuple with the next stream
    first. Returns [batch], without gradients. Blocks before `layer` must not be run, and the last LayerNorm
    (`model.ln_final`) and the unembedding only on what is asked: the last position, and two of the vocabulary's columns
    (W_U and b_U). Source: this project.
    """
    # region solution: return each prompt's logit difference, from the stream that enters the layer
    for block in list(model.blocks)[layer:]:
        output = block(residual)
        residual = output[0] if isinstance(output, tuple) else output
    end = model.ln_final(residual[:, -1:])[:, 0]
    logits = torch.einsum("bd,dba->ba", end, model.W_U[:, answers]) + model.b_U[answers]
    return logits[:, 0] - logits[:, 1]
    # endregion


@torch.no_grad()
def patch_residual_stream(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
) -> Float[Tensor, "layer position"]:
    """Recovery when the stream that enters a layer, at one position, comes from the clean run.

    Entry [l, p]: the corrupted run, in which `blocks.{l}.hook_resid_pre` at position p of every prompt is replaced by
    the clean run's; the `recovery_metric` of the mean `logit_difference`. Returns [layer, position], without gradients.
    Source: Meng et al. 2022, section 2; TransformerLens' Exploratory Analysis demo.
    """
    # region solution: return the recovery for the stream that enters each layer, at each position
    runs = _both_runs(model, clean, corrupted, answers)
    differences = []
    for layer in range(model.cfg.n_layers):
        name = f"blocks.{layer}.hook_resid_pre"
        streams = runs.corrupted[name] + _one_position_each(runs.clean[name] - runs.corrupted[name])
        differences.append(_mean_difference(model, streams, layer, answers))
    return recovery_metric(torch.stack(differences), runs.clean_metric, runs.corrupted_metric)
    # endregion


@torch.no_grad()
def patch_attention_out(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
) -> Float[Tensor, "layer position"]:
    """Recovery when what an attention layer adds, at one position, comes from the clean run.

    As `patch_residual_stream`, with `blocks.{l}.hook_attn_out`: the layer's own MLP and later layers see the change.
    Returns [layer, position], without gradients. Source: TransformerLens' Exploratory Analysis demo.
    """
    # region solution: return the recovery for what each attention layer adds, at each position
    runs = _both_runs(model, clean, corrupted, answers)
    differences = []
    for layer in range(model.cfg.n_layers):
        name = f"blocks.{layer}.hook_attn_out"
        change = _one_position_each(runs.clean[name] - runs.corrupted[name])
        streams = runs.corrupted[f"blocks.{layer}.hook_resid_mid"] + change
        differences.append(_mean_difference(model, _after_mlp(model, streams, layer), layer + 1, answers))
    return recovery_metric(torch.stack(differences), runs.clean_metric, runs.corrupted_metric)
    # endregion


@torch.no_grad()
def patch_mlp_out(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
) -> Float[Tensor, "layer position"]:
    """Recovery when what an MLP adds, at one position, comes from the clean run.

    As `patch_residual_stream`, with `blocks.{l}.hook_mlp_out`: only later layers see the change. Returns
    [layer, position], without gradients. Source: TransformerLens' Exploratory Analysis demo.
    """
    # region solution: return the recovery for what each MLP adds, at each position
    runs = _both_runs(model, clean, corrupted, answers)
    differences = []
    for layer in range(model.cfg.n_layers):
        name = f"blocks.{layer}.hook_mlp_out"
        change = _one_position_each(runs.clean[name] - runs.corrupted[name])
        streams = runs.corrupted[f"blocks.{layer}.hook_resid_post"] + change
        differences.append(_mean_difference(model, streams, layer + 1, answers))
    return recovery_metric(torch.stack(differences), runs.clean_metric, runs.corrupted_metric)
    # endregion


@torch.no_grad()
def patch_heads(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    at: Int64[Tensor, " prompt"] | None = None,
) -> Float[Tensor, "layer head"]:
    """Recovery when one head's z comes from the clean run.

    Entry [l, h]: the corrupted run, in which head h of `blocks.{l}.attn.hook_z` is replaced by the clean run's, at all
    positions, or only at position at[i] of prompt i; the `recovery_metric` of the mean `logit_difference`. Returns
    [layer, head], without gradients. Nothing before the patched layer changes: it need not be run again, and the heads
    of a layer can be one batch. Source: Wang et al. 2022; TransformerLens' Exploratory Analysis demo.
    """
    # region solution: return the recovery for the z of each head
    runs = _both_runs(model, clean, corrupted, answers)
    first = int((clean != corrupted).any(0).int().argmax())  # attention is causal: before this, nothing can change
    patched = torch.ones(clean.shape) if at is None else torch.arange(clean.shape[1]) == at[:, None]
    differences = []
    for layer, block in enumerate(model.blocks):
        name = f"blocks.{layer}.attn.hook_z"
        change = (runs.clean[name] - runs.corrupted[name]) * patched[:, :, None, None]
        moved = torch.einsum("bthe,hed->hbtd", change[:, first:], block.attn.W_O)  # what it changes in the stream
        streams = runs.corrupted[f"blocks.{layer}.hook_resid_mid"][:, first:] + moved
        differences.append(_changed_difference(model, runs.corrupted, streams, layer, answers))
    return recovery_metric(torch.stack(differences), runs.clean_metric, runs.corrupted_metric)
    # endregion


@torch.no_grad()
def patch_head_inputs(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    which: str,
) -> Float[Tensor, "layer head"]:
    """Recovery when one input of one head, at all positions, comes from the clean run.

    `which` is "q", "k" or "v" (the head's queries, keys or values), "pattern" (where it looks, whatever made it look
    there) or "z" (its result: `patch_heads`), each from `blocks.{l}.attn.hook_{which}`. Note where the head axis is:
    [prompt, position, head, d_head], but patterns are [prompt, head, query, key]. Returns [layer, head], without
    gradients. Raises ValueError for any other `which`. Source: TransformerLens' Exploratory Analysis demo.
    """
    # region solution: return the recovery for the named input of each head
    if which not in ("q", "k", "v", "pattern", "z"):
        raise ValueError(f'which is {which!r}; it must be "q", "k", "v", "pattern" or "z".')
    runs, axis = _both_runs(model, clean, corrupted, answers), 1 if which == "pattern" else 2
    heads = model.cfg.n_heads
    differences = []
    for layer, block in enumerate(model.blocks):
        name = f"blocks.{layer}.attn.hook_{which}"

        def patch(value: Tensor, hook: object, name: str = name) -> Tensor:
            value = value.clone()
            for head, copy in enumerate(value.chunk(heads)):  # copy number h gets the clean head h
                copy.select(axis, head).copy_(runs.clean[name].select(axis, head))
            return value

        with model.hooks(fwd_hooks=[(name, patch)]):
            output = block(runs.corrupted[f"blocks.{layer}.hook_resid_pre"].repeat(heads, 1, 1))
        streams = (output[0] if isinstance(output, tuple) else output).unflatten(0, (heads, -1))
        differences.append(_mean_difference(model, streams, layer + 1, answers))
    return recovery_metric(torch.stack(differences), runs.clean_metric, runs.corrupted_metric)
    # endregion


# region solution
class _Runs(NamedTuple):
    """What both runs computed, by hook name, and their mean logit differences."""

    clean: Any
    corrupted: Any
    clean_metric: Tensor
    corrupted_metric: Tensor


def _both_runs(model: TransformerBridge, clean: Tensor, corrupted: Tensor, answers: Tensor) -> _Runs:
    (clean_logits, clean_cache), (corrupted_logits, corrupted_cache) = (
        model.run_with_cache(tokens) for tokens in (clean, corrupted)
    )
    metrics = (logit_difference(logits, answers) for logits in (clean_logits, corrupted_logits))
    return _Runs(clean_cache, corrupted_cache, *metrics)


def _one_position_each(
    change: Float[Tensor, "prompt position d_model"],
) -> Float[Tensor, "copy prompt position d_model"]:
    """One copy for every position, that changes there and nowhere else."""
    return change * torch.eye(change.shape[1])[:, None, :, None]


def _after_mlp(model: TransformerBridge, streams: Tensor, layer: int) -> Tensor:
    """The stream that leaves a layer, from the stream between its attention and its MLP."""
    flat, block = streams.flatten(0, 1), model.blocks[layer]
    after: Tensor = flat + block.mlp(block.ln2(flat))
    return after.view_as(streams)


def _mean_difference(
    model: TransformerBridge, streams: Float[Tensor, "copy prompt position d_model"], layer: int, answers: Tensor
) -> Float[Tensor, " copy"]:
    """The mean logit difference of every copy of the prompts, given the stream that enters a layer."""
    copies = len(streams)
    return run_from(model, streams.flatten(0, 1), layer, answers.repeat(copies, 1)).view(copies, -1).mean(1)


def _changed_difference(
    model: TransformerBridge, cache: Any, streams: Tensor, layer: int, answers: Tensor
) -> Float[Tensor, " copy"]:
    """As `_mean_difference`, from the stream between attention and MLP, at the last positions only.

    At earlier positions nothing has changed, and later layers find the keys and values there in the cache.
    """
    copies, layers = len(streams), model.cfg.n_layers
    if layer == layers - 1:
        streams = streams[:, :, -1:]  # no attention is left: nothing else reaches the last position
    stream = _after_mlp(model, streams, layer).flatten(0, 1)
    for later in range(layer + 1, layers):
        queries = 1 if later == layers - 1 else stream.shape[1]
        stream = _attend(model, cache, stream, later, copies, queries)
        stream = _after_mlp(model, stream[None], later)[0]
    return run_from(model, stream, layers, answers.repeat(copies, 1)).view(copies, -1).mean(1)


def _attend(
    model: TransformerBridge, cache: Any, stream: Tensor, layer: int, copies: int, queries: int
) -> Float[Tensor, "batch query d_model"]:
    """The stream after a layer's attention at the last `queries` positions; earlier keys and values are the cache's."""
    block = model.blocks[layer]
    attention, read = block.attn, block.ln1(stream)
    first = cache[f"blocks.{layer}.attn.hook_k"].shape[1] - stream.shape[1]

    def project(which: str, read: Tensor) -> Tensor:
        weight, bias = getattr(attention, f"W_{which.upper()}"), getattr(attention, f"b_{which.upper()}")
        projected: Tensor = torch.einsum("btd,hde->bthe", read, weight) + bias
        return projected

    def whole(which: str) -> Tensor:
        earlier = cache[f"blocks.{layer}.attn.hook_{which}"][:, :first].repeat(copies, 1, 1, 1)
        return torch.cat([earlier, project(which, read)], dim=1).transpose(1, 2)

    query, key, value = project("q", read[:, -queries:]).transpose(1, 2), whole("k"), whole("v")
    visible = torch.ones(key.shape[2], key.shape[2], dtype=torch.bool).tril()[-queries:]
    z = torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=visible)
    written: Tensor = torch.einsum("bhte,hed->btd", z, attention.W_O) + attention.b_O
    return stream[:, -queries:] + written


# endregion
