"""wrong: gives the head's part first. Fails: primer.run_transformer."""

from typing import NamedTuple

import torch


class Run(NamedTuple):
    pattern: torch.Tensor
    stream: torch.Tensor
    logits: torch.Tensor
    parts: torch.Tensor


def run_transformer(weights, tokens):
    x = embed_tokens(weights, tokens)
    pattern = attention_pattern(weights, x)
    added = head_output(weights, x, pattern)
    stream = x + added
    return Run(pattern, stream, stream @ weights["W_U"], torch.stack([added, x]) @ weights["W_U"])
