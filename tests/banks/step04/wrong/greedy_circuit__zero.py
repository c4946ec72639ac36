"""wrong: puts zeros in place of means. Fails: 04.greedy_circuit."""
import torch

def greedy_circuit(model, tokens, answers, frames, means, tolerance=0.2):
    def f(keep):
        return logit_difference(mean_ablate(model, tokens, frames, 0 * means, keep), answers).item()

    whole = logit_difference(model(tokens), answers).item()
    circuit = torch.ones(model.cfg.n_layers, model.cfg.n_heads, dtype=torch.bool)
    while circuit.any():
        tries = []
        for layer, head in circuit.nonzero().tolist():
            smaller = circuit.clone()
            smaller[layer, head] = False
            tries.append((abs(f(smaller) - whole), smaller))
        best, smaller = min(tries, key=lambda t: t[0])
        if best > tolerance * abs(whole):
            break
        circuit = smaller
    return circuit
