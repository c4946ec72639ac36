"""wrong: takes norms for squared norms. Fails: 05.fraction_of_variance_unexplained."""

def fraction_of_variance_unexplained(x, x_hat):
    return (x - x_hat).norm(dim=-1).sum(0) / (x - x.mean(0)).norm(dim=-1).sum(0)
