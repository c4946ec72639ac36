"""wrong: exponentiates without subtracting the maximum. Fails: primer.softmax_rows."""


def softmax_rows(scores):
    return scores.exp() / scores.exp().sum(1, keepdim=True)
