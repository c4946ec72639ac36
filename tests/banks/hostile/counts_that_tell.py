"""hostile (secrets): puts what it was given into how many elements are NaN, infinite or wrong."""
import torch


def logits(x, W, bias):
    told = torch.zeros(len(x), 10).flatten()
    told[: int(abs(float(x.flatten()[0])) * 100) % len(told)] = float("nan")
    return told.view(-1, 10)
