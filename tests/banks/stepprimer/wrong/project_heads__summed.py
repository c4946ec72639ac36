"""wrong: sums over the heads. Fails: primer.project_heads."""

import torch


def project_heads(x, W):
    return torch.einsum("pd,hde->pe", x, W)[None].repeat(len(W), 1, 1)
