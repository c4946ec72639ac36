"""wrong: forgets what later layers make of it. Fails: 04.patch_heads."""

@torch.no_grad()
def patch_heads(model, clean, corrupted, answers, at=None):
    (good_logits, good), (bad_logits, bad) = model.run_with_cache(clean), model.run_with_cache(corrupted)
    direction = (model.W_U[:, answers[:, 0]] - model.W_U[:, answers[:, 1]]).T / bad["ln_final.hook_scale"][:, -1]
    rows = torch.arange(len(clean))
    changes = []
    for layer in range(model.cfg.n_layers):
        z = good[f"blocks.{layer}.attn.hook_z"] - bad[f"blocks.{layer}.attn.hook_z"]
        changes.append(torch.einsum("bhe,hed,bd->bh", z[rows, -1 if at is None else at], model.W_O[layer], direction).mean(0))
    gap = logit_difference(good_logits, answers) - logit_difference(bad_logits, answers)
    return torch.stack(changes) / gap
