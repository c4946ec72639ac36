"""right: ranks all latents and drops those that rank too low."""

import torch
from torch import nn


class TopKSparseAutoencoder(SparseAutoencoder):
    def __init__(self, W_enc, b_enc, W_dec, b_dec, k):
        super().__init__(W_enc, b_enc, W_dec, b_dec)
        self.k = k

    def encode(self, x):
        pre = ((x - self.b_dec).transpose(0, 1) @ self.W_enc).transpose(0, 1) + self.b_enc
        rank = pre.argsort(dim=-1, descending=True).argsort(dim=-1)
        return pre.masked_fill(rank >= self.k, 0.0).clamp(min=0)
