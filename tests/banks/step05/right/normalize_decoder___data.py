"""right: hands the parameter other data."""

from torch.nn import functional as F


def normalize_decoder_(sae):
    sae.W_dec.data = F.normalize(sae.W_dec.data, p=2, dim=2)
