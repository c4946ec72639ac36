"""right: sorts the candidates."""
import torch

def greedy_circuit(model, tokens, answers, frames, means, tolerance=0.2):
    def f(heads):
        keep = torch.zeros(model.cfg.n_layers, model.cfg.n_heads, dtype=torch.bool)
        for place in heads:
            keep[place] = True
        return float(logit_difference(mean_ablate(model, tokens, frames, means, keep), answers))

    left = [(i, j) for i in range(model.cfg.n_layers) for j in range(model.cfg.n_heads)]
    whole = f(left)
    while left:
        tries = sorted((abs(f([h for h in left if h != gone]) - whole), gone) for gone in left)
        if tries[0][0] > tolerance * abs(whole):
            break
        left.remove(tries[0][1])
    keep = torch.zeros(model.cfg.n_layers, model.cfg.n_heads, dtype=torch.bool)
    for place in left:
        keep[place] = True
    return keep
