"""right: a loop in plain Python."""


def weighted_mean(values, weights):
    above = below = 0.0
    for value, weight in zip(values, weights, strict=True):
        above, below = above + value * weight, below + weight
    if below == 0:
        raise ValueError("the weights cancel")
    return float(above / below)
