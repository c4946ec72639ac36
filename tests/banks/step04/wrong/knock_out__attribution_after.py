"""wrong: returns the attribution after, not its change. Fails: 04.knock_out."""
import torch

@torch.no_grad()
def knock_out(model, tokens, answers, heads):
    before, direct = logit_difference(model(tokens), answers).item(), head_attribution(model, tokens, answers)
    hooks = []
    for layer in range(model.cfg.n_layers):
        def silence(z, hook, layer=layer):
            z[:, -1, heads[layer]] = 0
            return z
        hooks.append((f"blocks.{layer}.attn.hook_z", silence))
    with model.hooks(fwd_hooks=hooks):
        after, left = logit_difference(model(tokens), answers).item(), head_attribution(model, tokens, answers)
    return KnockOut(before, after, left)
