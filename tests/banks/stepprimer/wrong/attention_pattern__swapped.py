"""wrong: asks with the keys and answers with the queries. Fails: primer.attention_pattern."""

import torch


def attention_pattern(weights, x):
    scores = (x @ weights["W_K"]) @ (x @ weights["W_Q"]).T / weights["W_Q"].shape[1] ** 0.5
    return scores.masked_fill(torch.ones_like(scores).triu(1).bool(), -torch.inf).softmax(1)
