"""wrong: replaces at the last position only. Fails: 04.mean_ablate."""
import torch

@torch.no_grad()
def mean_ablate(model, tokens, frames, means, keep):
    def make(layer):
        kept = keep[layer].movedim(0, -1)[..., None]
        def hook(z, hook):
            new = torch.where(kept, z, means[frames, layer])
            return torch.cat([z[:, :-1], new[:, -1:]], dim=1)
        return hook

    return model.run_with_hooks(tokens, fwd_hooks=[(f"blocks.{i}.attn.hook_z", make(i)) for i in range(model.cfg.n_layers)])
