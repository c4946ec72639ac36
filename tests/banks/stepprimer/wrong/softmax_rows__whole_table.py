"""wrong: lets the whole table sum to 1. Fails: primer.softmax_rows."""


def softmax_rows(scores):
    return scores.flatten().softmax(0).reshape(scores.shape)
