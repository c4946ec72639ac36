"""wrong: puts zeros in place of means. Fails: 04.mean_ablate."""
import torch

@torch.no_grad()
def mean_ablate(model, tokens, frames, means, keep):
    def make(layer):
        kept = keep[layer].movedim(0, -1)[..., None]
        def hook(z, hook):
            return torch.where(kept, z, torch.zeros_like(z))
        return hook

    return model.run_with_hooks(tokens, fwd_hooks=[(f"blocks.{i}.attn.hook_z", make(i)) for i in range(model.cfg.n_layers)])
