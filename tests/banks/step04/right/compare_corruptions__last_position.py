"""right: finds END itself."""
import torch

def compare_corruptions(model, tokens, answers, positions):
    end = torch.full((len(tokens),), tokens.shape[1] - 1)
    swapped = torch.where(tokens == answers[:, :1], answers[:, 1:], torch.where(tokens == answers[:, 1:], answers[:, :1], tokens))
    other = tokens.scatter(1, positions["S2"][:, None], answers[:, :1])
    return Corruptions(swap_s2=patch_heads(model, tokens, other, answers, end), swap_names=patch_heads(model, tokens, swapped, answers, end))
