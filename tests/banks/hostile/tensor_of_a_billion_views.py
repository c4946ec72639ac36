"""hostile (objects): returns one number that looks like four billion. Says: Ran out of memory."""
import torch


def logits(x, W, bias):
    return torch.zeros(1).expand(2**32)
