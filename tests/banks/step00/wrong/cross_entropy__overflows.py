"""wrong: exponentiates without subtracting the maximum. Fails: 00.cross_entropy."""

def cross_entropy(logits, labels):
    p = logits.exp() / logits.exp().sum(1, keepdim=True)
    return -p.gather(1, labels[:, None]).log().mean()
