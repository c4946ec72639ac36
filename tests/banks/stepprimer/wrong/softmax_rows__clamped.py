"""wrong: cuts large scores off before the exponential. Fails: primer.softmax_rows."""


def softmax_rows(scores):
    parts = scores.clamp(-20, 20).exp()
    return parts / parts.sum(1, keepdim=True)
