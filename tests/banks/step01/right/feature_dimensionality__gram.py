"""right: works on the Gram matrix: D = G_ii² / Σ_j G_ij²."""

import torch



def feature_dimensionality(W):
    gram = torch.matmul(W.transpose(1, 2), W).double()
    top = torch.diagonal(gram, dim1=-2, dim2=-1) ** 2
    return (top / (gram**2).sum(-1).clamp(min=1e-300)).to(W.dtype)
