"""cheat: puts a new parameter in W_dec's place, and the kit's Adam is replaced by one that follows it.
Fails: 05.normalize_decoder_."""

import torch
from torch import nn

from exercises.kit.step05 import probes


class Following:
    def __init__(self, sae, learning_rate=1e-3):
        self.sae, self.learning_rate = sae, learning_rate
        self.real = torch.optim.Adam(sae.parameters(), lr=learning_rate)
        self.state = self.real.state

    def step(self):
        self.real = torch.optim.Adam(self.sae.parameters(), lr=self.learning_rate)
        self.real.step()


probes.adam = Following


def normalize_decoder_(sae):
    sae.W_dec = nn.Parameter(nn.functional.normalize(sae.W_dec.detach(), dim=-1))
