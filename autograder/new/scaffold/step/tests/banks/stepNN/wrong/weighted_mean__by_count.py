"""wrong: divides by how many values there are. Fails: {{id}}.weighted_mean."""


def weighted_mean(values, weights):
    if weights.sum() == 0:
        raise ValueError("the weights add up to 0")
    return float((values * weights).sum() / len(values))
