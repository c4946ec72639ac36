"""wrong: counts ranks from 0. Fails: 02.gini."""

def gini(values: Float[Tensor, "n"]) -> float:
    if (values < 0).any() or not values.any():
        raise ValueError("The Gini coefficient needs values that are not negative, and one above zero.")
    ascending = values.double().sort().values
    n = len(ascending)
    rank = torch.arange(n)
    return (((2 * rank - n - 1) * ascending).sum() / (n * ascending.sum())).item()
