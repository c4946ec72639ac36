"""wrong: takes any set. Fails: 04.completeness."""
import torch

def completeness(model, tokens, answers, frames, means, circuit, sets):
    
    def f(keep):
        return logit_difference(mean_ablate(model, tokens, frames, means, keep), answers).item()

    c = torch.tensor([f(circuit & ~k) for k in sets])
    m = torch.tensor([f(~k) for k in sets])
    return Completeness(c, m, (c - m).abs())
