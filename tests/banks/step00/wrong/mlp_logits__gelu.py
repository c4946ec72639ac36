"""wrong: uses GELU. Fails: 00.mlp_logits."""

import torch


def mlp_logits(x, W1, b1, W2, b2):
    return torch.nn.functional.gelu(x @ W1.T + b1) @ W2.T + b2
