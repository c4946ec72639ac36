"""wrong: returns bias and template in the other order. Fails: 00.effective_template."""

def effective_template(x, W1, b1, W2, b2):
    mask = (W1 @ x + b1 > 0).float()
    return (W2 * mask) @ b1 + b2, (W2 * mask) @ W1
