"""wrong: puts a ReLU on the hidden dimensions too. Fails: 01.forward."""

import torch
from torch import nn


class ToyModel(nn.Module):
    def __init__(self, W, b, relu=True):
        super().__init__()
        self.W, self.b, self.relu = nn.Parameter(W), nn.Parameter(b), relu

    def forward(self, x):
        hidden = torch.einsum("bif,ihf->bih", x, self.W)
        hidden = hidden.relu() if self.relu else hidden
        out = torch.einsum("bih,ihf->bif", hidden, self.W) + self.b
        return out.relu() if self.relu else out
