"""wrong: keeps the largest of the whole batch (BatchTopK). Fails: 05.topk_encode."""

import torch
from torch import nn


class TopKSparseAutoencoder(SparseAutoencoder):
    def __init__(self, W_enc, b_enc, W_dec, b_dec, k):
        super().__init__(W_enc, b_enc, W_dec, b_dec)
        self.k = k

    def encode(self, x):
        pre = torch.einsum("bid,idm->bim", x - self.b_dec, self.W_enc) + self.b_enc
        flat = pre.transpose(0, 1).flatten(1)
        largest = flat.topk(self.k * len(x), dim=-1)
        kept = torch.zeros_like(flat).scatter(-1, largest.indices, largest.values.relu())
        return kept.view(x.shape[1], len(x), -1).transpose(0, 1)
