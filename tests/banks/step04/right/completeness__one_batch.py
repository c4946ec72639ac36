"""right: runs all sets as one batch, with keep by prompt."""
import torch

def completeness(model, tokens, answers, frames, means, circuit, sets):
    if bool((sets.any(0) & ~circuit).any()):
        raise ValueError("not of the circuit")
    n, (b, t) = len(sets), tokens.shape

    def f(kept):  # [set, layer, head]
        keep = kept.permute(1, 2, 0)[..., None, None].expand(-1, -1, -1, b, t).reshape(*kept.shape[1:], n * b, t)
        logits = mean_ablate(model, tokens.repeat(n, 1), frames.repeat(n), means, keep)
        return logit_difference(logits, answers.repeat(n, 1), per_prompt=True).view(n, b).mean(1)

    inside, whole = f(circuit & ~sets), f(~sets)
    return Completeness(inside, whole, torch.abs(inside - whole))
