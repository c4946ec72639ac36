"""wrong: puts a new parameter in the place of W_dec. Fails: 05.normalize_decoder_."""

import torch


@torch.no_grad()
def normalize_decoder_(sae):
    sae.W_dec = torch.nn.Parameter(torch.nn.functional.normalize(sae.W_dec, dim=-1))
