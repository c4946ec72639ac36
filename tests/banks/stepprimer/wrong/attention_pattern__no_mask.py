"""wrong: lets positions see what comes after them. Fails: primer.attention_pattern."""

import torch


def attention_pattern(weights, x):
    scores = (x @ weights["W_Q"]) @ (x @ weights["W_K"]).T / weights["W_Q"].shape[1] ** 0.5
    return scores.softmax(1)
