"""wrong: keeps a head everywhere when it is kept somewhere. Fails: 04.mean_ablate."""
import torch

@torch.no_grad()
def mean_ablate(model, tokens, frames, means, keep):
    def make(layer):
        kept = keep[layer].movedim(0, -1)[..., None]
        def hook(z, hook):
            some = kept if kept.dim() == 2 else kept.any(0).any(0)
            return torch.where(some, z, means[frames, layer])
        return hook

    return model.run_with_hooks(tokens, fwd_hooks=[(f"blocks.{i}.attn.hook_z", make(i)) for i in range(model.cfg.n_layers)])
