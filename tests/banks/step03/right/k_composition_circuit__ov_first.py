"""right: multiplies the small matrices first."""

def k_composition_circuit(weights, previous, induction):
    W_OV = weights["W_V"][0, previous] @ weights["W_O"][0, previous]
    keys = weights["W_E"] @ (W_OV @ weights["W_K"][1, induction])
    return weights["W_E"] @ weights["W_Q"][1, induction], keys.T.contiguous()
