"""wrong: takes absolute errors. Fails: 05.sae_loss."""

def sae_loss(x, x_hat, h, l1):
    return (x - x_hat).abs().sum(-1).mean(0) + l1 * h.abs().sum(-1).mean(0)
