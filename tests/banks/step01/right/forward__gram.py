"""right: multiplies by the Gram matrix."""

import torch
from torch import nn


class ToyModel(nn.Module):
    def __init__(self, W, b, relu=True):
        super().__init__()
        self.W, self.b, self.relu = nn.Parameter(W), nn.Parameter(b), relu

    def forward(self, x):
        gram = torch.matmul(self.W.mT, self.W)
        out = torch.einsum("ifg,big->bif", gram, x) + self.b
        return nn.functional.relu(out) if self.relu else out
