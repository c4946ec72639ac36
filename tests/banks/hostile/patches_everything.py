"""hostile (interpreter): replaces comparisons in torch, numpy, builtins and pytest by ones that say yes."""
import builtins
import sys

import numpy as np
import torch


def yes(*args, **kwargs):
    return True


for place, name in ((torch, "allclose"), (torch, "equal"), (torch, "isclose"), (torch.testing, "assert_close"), (np, "allclose"),
                    (builtins, "all"), (builtins, "abs"), (builtins, "isinstance")):
    if name != "isinstance":
        setattr(place, name, yes)
torch.Tensor.__eq__ = yes
torch.Tensor.allclose = yes
for name, module in list(sys.modules.items()):
    if name.startswith(("pytest", "_pytest", "autograder")):
        for attribute in ("expect", "fail", "raises", "judge", "encode"):
            if attribute != "encode" and hasattr(module, attribute):
                setattr(module, attribute, yes)


def logits(x, W, bias):
    return torch.zeros(len(x), 10)
