"""wrong: adds the stream already. Fails: primer.head_output."""


def head_output(weights, x, pattern):
    return x + pattern @ (x @ weights["W_V"]) @ weights["W_O"]
