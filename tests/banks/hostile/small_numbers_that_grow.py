"""hostile (answers): returns bytes by the hundred million, each of which becomes eight when it is compared. Says: million numbers."""
import torch


def logits(x, W, bias):
    return torch.zeros(100_000_000, dtype=torch.uint8)
