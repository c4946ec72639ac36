"""wrong: leaves the biases out. Fails: 00.deciding_pixels."""

import torch


def deciding_pixels(x, W, bias):
    winner, rival = logits(x[None], W, bias)[0].topk(2).indices.tolist()
    speaks = x * (W[winner] - W[rival])
    before = speaks.sum()
    most, pixels = speaks.sort(descending=True)
    left = before - torch.cat([torch.zeros(1), most.cumsum(0)])
    count = min(int((most > 0).sum()), *(left <= 0).nonzero()[:1, 0].tolist(), len(x))
    after = before - most[:count].sum()
    return Deciding(winner, rival, pixels[:count], before.item(), after.item())
