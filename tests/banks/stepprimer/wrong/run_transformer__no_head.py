"""wrong: reads the logits off the embedding. Fails: primer.run_transformer."""

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
    return Run(pattern, x + added, x @ weights["W_U"], torch.stack([x, added]) @ weights["W_U"])
