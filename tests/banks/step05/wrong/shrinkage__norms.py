"""wrong: divides norms. Fails: 05.shrinkage."""

def shrinkage(x, x_hat, b_dec):
    a, b = x - b_dec, x_hat - b_dec
    return a.norm(dim=-1).sum(0) / b.norm(dim=-1).sum(0)
