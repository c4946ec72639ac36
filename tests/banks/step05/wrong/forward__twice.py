"""wrong: reconstructs the reconstruction. Fails: 05.forward."""

import torch
from torch import nn


class SparseAutoencoder(nn.Module):
    def __init__(self, W_enc, b_enc, W_dec, b_dec):
        super().__init__()
        self.W_enc, self.b_enc = nn.Parameter(W_enc), nn.Parameter(b_enc)
        self.W_dec, self.b_dec = nn.Parameter(W_dec), nn.Parameter(b_dec)

    def encode(self, x):
        return (torch.einsum("bid,idm->bim", x - self.b_dec, self.W_enc) + self.b_enc).relu()

    def decode(self, h):
        return torch.einsum("bim,imd->bid", h, self.W_dec) + self.b_dec

    def forward(self, x):
        h = self.encode(self.decode(self.encode(x)))
        return Reconstruction(self.decode(h), h)
