"""wrong: adds b_enc after choosing. Fails: 05.topk_encode."""

import torch
from torch import nn


class TopKSparseAutoencoder(SparseAutoencoder):
    def __init__(self, W_enc, b_enc, W_dec, b_dec, k):
        super().__init__(W_enc, b_enc, W_dec, b_dec)
        self.k = k

    def encode(self, x):
        pre = torch.einsum("bid,idm->bim", x - self.b_dec, self.W_enc)
        kept = torch.zeros_like(pre).scatter(-1, pre.topk(self.k, dim=-1).indices, 1.0)
        return ((pre + self.b_enc) * kept).relu()
