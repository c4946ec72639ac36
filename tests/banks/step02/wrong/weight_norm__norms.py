"""wrong: adds norms. Fails: 02.weight_norm."""

def weight_norm(weights: Weights) -> float:
    return sum(weight.double().norm().item() for weight in weights.values())
