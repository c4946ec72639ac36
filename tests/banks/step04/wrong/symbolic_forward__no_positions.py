"""wrong: leaves positions out. Fails: 04.symbolic_forward."""

def symbolic_forward(weights: Weights, tokens: Int64[Tensor, "prompt 5"]) -> SymbolicRun:
    token = weights["W_E"][tokens]
    place = token
    query = torch.einsum("pd,hde->phe", place[:, -1], weights["W_Q"])
    key = torch.einsum("pkd,hde->phke", place, weights["W_K"])
    value = torch.einsum("pkd,hde->phke", token, weights["W_V"])
    attention = (torch.einsum("phe,phke->phk", query, key) / query.shape[-1] ** 0.5).softmax(dim=-1)
    written = torch.einsum("phk,phke,hed->pd", attention, value, weights["W_O"])
    return SymbolicRun((token[:, -1] + written) @ weights["W_U"], attention)
