"""wrong: halves the squared error. Fails: 05.sae_loss."""

def sae_loss(x, x_hat, h, l1):
    return (x - x_hat).square().sum(-1).mean(0) / 2 + l1 * h.abs().sum(-1).mean(0)
