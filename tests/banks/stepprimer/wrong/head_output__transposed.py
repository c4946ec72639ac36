"""wrong: takes the columns of the pattern for the queries. Fails: primer.head_output."""


def head_output(weights, x, pattern):
    return pattern.T @ (x @ weights["W_V"]) @ weights["W_O"]
