"""wrong: uses the first instance's weights for all. Fails: 01.forward."""

import torch
from torch import nn


class ToyModel(nn.Module):
    def __init__(self, W, b, relu=True):
        super().__init__()
        self.W, self.b, self.relu = nn.Parameter(W), nn.Parameter(b), relu

    def forward(self, x):
        out = torch.einsum("bif,gf->big", x, self.W[0].T @ self.W[0]) + self.b
        return out.relu() if self.relu else out
