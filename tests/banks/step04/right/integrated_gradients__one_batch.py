"""right: all steps of a layer in one batch, and autograd for a weight of 0 on the way."""

import torch


def integrated_gradients(model, clean, corrupted, answers, steps=8):
    if steps <= 0:
        raise ValueError("steps")
    good_logits, good = model.run_with_cache(clean)
    bad_logits, bad = model.run_with_cache(corrupted)
    share = ((torch.arange(steps) + 0.5) / steps).repeat_interleave(len(clean)).view(-1, 1, 1, 1)
    rows = []
    for layer in range(model.cfg.n_layers):
        name = f"blocks.{layer}.attn.hook_z"
        start, way = bad[name].detach(), (good[name] - bad[name]).detach()
        leaf = (start.repeat(steps, 1, 1, 1) + share * way.repeat(steps, 1, 1, 1)).requires_grad_(True)
        with torch.enable_grad():
            logits = model.run_with_hooks(corrupted.repeat(steps, 1), fwd_hooks=[(name, lambda z, hook: leaf)])
            total = logit_difference(logits, answers.repeat(steps, 1), per_prompt=True).sum() / len(clean)
            (gradient,) = torch.autograd.grad(total, leaf)
        mean = gradient.view(steps, *start.shape).mean(0)
        rows.append(torch.einsum("bphd,bphd->h", mean, way))
    gap = logit_difference(good_logits, answers) - logit_difference(bad_logits, answers)
    return (torch.stack(rows) / gap).detach()
