"""wrong: takes W_O of the first layer always. Fails: 03.ov_circuit."""

def ov_circuit(weights: Weights, layer: int, head: int) -> Factors:
    left = weights["W_E"] @ weights["W_V"][layer, head]
    right = weights["W_O"][0, head] @ weights["W_U"]
    return left, right
