"""wrong: forgets what the first head does. Fails: 03.k_composition_circuit."""

def k_composition_circuit(weights: Weights, previous: int, induction: int) -> Factors:
    left = weights["W_E"] @ weights["W_Q"][1, induction]
    written = weights["W_E"]
    return left, (written @ weights["W_K"][1, induction]).T
