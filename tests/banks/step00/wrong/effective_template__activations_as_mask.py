"""wrong: multiplies with the activations, not with zeros and ones. Fails: 00.effective_template."""

def effective_template(x, W1, b1, W2, b2):
    mask = (W1 @ x + b1).relu()
    return (W2 * mask) @ W1, (W2 * mask) @ b1 + b2
