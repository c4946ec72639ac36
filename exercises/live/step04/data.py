"""Data of step 04's live experiment: the shipped model, and the sentences on which a circuit is judged."""

import random
from pathlib import Path

import torch
from safetensors.torch import load
from tokenizers import Tokenizer
from torch import Tensor

from exercises.kit import shipped
from exercises.kit.language_model import SHIPPED
from exercises.kit.live import write_json, write_tensors
from exercises.kit.step04.words import FRAMES, NAMES, PLACES, THINGS

LAYERS = HEADS = 4
EACH = 8  # sentences of each frame, as in the notebook: half of them ABBA


def folded(given: dict[str, Tensor]) -> dict[str, Tensor]:
    """GPT-2's weights by the lesson's names, float32; LayerNorm's gain and bias are folded into what reads."""
    given = {name.removeprefix("transformer."): tensor.double() for name, tensor in given.items()}

    def after_norm(norm: str, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        return given[f"{norm}.weight"][:, None] * weight, bias + given[f"{norm}.bias"] @ weight

    def all_layers(norm: str, linear: str) -> tuple[Tensor, Tensor]:
        layers = []
        for h in (f"h.{layer}" for layer in range(LAYERS)):
            weight, bias = given[f"{h}.{linear}.weight"], given[f"{h}.{linear}.bias"]
            layers.append(after_norm(f"{h}.{norm}", weight, bias) if norm else (weight, bias))
        weights, biases = zip(*layers, strict=True)
        return torch.stack(weights), torch.stack(biases)

    W_QKV, b_QKV = all_layers("ln_1", "attn.c_attn")
    made = {"W_E": given["wte.weight"], "W_pos": given["wpe.weight"]}
    for name, W, b in zip("QKV", W_QKV.chunk(3, dim=-1), b_QKV.chunk(3, dim=-1), strict=True):
        made |= {f"W_{name}": W, f"b_{name}": b}
    made["W_O"], made["b_O"] = all_layers("", "attn.c_proj")
    made["W_in"], made["b_in"] = all_layers("ln_2", "mlp.c_fc")
    made["W_out"], made["b_out"] = all_layers("", "mlp.c_proj")
    made["W_U"], made["b_U"] = after_norm("ln_f", given["wte.weight"].T, torch.zeros(len(given["wte.weight"])).double())
    return {name: tensor.float() for name, tensor in made.items()}


def write(root: Path, out: Path) -> None:
    """Writes the model, folded (float32: it is small); its words, and what sentences are made of; the notebook's 48
    sentences with their ABC controls.
    """
    weights = load(shipped.read_weights(SHIPPED, shipped.read_manifest(SHIPPED)))
    write_tensors(out / "model.safetensors.gz", folded(weights) | {"heads": torch.tensor([HEADS]).int()})
    draw = random.Random(0)
    filled = [f.replace("{place}", p).replace("{thing}", t) for f, p, t in zip(FRAMES, PLACES, THINGS, strict=False)]
    judged = []
    for number in range(EACH * len(filled)):
        io, s, third = draw.sample(NAMES, 3)
        a, b = (io, s) if number % 2 == 0 else (s, io)
        frame = number // EACH
        texts = [filled[frame].format(A=a, B=b, S=subject) for subject in (s, third)]
        judged.append({"frame": frame, "text": texts[0], "control": texts[1], "io": io, "s": s})
    vocabulary = Tokenizer.from_file(str(SHIPPED / "tokenizer.json")).get_vocab()
    write_json(
        out / "sentences.json.gz",
        {"vocabulary": {word.replace("Ġ", " "): number for word, number in sorted(vocabulary.items())}}
        | {"frames": FRAMES, "names": NAMES, "places": PLACES, "things": THINGS, "judged": judged},
    )
