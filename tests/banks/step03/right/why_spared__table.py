"""right: measures every pair of heads once, in a table."""

import torch


def why_spared(weights, tokens, layer, head, threshold=0.1):
    plain = attention_only_forward(weights, tokens)
    layers, _, heads = plain.outputs.shape[:3]
    losses = torch.zeros(layers * heads, layers * heads, dtype=torch.float64)
    for a in range(layers * heads):
        for b in range(a, layers * heads):
            taken = {(n // heads, n % heads) for n in (a, b)}
            overwrite = [(i, j, plain.outputs[i, :, j].mean(0, keepdim=True).expand(len(tokens), -1, -1))
                         for i, j in sorted(taken)]
            run = attention_only_forward(weights, tokens, overwrite)
            losses[a, b] = losses[b, a] = half_losses(per_position_loss(run.logits, tokens), tokens.shape[1] // 2)[1]
    intact = half_losses(per_position_loss(plain.logits, tokens), tokens.shape[1] // 2)[1]
    n = layer * heads + head
    beside = losses[n] - losses.diagonal()
    beside[n] = -torch.inf
    alone, best = float(losses[n, n] - intact), int(beside.argmax())
    if alone >= threshold:
        verdict = "missed"
    else:
        verdict = "covered" if float(beside[best]) >= threshold else "idle"
    return Spared(other=(best // heads, best % heads), beside=float(beside[best]), alone=alone, verdict=verdict)
