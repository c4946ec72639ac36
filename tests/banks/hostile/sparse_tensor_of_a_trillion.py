"""hostile (objects): returns an empty sparse tensor that is dense a trillion numbers. Says: Ran out of memory."""
import torch


def logits(x, W, bias):
    return torch.sparse_coo_tensor(torch.zeros(2, 0, dtype=torch.long), torch.zeros(0), (10**6, 10**6))
