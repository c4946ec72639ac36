"""wrong: does not refuse negative values. Fails: 02.gini."""

def gini(values: Float[Tensor, "n"]) -> float:
    if len(values) == 0:
        raise ValueError("The Gini coefficient needs values that are not negative, and one above zero.")
    ascending = values.double().sort().values
    n = len(ascending)
    rank = torch.arange(1, n + 1)
    return (((2 * rank - n - 1) * ascending).sum() / (n * ascending.sum())).item()
