"""wrong: does not divide by the root of d_head. Fails: primer.attention_pattern."""

import torch


def attention_pattern(weights, x):
    scores = (x @ weights["W_Q"]) @ (x @ weights["W_K"]).T
    return scores.masked_fill(torch.ones_like(scores).triu(1).bool(), -torch.inf).softmax(1)
