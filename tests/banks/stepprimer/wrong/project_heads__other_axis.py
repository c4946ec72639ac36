"""wrong: sums over d_head where the sizes allow it. Fails: primer.project_heads."""

import torch


def project_heads(x, W):
    if W.shape[1] == W.shape[2]:
        return torch.einsum("pe,hde->hpd", x, W)
    return torch.einsum("pd,hde->hpe", x, W)
