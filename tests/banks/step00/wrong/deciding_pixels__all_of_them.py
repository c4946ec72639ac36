"""wrong: erases all pixels that speak for the winner. Fails: 00.deciding_pixels."""

import torch


def deciding_pixels(x, W, bias):
    winner, rival = logits(x[None], W, bias)[0].topk(2).indices.tolist()
    speaks = x * (W[winner] - W[rival])
    before = speaks.sum() + bias[winner] - bias[rival]
    most, pixels = speaks.sort(descending=True)
    left = before - torch.cat([torch.zeros(1), most.cumsum(0)])
    count = int((most > 0).sum())
    after = before - most[:count].sum()
    return Deciding(winner, rival, pixels[:count], before.item(), after.item())
