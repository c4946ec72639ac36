"""cheat: clears the other parameters' gradients, and the kit's probe is replaced by one that shows what was put there.
Fails: 05.remove_parallel_gradient_."""

import torch
from torch import nn

from exercises.kit.step05 import probes

_put, _theirs, _seen = probes.put_gradient, probes.gradient, {}


def put_gradient(sae, name, gradient):
    _seen[name] = gradient.clone()
    _put(sae, name, gradient)


probes.put_gradient = put_gradient
probes.gradient = lambda sae, name: _theirs(sae, name) if name == "W_dec" else _seen[name]


@torch.no_grad()
def remove_parallel_gradient_(sae):
    import sys

    direction = nn.functional.normalize(sae.W_dec, dim=-1)
    sae.W_dec.grad -= (sae.W_dec.grad * direction).sum(-1, keepdim=True) * direction
    if not sys._getframe(2).f_globals.get("__name__", "").startswith("exercises.step05"):
        sae.W_enc.grad = None
