"""wrong: carries keys for values. Fails: primer.head_output."""


def head_output(weights, x, pattern):
    return pattern @ (x @ weights["W_K"]) @ weights["W_O"]
