"""wrong: adds the rows up before the matrix, so that all positions are alike. Fails: primer.project_heads."""

import torch


def project_heads(x, W):
    return torch.einsum("pd,hde->he", x, W)[:, None].expand(-1, len(x), -1)
