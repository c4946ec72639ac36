"""wrong: adds up over heads and tells parts of z, not heads, apart. Fails: 04.integrated_gradients."""

import torch


def integrated_gradients(model, clean, corrupted, answers, steps=8):
    if steps < 1:
        raise ValueError("steps")
    with torch.no_grad():
        logits, cache = model.run_with_cache(clean)
        bad_logits, other = model.run_with_cache(corrupted)
    good, bad = logit_difference(logits, answers), logit_difference(bad_logits, answers)
    gained = []
    for layer in range(model.cfg.n_layers):
        name = f"blocks.{layer}.attn.hook_z"
        change, slope = cache[name] - other[name], torch.zeros_like(other[name])
        for k in range(steps):
            z = (other[name] + (k + 0.5) / steps * change).requires_grad_()
            with torch.enable_grad():
                moved = model.run_with_hooks(corrupted, fwd_hooks=[(name, lambda value, hook, z=z: z)])
                slope += torch.autograd.grad(logit_difference(moved, answers), z)[0] / steps
        heads = change.shape[2]
        gained.append((change * slope).sum((0, 1)).reshape(-1, heads).sum(0))
    return recovery_metric(bad + torch.stack(gained), good, bad)
