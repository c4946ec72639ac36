"""wrong: leaves its hooks on the model. Fails: 04.knock_out."""
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
    for name, hook in hooks:
        model.add_hook(name, hook)
    after, left = logit_difference(model(tokens), answers).item(), head_attribution(model, tokens, answers)
    return KnockOut(before, after, left - direct)
