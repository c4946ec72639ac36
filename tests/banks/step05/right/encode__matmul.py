"""right: moves the instance axis to the front and multiplies matrices."""

import torch
from torch import nn


class SparseAutoencoder(nn.Module):
    def __init__(self, W_enc, b_enc, W_dec, b_dec):
        super().__init__()
        self.W_enc, self.b_enc = nn.Parameter(W_enc), nn.Parameter(b_enc)
        self.W_dec, self.b_dec = nn.Parameter(W_dec), nn.Parameter(b_dec)

    def encode(self, x):
        pre = torch.baddbmm(self.b_enc[:, None], (x - self.b_dec).transpose(0, 1), self.W_enc)
        return torch.clamp(pre, min=0).transpose(0, 1)

    def decode(self, h):
        return torch.baddbmm(self.b_dec[:, None], h.transpose(0, 1), self.W_dec).transpose(0, 1)

    def forward(self, x):
        h = self.encode(x)
        x_hat = self.decode(h)
        return Reconstruction(h=h, x_hat=x_hat)
