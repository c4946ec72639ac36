"""hostile (objects): returns a tensor that has a shape and no values."""
import torch


def logits(x, W, bias):
    return torch.zeros(len(x), 10, device="meta")
