"""right: rectifies first, with the encode that it inherits, and masks."""

import torch
from torch import nn


class TopKSparseAutoencoder(SparseAutoencoder):
    def __init__(self, W_enc, b_enc, W_dec, b_dec, k):
        super().__init__(W_enc, b_enc, W_dec, b_dec)
        self.k = k

    def encode(self, x):
        h = super().encode(x)
        kept = torch.zeros_like(h, dtype=torch.bool)
        kept.scatter_(-1, h.topk(self.k, dim=-1).indices, True)
        return h * kept
