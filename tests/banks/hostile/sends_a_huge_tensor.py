"""hostile: answers with more data than an answer may hold. Says: larger than allowed."""
import torch


def logits(x, W, bias):
    return torch.zeros(3 * 10**8 // 8)
