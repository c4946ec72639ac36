"""wrong: hides the underflow behind an epsilon. Fails: 00.cross_entropy."""

def cross_entropy(logits, labels):
    p = logits.softmax(1)
    return -(p.gather(1, labels[:, None]) + 1e-9).log().mean()
