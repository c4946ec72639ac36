"""right: all positions again, the heads of a layer as one batch."""

@torch.no_grad()
def patch_heads(model, clean, corrupted, answers, at=None):
    (good_logits, good), (bad_logits, bad) = model.run_with_cache(clean), model.run_with_cache(corrupted)
    heads, rows = model.cfg.n_heads, []
    for layer in range(model.cfg.n_layers):
        z, new = bad[f"blocks.{layer}.attn.hook_z"], good[f"blocks.{layer}.attn.hook_z"]
        change = torch.stack([(new - z)[:, :, head] @ model.W_O[layer, head] for head in range(heads)])
        if at is not None:
            keep = torch.nn.functional.one_hot(at, clean.shape[1]).to(change.dtype)
            change = change * keep[None, :, :, None]
        middle = (bad[f"blocks.{layer}.hook_resid_mid"] + change).flatten(0, 1)
        block = model.blocks[layer]
        stream = middle + block.mlp(block.ln2(middle))
        for later in model.blocks[layer + 1 :] if layer + 1 < model.cfg.n_layers else []:
            stream = later(stream)[0]
        logits = model.ln_final(stream) @ model.W_U + model.b_U
        rows.append(logit_difference(logits, answers.repeat(heads, 1), True).view(heads, -1).mean(1))
    good_one, bad_one = logit_difference(good_logits, answers), logit_difference(bad_logits, answers)
    return (torch.stack(rows) - bad_one) / (good_one - bad_one)
