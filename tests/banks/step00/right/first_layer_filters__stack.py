"""right: stacks one picture after another."""

import torch


def first_layer_filters(W1):
    return torch.stack([row.view(28, 28) for row in W1])
