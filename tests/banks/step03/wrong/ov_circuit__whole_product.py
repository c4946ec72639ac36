"""wrong: forms the product and factors it with an identity. Fails: 03.ov_circuit."""

def ov_circuit(weights: Weights, layer: int, head: int) -> Factors:
    left = weights["W_E"] @ weights["W_V"][layer, head]
    right = weights["W_O"][layer, head] @ weights["W_U"]
    return left @ right, torch.eye(right.shape[1])
