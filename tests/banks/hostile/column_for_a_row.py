"""hostile (answers): returns a long column where a number or a row is asked, so that a difference would take gigabytes."""
import torch


def nearest_mean_accuracy(x, labels, means):
    return torch.zeros(60_000, 1)


def cross_entropy(logits, labels):
    return torch.zeros(60_000, 1)


def template_mean_correlation(W, means):
    return torch.zeros(60_000, 1)
