"""wrong: takes corrupted minus clean. Fails: 04.attribution_patching."""

def attribution_patching(model, clean, corrupted, answers):
    with torch.no_grad():
        good_logits, good = model.run_with_cache(clean)
    names = [f"blocks.{layer}.attn.hook_z" for layer in range(model.cfg.n_layers)]
    seen = {}

    def keep(z, hook):
        z = z if z.requires_grad else z.detach().requires_grad_()
        z.retain_grad()
        seen[hook.name] = z
        return z

    with torch.enable_grad():
        bad = logit_difference(model.run_with_hooks(corrupted, fwd_hooks=[(name, keep) for name in names]), answers)
        bad.backward()
    gap = logit_difference(good_logits, answers) - bad.detach()
    rows = [((seen[name].detach() - good[name]) * seen[name].grad).sum((0, 1, 3)) for name in names]
    return torch.stack(rows) / gap
