"""wrong: returns only b2 as the bias. Fails: 00.effective_template."""

def effective_template(x, W1, b1, W2, b2):
    mask = (W1 @ x + b1 > 0).float()
    return (W2 * mask) @ W1, b2
