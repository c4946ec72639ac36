"""wrong: lets the layer's own MLP see nothing of it. Fails: 04.patch_attention_out."""

@torch.no_grad()
def patch_attention_out(model, clean, corrupted, answers):
    (good_logits, good), (bad_logits, bad) = model.run_with_cache(clean), model.run_with_cache(corrupted)
    rows = []
    for layer in range(model.cfg.n_layers):
        change = good[f"blocks.{layer}.hook_attn_out"] - bad[f"blocks.{layer}.hook_attn_out"]
        for place in range(clean.shape[1]):
            stream = bad[f"blocks.{layer}.hook_resid_post"].clone()
            stream[:, place] += change[:, place]
            rows.append(run_from(model, stream, layer + 1, answers).mean())
    result = torch.stack(rows).view(model.cfg.n_layers, -1)
    return recovery_metric(result, logit_difference(good_logits, answers), logit_difference(bad_logits, answers))
