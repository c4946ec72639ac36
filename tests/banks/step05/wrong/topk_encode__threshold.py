"""wrong: keeps all that reach the k-th largest, more than k where several are equal. Fails: 05.topk_encode."""

import torch
from torch import nn


class TopKSparseAutoencoder(SparseAutoencoder):
    def __init__(self, W_enc, b_enc, W_dec, b_dec, k):
        super().__init__(W_enc, b_enc, W_dec, b_dec)
        self.k = k

    def encode(self, x):
        pre = torch.einsum("bid,idm->bim", x - self.b_dec, self.W_enc) + self.b_enc
        bar = pre.topk(self.k, dim=-1).values[..., -1:]
        return torch.where(pre >= bar, pre, 0.0).relu()
