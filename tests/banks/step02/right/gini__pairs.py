"""right: averages differences of all pairs."""

def gini(values):
    if bool((values < 0).any()) or float(values.sum()) == 0:
        raise ValueError("no Gini")
    v = values.double()
    return float((v[:, None] - v).abs().sum() / (2 * len(v) * v.sum()))
