"""wrong: leaves the output linear. Fails: 01.absolute_forward."""

import torch
from torch import nn


class AbsoluteValueModel(nn.Module):
    def __init__(self, W1, W2, b):
        super().__init__()
        self.W1, self.W2, self.b = nn.Parameter(W1), nn.Parameter(W2), nn.Parameter(b)

    def forward(self, x):
        hidden = torch.einsum("bif,ihf->bih", x, self.W1).relu()
        return torch.einsum("bih,ifh->bif", hidden, self.W2) + self.b
