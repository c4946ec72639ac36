"""wrong: takes sums for means. Fails: 04.template_means."""
import torch

def template_means(model, tokens, frames):
    n = int(frames.max()) + 1
    if len(frames.unique()) < n:
        raise ValueError("a frame without prompts")
    with torch.no_grad():
        _, cache = model.run_with_cache(tokens)
    z = torch.stack([cache[f"blocks.{l}.attn.hook_z"] for l in range(model.cfg.n_layers)], dim=1)
    return torch.stack([z[frames == f].sum(0) for f in range(n)])
