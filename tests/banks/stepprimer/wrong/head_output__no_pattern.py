"""wrong: carries each position's own value, wherever it looks. Fails: primer.head_output."""


def head_output(weights, x, pattern):
    return x @ weights["W_V"] @ weights["W_O"]
