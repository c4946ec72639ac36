"""wrong: pushes every pixel equally, along the sign. Fails: 00.adversarial_nudge."""

def adversarial_nudge(x, W, bias, target, margin=0.1):
    z = W @ x + bias
    c = z.argmax()
    if c == target:
        return x
    d = W[target] - W[c]
    return x + (z[c] - z[target] + margin) / d.abs().sum() * d.sign()
