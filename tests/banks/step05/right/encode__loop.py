"""right: loops over instances and returns a plain tuple."""

import torch
from torch import nn


class SparseAutoencoder(nn.Module):
    def __init__(self, W_enc, b_enc, W_dec, b_dec):
        super().__init__()
        self.W_enc, self.b_enc = nn.Parameter(W_enc), nn.Parameter(b_enc)
        self.W_dec, self.b_dec = nn.Parameter(W_dec), nn.Parameter(b_dec)

    def encode(self, x):
        rows = []
        for i in range(x.shape[1]):
            rows.append(nn.functional.relu((x[:, i] - self.b_dec[i]) @ self.W_enc[i] + self.b_enc[i]))
        return torch.stack(rows, dim=1)

    def decode(self, h):
        return torch.stack([h[:, i] @ self.W_dec[i] + self.b_dec[i] for i in range(h.shape[1])], dim=1)

    def forward(self, x):
        h = self.encode(x)
        return self.decode(h), h
