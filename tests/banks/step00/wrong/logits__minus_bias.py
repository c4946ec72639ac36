"""wrong: subtracts the bias. Fails: 00.logits."""

def logits(x, W, bias):
    return x @ W.T - bias
