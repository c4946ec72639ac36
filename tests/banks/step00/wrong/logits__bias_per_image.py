"""wrong: adds the bias per image when there are ten. Fails: 00.logits."""

def logits(x, W, bias):
    return x @ W.T + (bias[:, None] if len(x) == 10 else bias)
