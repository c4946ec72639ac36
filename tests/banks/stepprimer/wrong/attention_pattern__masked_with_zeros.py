"""wrong: puts 0 in place of the scores ahead. Fails: primer.attention_pattern."""

import torch


def attention_pattern(weights, x):
    scores = (x @ weights["W_Q"]) @ (x @ weights["W_K"]).T / weights["W_Q"].shape[1] ** 0.5
    return scores.tril().softmax(1)
