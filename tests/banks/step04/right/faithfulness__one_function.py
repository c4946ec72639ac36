"""right: scores both with mean_ablate."""
import torch

def faithfulness(model, tokens, answers, frames, means, circuit):
    def f(keep):
        end = mean_ablate(model, tokens, frames, means, keep)[:, -1]
        rows = torch.arange(len(tokens))
        return float((end[rows, answers[:, 0]] - end[rows, answers[:, 1]]).mean())

    c, m = f(circuit), f(torch.ones_like(circuit))
    return Faithfulness(circuit=c, model=m, ratio=c / m)
