"""right: loops over prompts, heads and names."""

@torch.no_grad()
def attention_to_names(model, tokens, answers, positions):
    cache = model.run_with_cache(tokens)[1]
    layers, heads, prompts = model.cfg.n_layers, model.cfg.n_heads, len(tokens)
    attention, logits = torch.zeros(layers, heads, prompts, 3), torch.zeros(layers, heads, prompts, 2)
    for layer in range(layers):
        for head in range(heads):
            for prompt in range(prompts):
                row = cache[f"blocks.{layer}.attn.hook_pattern"][prompt, head, positions["END"][prompt]]
                attention[layer, head, prompt] = row[[positions[name][prompt].item() for name in ("IO", "S1", "S2")]]
                z = cache[f"blocks.{layer}.attn.hook_z"][prompt, -1, head]
                said = z @ model.W_O[layer, head] @ model.W_U / cache["ln_final.hook_scale"][prompt, -1]
                logits[layer, head, prompt] = said[answers[prompt]]
    return NameAttention(attention, logits)
