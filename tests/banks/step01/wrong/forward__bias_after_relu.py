"""wrong: adds b after the ReLU. Fails: 01.forward."""

import torch
from torch import nn


class ToyModel(nn.Module):
    def __init__(self, W, b, relu=True):
        super().__init__()
        self.W, self.b, self.relu = nn.Parameter(W), nn.Parameter(b), relu

    def forward(self, x):
        out = torch.einsum("bih,ihf->bif", torch.einsum("bif,ihf->bih", x, self.W), self.W)
        return (out.relu() if self.relu else out) + self.b
