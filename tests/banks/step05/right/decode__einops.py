"""right: names the axes with einops."""

import einops
import torch
from torch import nn


class SparseAutoencoder(nn.Module):
    def __init__(self, W_enc, b_enc, W_dec, b_dec):
        super().__init__()
        self.W_enc, self.b_enc = nn.Parameter(W_enc), nn.Parameter(b_enc)
        self.W_dec, self.b_dec = nn.Parameter(W_dec), nn.Parameter(b_dec)

    def encode(self, x):
        pre = einops.einsum(x - self.b_dec, self.W_enc, "b i d, i d m -> b i m")
        return torch.maximum(pre + self.b_enc, torch.zeros(()))

    def decode(self, h):
        return einops.einsum(self.W_dec, h, "i m d, b i m -> b i d") + einops.rearrange(self.b_dec, "i d -> 1 i d")

    def forward(self, x):
        h = SparseAutoencoder.encode(self, x) if type(self) is SparseAutoencoder else self.encode(x)
        return Reconstruction(x_hat=self.decode(h), h=h)
