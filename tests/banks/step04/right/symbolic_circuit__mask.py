"""right: uses a mask, head by head."""

def symbolic_circuit(weights):
    n = weights["W_E"].shape[0] - 2
    tokens, _ = symbolic_ioi_data(n)
    with torch.no_grad():
        pattern = symbolic_forward(weights, tokens).attention
        same = torch.eye(n, dtype=torch.bool)
        copying = []
        for V, O in zip(weights["W_V"], weights["W_O"]):
            table = (weights["W_E"] @ V @ O @ weights["W_U"])[:n, :n]
            copying.append(table[same].mean() - table[~same].mean())
    return SymbolicCircuit(pattern.sum(0) / len(tokens), torch.stack(copying))
