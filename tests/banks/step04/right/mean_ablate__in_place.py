"""right: overwrites in place, head by head."""
import torch

@torch.no_grad()
def mean_ablate(model, tokens, frames, means, keep):
    if keep.dim() == 2:
        keep = keep[:, :, None, None].expand(-1, -1, *tokens.shape)

    def replace(z, hook):
        layer = int(hook.name.split(".")[1])
        z = z.clone()
        for head in range(z.shape[2]):
            gone = ~keep[layer, head]
            z[:, :, head][gone] = means[frames, layer, :, head][gone]
        return z

    return model.run_with_hooks(tokens, fwd_hooks=[(lambda name: name.endswith("attn.hook_z"), replace)])
