"""right: lists the pairs with cartesian_prod."""

def modular_addition_data(p):
    pairs = torch.cartesian_prod(torch.arange(p), torch.arange(p))
    return torch.nn.functional.pad(pairs, (0, 1), value=p), pairs.sum(1).remainder(p)
