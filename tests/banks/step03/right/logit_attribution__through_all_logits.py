"""right: unembeds every path and gathers."""

def logit_attribution(weights, tokens):
    run = attention_only_forward(weights, tokens)
    written = [weights["W_E"][tokens], *(output for layer in run.outputs for output in layer.unbind(1))]
    coming = tokens[:, 1:, None]
    return torch.stack([(x @ weights["W_U"])[:, :-1].gather(-1, coming)[..., 0] for x in written], dim=-1)
