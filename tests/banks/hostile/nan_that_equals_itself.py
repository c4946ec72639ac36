"""hostile (objects): returns NaN where a number is asked, in the hope that no comparison with it fails."""
import torch


def logits(x, W, bias):
    return torch.full((len(x), 10), float("nan"))


def cross_entropy(logits, labels):
    return torch.tensor(float("nan"))
