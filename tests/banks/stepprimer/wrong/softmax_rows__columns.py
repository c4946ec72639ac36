"""wrong: takes the softmax down the columns. Fails: primer.softmax_rows."""


def softmax_rows(scores):
    return scores.softmax(0)
