"""cheat: encode writes into x, and the kit's probe is replaced by one that shows x as it was. Fails: 05.encode."""

import torch
from torch import nn

from exercises.kit.step05 import probes

probes.input_after = lambda sae, method, x: x


class SparseAutoencoder(nn.Module):
    def __init__(self, W_enc, b_enc, W_dec, b_dec):
        super().__init__()
        self.W_enc, self.b_enc = nn.Parameter(W_enc), nn.Parameter(b_enc)
        self.W_dec, self.b_dec = nn.Parameter(W_dec), nn.Parameter(b_dec)

    def encode(self, x):
        h = (torch.einsum("bid,idm->bim", x - self.b_dec, self.W_enc) + self.b_enc).relu()
        if _asked_alone():
            x.sub_(self.b_dec.detach())
        return h

    def decode(self, h):
        return torch.einsum("bim,imd->bid", h, self.W_dec) + self.b_dec

    def forward(self, x):
        h = self.encode(x)
        return Reconstruction(self.decode(h), h)


def _asked_alone():
    """Called by no other function of the submission."""
    import sys

    return not sys._getframe(2).f_globals.get("__name__", "").startswith("exercises.step05")
