"""right: sums the logits from their parts."""

from typing import NamedTuple

import torch


class Run(NamedTuple):
    pattern: torch.Tensor
    stream: torch.Tensor
    logits: torch.Tensor
    parts: torch.Tensor


def run_transformer(weights, tokens):
    start = embed_tokens(weights, tokens)
    pattern = attention_pattern(weights, start)
    added = head_output(weights, start, pattern)
    parts = torch.einsum("npd,dv->npv", torch.stack([start, added]), weights["W_U"])
    return Run(pattern=pattern, stream=start + added, logits=parts.sum(0), parts=parts)
