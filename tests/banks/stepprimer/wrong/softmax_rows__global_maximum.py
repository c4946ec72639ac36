"""wrong: subtracts the maximum of the whole table, which lets other rows vanish. Fails: primer.softmax_rows."""


def softmax_rows(scores):
    parts = (scores - scores.max()).exp()
    return parts / parts.sum(1, keepdim=True)
