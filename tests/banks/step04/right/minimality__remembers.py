"""right: remembers every score, and takes sets as tuples of heads."""
import torch

def minimality(model, tokens, answers, frames, means, circuit, sets):
    seen = {}

    def f(heads):
        if heads not in seen:
            keep = torch.zeros_like(circuit)
            for place in heads:
                keep[place] = True
            seen[heads] = float(logit_difference(mean_ablate(model, tokens, frames, means, keep), answers))
        return seen[heads]

    members = {tuple(h) for h in circuit.nonzero().tolist()}
    result = torch.zeros(tuple(circuit.shape))
    for v in sorted(members):
        worths = [0.0]
        for k in sets:
            left = members - {tuple(h) for h in k.nonzero().tolist()} - {v}
            worths.append(abs(f(frozenset(left | {v})) - f(frozenset(left))))
        result[v] = max(worths)
    return result
