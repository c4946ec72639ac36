"""wrong: puts the original's heads into the variants. Fails: 04.position_and_token_signal."""
import torch

@torch.no_grad()
def position_and_token_signal(model, tokens, answers, positions, heads):
    rows = torch.arange(len(tokens))
    first_two = tokens.clone()
    first_two[rows, positions["IO"]] = answers[:, 1]
    first_two[rows, positions["S1"]] = answers[:, 0]
    everywhere = corrupt_prompts(tokens, answers, positions, "swap_names")
    s2 = corrupt_prompts(tokens, answers, positions, "swap_s2")
    results = []
    for variant in (tokens, everywhere, first_two, s2):
        _, cache = model.run_with_cache(tokens)
        hooks = []
        for layer in range(model.cfg.n_layers):
            def put(z, hook, layer=layer):
                z[:, -1, heads[layer]] = cache[f"blocks.{layer}.attn.hook_z"][:, -1, heads[layer]]
                return z
            hooks.append((f"blocks.{layer}.attn.hook_z", put))
        results.append(logit_difference(model.run_with_hooks(variant, fwd_hooks=hooks), answers).item())
    return Signals(*results)
