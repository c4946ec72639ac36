"""wrong: counts all units. Fails: 00.effective_template."""

def effective_template(x, W1, b1, W2, b2):
    return W2 @ W1, W2 @ b1 + b2
