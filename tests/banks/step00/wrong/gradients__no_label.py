"""wrong: forgets to subtract the one-hot label. Fails: 00.gradients."""

def gradients(x, labels, W, bias):
    p = (x @ W.T + bias).softmax(1)
    return p.T @ x / len(x), p.mean(0)
