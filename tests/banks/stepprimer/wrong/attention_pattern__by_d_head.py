"""wrong: divides by d_head, not by its root. Fails: primer.attention_pattern."""

import torch


def attention_pattern(weights, x):
    scores = (x @ weights["W_Q"]) @ (x @ weights["W_K"]).T / weights["W_Q"].shape[1]
    return scores.masked_fill(torch.ones_like(scores).triu(1).bool(), -torch.inf).softmax(1)
