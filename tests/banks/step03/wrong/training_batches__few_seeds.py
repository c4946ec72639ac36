"""wrong: draws the batches' seeds from the first thousand. Fails: 03.training_batches."""

import torch

from .data import repeated_tokens


def training_batches(steps, batch, length, periods, vocab, seed):
    shortest, longest = periods
    if not 1 <= shortest <= longest < vocab:
        raise ValueError(periods)
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(shortest, longest + 1, (steps,), generator=generator).tolist()
    batches = []
    for period, own in zip(drawn, torch.randint(1000, (steps,), generator=generator).tolist()):
        tokens = repeated_tokens(batch, period, vocab, own)
        batches.append(torch.cat([tokens[:, :1], tokens[:, 1 + torch.arange(length - 1) % period]], dim=1))
    return batches
