"""wrong: zeroes the rest. Fails: 04.faithfulness."""
import torch

def faithfulness(model, tokens, answers, frames, means, circuit):
    def f(keep, means=means):
        return logit_difference(mean_ablate(model, tokens, frames, means, keep), answers).item()

    c, m = f(circuit, 0 * means), logit_difference(model(tokens), answers).item()
    return Faithfulness(c, m, c / m)
