"""wrong: reads every instance with the first one's weights. Fails: 05.encode."""

import torch
from torch import nn


class SparseAutoencoder(nn.Module):
    def __init__(self, W_enc, b_enc, W_dec, b_dec):
        super().__init__()
        self.W_enc, self.b_enc = nn.Parameter(W_enc), nn.Parameter(b_enc)
        self.W_dec, self.b_dec = nn.Parameter(W_dec), nn.Parameter(b_dec)

    def encode(self, x):
        return ((x - self.b_dec[0]) @ self.W_enc[0] + self.b_enc[0]).relu()

    def decode(self, h):
        return torch.einsum("bim,imd->bid", h, self.W_dec) + self.b_dec

    def forward(self, x):
        h = self.encode(x)
        return Reconstruction(self.decode(h), h)
