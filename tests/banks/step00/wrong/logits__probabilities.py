"""wrong: returns probabilities. Fails: 00.logits."""

def logits(x, W, bias):
    return (x @ W.T + bias).softmax(1)
