"""wrong: shows the attention of one prompt. Fails: 04.symbolic_circuit."""

@torch.no_grad()
def symbolic_circuit(weights: Weights) -> SymbolicCircuit:
    names = len(weights["W_E"]) - 2
    attention = symbolic_forward(weights, symbolic_ioi_data(names)[0]).attention[0]
    seen, said = weights["W_E"][:names], weights["W_U"][:, :names]
    circuit = torch.einsum("nd,hde,hef,fm->hnm", seen, weights["W_V"], weights["W_O"], said)
    own = circuit.diagonal(dim1=1, dim2=2).sum(dim=1)
    others = circuit.sum(dim=(1, 2)) - own
    return SymbolicCircuit(attention, own / names - others / (names * (names - 1)))
