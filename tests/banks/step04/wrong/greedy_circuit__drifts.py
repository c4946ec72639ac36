"""wrong: compares each smaller circuit with the circuit before it, not with the whole model. Fails: 04.greedy_circuit."""

import torch


def greedy_circuit(model, tokens, answers, frames, means, tolerance=0.2):
    def score(keep):
        return logit_difference(mean_ablate(model, tokens, frames, means, keep), answers).item()  # noqa: F821

    circuit = torch.ones(model.cfg.n_layers, model.cfg.n_heads, dtype=torch.bool)
    now = score(circuit)
    while circuit.any():
        candidates = []
        for layer, head in circuit.nonzero().tolist():
            smaller = circuit.clone()
            smaller[layer, head] = False
            found = score(smaller)
            candidates.append((abs(found - now), found, smaller))
        nearest, found, smaller = min(candidates, key=lambda candidate: candidate[0])
        if nearest > tolerance * abs(now):
            break
        circuit, now = smaller, found
    return circuit
