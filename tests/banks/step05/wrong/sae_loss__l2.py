"""wrong: takes the length of h. Fails: 05.sae_loss."""

def sae_loss(x, x_hat, h, l1):
    return (x - x_hat).square().sum(-1).mean(0) + l1 * h.norm(dim=-1).mean(0)
