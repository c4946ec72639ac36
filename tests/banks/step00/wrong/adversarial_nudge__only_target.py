"""wrong: pushes along the template of the target alone. Fails: 00.adversarial_nudge."""

def adversarial_nudge(x, W, bias, target, margin=0.1):
    z = W @ x + bias
    c = z.argmax()
    if c == target:
        return x
    d = W[target]
    return x + (z[c] - z[target] + margin) / (d @ (W[target] - W[c])) * d
