"""wrong: ends in W_U. Fails: 03.k_composition_circuit."""

def k_composition_circuit(weights: Weights, previous: int, induction: int) -> Factors:
    left = weights["W_E"] @ weights["W_Q"][1, induction]
    written = weights["W_E"] @ weights["W_V"][0, previous] @ weights["W_O"][0, previous]
    return left, (weights["W_U"].T @ weights["W_V"][0, previous] @ weights["W_O"][0, previous] @ weights["W_K"][1, induction]).T
