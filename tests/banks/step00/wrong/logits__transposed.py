"""wrong: returns [10, batch]. Fails: 00.logits."""

def logits(x, W, bias):
    return W @ x.T + bias[:, None]
