"""wrong: normalises between the empty circuit and the model. Fails: 04.faithfulness."""
import torch

def faithfulness(model, tokens, answers, frames, means, circuit):
    def f(keep, means=means):
        return logit_difference(mean_ablate(model, tokens, frames, means, keep), answers).item()

    c, m = f(circuit), logit_difference(model(tokens), answers).item()
    return Faithfulness(c, m, (c - f(circuit & False)) / (m - f(circuit & False)))
