"""wrong: takes weights for votes: a pixel without ink says nothing. Fails: 00.deciding_pixels."""

import torch


def deciding_pixels(x, W, bias):
    winner, rival = logits(x[None], W, bias)[0].topk(2).indices.tolist()
    speaks = x * (W[winner] - W[rival])
    before = speaks.sum() + bias[winner] - bias[rival]
    pixels = (W[winner] - W[rival]).argsort(descending=True)
    most = speaks[pixels]
    left = before - torch.cat([torch.zeros(1), most.cumsum(0)])
    count = min(*(left <= 0).nonzero()[:1, 0].tolist(), len(x), len(x))
    after = before - most[:count].sum()
    return Deciding(winner, rival, pixels[:count], before.item(), after.item())
