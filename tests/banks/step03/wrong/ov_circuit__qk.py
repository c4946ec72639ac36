"""wrong: takes W_K for W_V. Fails: 03.ov_circuit."""

def ov_circuit(weights: Weights, layer: int, head: int) -> Factors:
    left = weights["W_E"] @ weights["W_K"][layer, head]
    right = weights["W_O"][layer, head] @ weights["W_U"]
    return left, right
