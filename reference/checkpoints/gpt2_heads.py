"""GPT-2 small's induction, previous-token and duplicate-token heads, which step 03 names."""

import torch

from reference.checkpoints.gpt2 import gpt2


def gpt2_induction_heads() -> list[float]:
    """5.1, 6.9, 5.5, 7.10, 7.2: attention from a repeated token to the token after its first occurrence."""
    return _stripe(1 - 50, ((5, 1), (6, 9), (5, 5), (7, 10), (7, 2)))


def gpt2_previous_token_heads() -> list[float]:
    """4.11, 3.7, 6.8, 2.2: attention to the token before, everywhere."""
    return _stripe(-1, ((4, 11), (3, 7), (6, 8), (2, 2)))


def gpt2_duplicate_token_heads() -> list[float]:
    """0.5, 3.0: attention from a repeated token to its first occurrence."""
    return _stripe(-50, ((0, 5), (3, 0)))


def _stripe(offset: int, heads: tuple[tuple[int, int], ...]) -> list[float]:
    """Mean of one diagonal of the heads' patterns: BOS, 50 random tokens, and the same 50 again, four times."""
    model, _ = gpt2()
    once = torch.randint(1000, 50000, (4, 50), generator=torch.Generator().manual_seed(0))
    tokens = torch.cat([torch.full((4, 1), model.tokenizer.bos_token_id), once, once], dim=1)
    with torch.no_grad():
        _, cache = model.run_with_cache(tokens, names_filter=lambda name: name.endswith("hook_pattern"))
    patterns = [cache[f"blocks.{layer}.attn.hook_pattern"][:, head] for layer, head in heads]
    stripes = [pattern.diagonal(offset, dim1=-2, dim2=-1) for pattern in patterns]
    return [(stripe[:, -50:] if offset < -1 else stripe).mean().item() for stripe in stripes]
