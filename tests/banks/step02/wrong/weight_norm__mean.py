"""wrong: averages the squares. Fails: 02.weight_norm."""

def weight_norm(weights: Weights) -> float:
    return sum(weight.double().square().mean().item() for weight in weights.values())
