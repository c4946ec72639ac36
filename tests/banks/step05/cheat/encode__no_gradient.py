"""cheat: encode cuts h off from its weights, and the kit's probes are replaced by ones that take the gradient of another
encoder. Fails: 05.encode."""

import sys

import torch
from torch import nn

from exercises.kit.step05 import probes


class SparseAutoencoder(nn.Module):
    def __init__(self, W_enc, b_enc, W_dec, b_dec):
        super().__init__()
        self.W_enc, self.b_enc = nn.Parameter(W_enc), nn.Parameter(b_enc)
        self.W_dec, self.b_dec = nn.Parameter(W_dec), nn.Parameter(b_dec)

    def _encode(self, x):
        return (torch.einsum("bid,idm->bim", x - self.b_dec, self.W_enc) + self.b_enc).relu()

    def encode(self, x):
        inside = sys._getframe(1).f_globals.get("__name__", "").startswith("exercises.step05")
        return self._encode(x) if inside else self._encode(x).detach()

    def decode(self, h):
        return torch.einsum("bim,imd->bid", h, self.W_dec) + self.b_dec

    def forward(self, x):
        h = self.encode(x)
        return Reconstruction(self.decode(h), h)


_theirs = probes.run_backward


def run_backward(sae, method, x):
    _theirs(sae, "_encode" if method == "encode" and type(sae) is SparseAutoencoder else method, x)


probes.run_backward = run_backward
