"""hostile (memory): asks for a tensor larger than any machine. Says: Ran out of memory."""
import torch


def logits(x, W, bias):
    return torch.ones(10**12)
