"""wrong: divides the scores themselves by their sum. Fails: primer.softmax_rows."""


def softmax_rows(scores):
    return scores / scores.sum(1, keepdim=True)
