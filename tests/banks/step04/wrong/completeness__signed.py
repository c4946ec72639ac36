"""wrong: takes no absolute value. Fails: 04.completeness."""
import torch

def completeness(model, tokens, answers, frames, means, circuit, sets):
    if (sets & ~circuit).any():
        raise ValueError("not of the circuit")

    def f(keep):
        return logit_difference(mean_ablate(model, tokens, frames, means, keep), answers).item()

    c = torch.tensor([f(circuit & ~k) for k in sets])
    m = torch.tensor([f(~k) for k in sets])
    return Completeness(c, m, c - m)
