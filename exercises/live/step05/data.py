"""Data of step 05's live experiment: the language model, its dictionary, and where each feature is active."""

import json
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from exercises.kit.live import write_json, write_tensors
from exercises.kit.step05.autoencoders import ShippedAutoencoder, collect_neurons, load_autoencoder
from exercises.kit.step05.described_features import described_features
from exercises.kit.step05.model import Weights, load_code_model
from exercises.kit.step05.python_source import FOLDER, token_rows

EVERY = 8  # held-out rows: every eighth is looked at
ON = 5  # tokens that a feature is most active on
STRONGEST, WEAKER = 3, (0.5, 0.2)  # passages: the strongest, and near so much of the largest activation


class Rounded(NamedTuple):
    """Numbers in 8 bits: (q − 128) · step, with one step for each feature."""

    q: Tensor  # uint8, as what was rounded
    step: Tensor  # [latent]

    def values(self, latent: int) -> Tensor:
        """The numbers that are meant; `latent` says which axis the features are on."""
        return (self.q.float() - 128) * (self.step if latent else self.step[:, None])


def rounded(values: Tensor, latent: int) -> Rounded:
    """A matrix in 8 bits; `latent` says which axis the features are on."""
    step = values.abs().amax(1 - latent) / 127
    return Rounded((values / (step if latent else step[:, None])).round().add(128).to(torch.uint8), step)


def dictionary(weights: Weights, autoencoder: ShippedAutoencoder) -> tuple[Rounded, Rounded]:
    """The encoder [neuron, latent], and what one unit of each feature writes into the stream [latent, d_model].

    The stream is all that later parts see of a feature, and has fewer dimensions than there are neurons. In half
    precision model and dictionary would be 4 MB; in 8 bits an activation is off by some thousandths.
    """
    return rounded(autoencoder.W_enc[0], latent=1), rounded(autoencoder.W_dec[0] @ weights["W_out"], latent=0)


@torch.no_grad()
def write(root: Path, out: Path) -> None:
    """Writes the model (float16, as it is shipped), the rounded dictionary, the tokenizer, and what is known of each
    feature on some held-out text: the tokens that it is active on, where it is strongest, how often it is active.
    """
    weights, autoencoder = load_code_model(), load_autoencoder()
    W_enc, writes = dictionary(weights, autoencoder)
    rows = token_rows("held_out")[::EVERY]
    x = autoencoder.scale * collect_neurons(weights, rows) - autoencoder.b_dec
    h = (x.flatten(0, 1) @ W_enc.values(1) + autoencoder.b_enc).relu().view(*rows.shape, -1)
    h[:, 0] = 0  # BOS
    by_token = torch.zeros(len(weights["W_E"]), h.shape[2]).index_add(0, rows.flatten(), h.flatten(0, 1))
    strongest, position = h.max(1)  # [row, latent]
    largest = strongest.amax(0)
    weaker = [(strongest - share * largest).abs().argmin(0) for share in WEAKER]
    examples = torch.stack([*strongest.topk(STRONGEST, dim=0).indices, *weaker])  # rows, [passage, latent]
    write_tensors(
        out / "dictionary.safetensors.gz",
        {name: tensor.half() for name, tensor in weights.items()}
        | {"W_enc": W_enc.q, "W_enc_step": W_enc.step, "b_enc": autoencoder.b_enc[0], "b_dec": autoencoder.b_dec[0]}
        | {"writes": writes.q, "writes_step": writes.step, "scale": torch.tensor([autoencoder.scale])}
        | {"rows": rows.int(), "density": (h > 0).float().mean((0, 1)), "largest": largest}
        | {"fires_on": by_token.topk(ON, dim=0).indices.T.int()}
        | {"example_row": examples.T.int(), "example_position": position.gather(0, examples).T.int()}
        | {"example_activation": strongest.gather(0, examples).T.half()},
    )
    bpe = json.loads((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    described = {one.number: one.description for one in described_features()}
    vocabulary = sorted(bpe["vocab"], key=bpe["vocab"].get)
    write_json(out / "words.json.gz", {"vocabulary": vocabulary, "merges": bpe["merges"], "described": described})
