"""What patching costs on a model of GPT-2 small's shape: `python tests/benchmarks/patching.py [TOKENIZER] [ROUNDS]`.

Side by side, in one process, with random weights (12 layers of 12 heads, width 768, 50,257 tokens), 8 prompts of 15
tokens and two threads, medians of wall and processor seconds of
- TransformerLens' `get_act_patch_attn_head_out_all_pos` and the reference's `patch_heads`, which must agree to 1e-4;
- `path_patch`, all 144 senders, to the end of the stream, and to the queries, keys or values of four heads;
and the peak memory of it all. TOKENIZER is a folder with a tokenizer; the shipped model's will do.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from exercises.kit import language_model  # noqa: E402
from reference.step04_ioi import attribution, patching, paths  # noqa: E402

PROMPTS, LENGTH = 8, 15


def gpt2_shaped(tokenizer: Path):
    """GPT-2's architecture with weights drawn anew."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    hf_model = GPT2LMHeadModel(GPT2Config(attn_implementation="eager"))
    with torch.no_grad():
        for parameter in hf_model.parameters():
            if parameter.ndim == 2:
                parameter.mul_(3)  # so that heads attend to something, and patches matter
    return language_model._bridge(hf_model, "gpt2-shape", tokenizer)


def timed(rounds: int, **runs: Callable[[], torch.Tensor]) -> dict[str, torch.Tensor]:
    """Run each in turn, round after round; print the medians and return the last results."""
    results, seconds = {}, {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            before = time.perf_counter(), time.process_time()
            results[name] = run()
            after = time.perf_counter(), time.process_time()
            seconds[name].append([after[i] - before[i] for i in range(2)])
    medians = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in seconds.items()
    }
    for name, (wall, cpu) in medians.items():
        print(f"{name:<28} {wall:7.2f} s wall {cpu:7.2f} s processor   (median of {rounds})", flush=True)
    if len(medians) == 2:
        first, second = medians.values()
        print(f"{'ratio of the medians':<28} {first[0] / second[0]:7.2f}        {first[1] / second[1]:7.2f}")
    return results


def main() -> None:
    tokenizer = Path(sys.argv[1]) if len(sys.argv) > 1 else language_model.SHIPPED
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    torch.set_num_threads(2)
    torch.set_grad_enabled(False)
    model = gpt2_shaped(tokenizer)
    from transformer_lens.patching import get_act_patch_attn_head_out_all_pos

    generator = torch.Generator().manual_seed(1)
    clean = torch.randint(0, model.cfg.d_vocab, (PROMPTS, LENGTH), generator=generator)
    answers = clean[:, [2, 4]]
    corrupted = clean.clone()
    corrupted[:, 2], corrupted[:, 4] = clean[:, 4], clean[:, 2]  # names swapped: all but two positions change
    good, bad = (attribution.logit_difference(model(tokens), answers) for tokens in (clean, corrupted))

    def transformer_lens() -> torch.Tensor:
        _, cache = model.run_with_cache(clean)
        return get_act_patch_attn_head_out_all_pos(
            model, corrupted, cache, lambda logits: (attribution.logit_difference(logits, answers) - bad) / (good - bad)
        )

    both = timed(rounds, transformer_lens=transformer_lens,
                 patch_heads=lambda: patching.patch_heads(model, clean, corrupted, answers))  # fmt: skip
    apart = (both["transformer_lens"] - both["patch_heads"]).abs().max()
    print(f"{'largest recovery':<28} {both['patch_heads'].abs().max():9.4f}, largest disagreement {apart:.1e}")
    receivers = torch.zeros(model.cfg.n_layers, model.cfg.n_heads, dtype=torch.bool)
    receivers[[7, 7, 8, 8], [3, 9, 6, 10]] = True
    timed(1, path_patch_end=lambda: paths.path_patch(model, clean, corrupted, answers))
    for through in "qkv":
        timed(1, **{f"path_patch_{through}": lambda through=through: paths.path_patch(
            model, clean, corrupted, answers, receivers, through)})  # fmt: skip
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
