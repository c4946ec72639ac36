"""wrong: makes all hooks with the last layer. Fails: 04.mean_ablate."""
import torch

@torch.no_grad()
def mean_ablate(model, tokens, frames, means, keep):
    hooks = []
    for layer in range(model.cfg.n_layers):
        def replace(z, hook):
            return torch.where(keep[layer].movedim(0, -1)[..., None], z, means[frames, layer])
        hooks.append((f"blocks.{layer}.attn.hook_z", replace))
    return model.run_with_hooks(tokens, fwd_hooks=hooks)
