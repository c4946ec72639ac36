"""right: uses einsum."""

def ov_circuit(weights, layer, head):
    left = torch.einsum("vd,de->ve", weights["W_E"], weights["W_V"][layer, head])
    return left, torch.einsum("ed,dv->ev", weights["W_O"][layer, head], weights["W_U"])
