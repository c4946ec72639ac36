"""wrong: takes the root. Fails: 02.weight_norm."""

def weight_norm(weights: Weights) -> float:
    return sum(weight.double().square().sum().item() for weight in weights.values()) ** 0.5
