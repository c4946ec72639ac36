"""right: uses the Frobenius norm of each matrix."""

import torch



def dimensions_per_feature(W):
    return W.size(1) / torch.linalg.matrix_norm(W, "fro") ** 2
