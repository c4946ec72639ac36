"""wrong: leaves the ReLU out. Fails: 01.forward."""

import torch
from torch import nn


class ToyModel(nn.Module):
    def __init__(self, W, b, relu=True):
        super().__init__()
        self.W, self.b, self.relu = nn.Parameter(W), nn.Parameter(b), relu

    def forward(self, x):
        return torch.einsum("bih,ihf->bif", torch.einsum("bif,ihf->bih", x, self.W), self.W) + self.b
