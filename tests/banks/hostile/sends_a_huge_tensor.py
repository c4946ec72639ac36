"""hostile (answers): answers with more data than an answer may hold. Says: larger than allowed."""
import torch


def logits(x, W, bias):
    return torch.zeros(36 * 2**20)
