"""wrong: takes no absolute value. Fails: 04.minimality."""
import torch

def minimality(model, tokens, answers, frames, means, circuit, sets):
    def f(keep):
        return logit_difference(mean_ablate(model, tokens, frames, means, keep), answers).item()

    scores = torch.zeros(circuit.shape)
    for layer, head in circuit.nonzero().tolist():
        found = []
        for k in sets:
            base = circuit & ~k
            with_v, without_v = base.clone(), base.clone()
            with_v[layer, head] = True
            without_v[layer, head] = False
            found.append(f(with_v) - f(without_v))
        scores[layer, head] = max(found)
    return scores
