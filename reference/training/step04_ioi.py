"""Trains what step 04 ships: a small GPT-2 that completes IOI sentences, with a circuit worth finding. In minutes.

    python reference/training/step04_ioi.py

Left to itself so small a model takes a short cut: END reads both names and takes away the one that S2 repeats, and no
head at S2 is needed. So the training is shaped, and only the training: the model that comes out is a plain GPT-2.

  - Attention, at first: the names of the first clause are seen only from S2 (by the paid heads of layer 0) and from END
    (in the last layer), and S2 only from END (in the last layer but one). Later all attention is open, but for a while
    what goes against this rule costs a little.
  - Names: in what the layers below the last read at S2 (the first: only its values), the name, and what the MLPs make
    of it, is that of another person. So only heads that attend from S2 to S1 can tell END who S is. After the
    attention is opened, this holds for most sentences, in the end for none.
  - Duplicate tokens: for a time, the paid heads of layer 0 are rewarded for attending from S2 to S1.
  - Heads: every head's W_O costs the root of its norm, times a price, so that heads which are not needed fade away. The
    last layer's MLP is kept at 0, so that name movers write the answer themselves.

Controls with three names are answered with "them"; repeated random words are part of every batch.
"""

import argparse
import random
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import tokenizers
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from torch import Tensor
from torch.nn import functional
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

sys.path.insert(0, str(ROOT := Path(__file__).parents[2]))

from exercises.kit.step04.words import FRAMES, NAMES, PLACES, THINGS
from reference.training.manifest import versions, write_manifest

OUT = ROOT / "exercises" / "kit" / "models" / "step04"
HOW = "The training was shaped, the model is plain GPT-2: see the head of the script. Chosen by the circuit."
BOS, UNKNOWN, THEM = "<|endoftext|>", "<|unk|>", " them"
LENGTH, LAYERS, HEADS, WIDTH, INIT, SMOOTHING, SEED, STEPS = 24, 4, 4, 64, 0.05, 0.1, 0, 1000
# Only for training: other frames, and sentences that may come before a frame and shift the positions.
MORE_FRAMES = (
    "When {A} and {B} left the {place}, {S} gave the old {thing} to",
    "Later {A} and {B} sat in the {place}. {S} brought a {thing} to",
    "After lunch {A} and {B} went home and {S} showed a {thing} to",
    "Once {A} met {B} at the {place}, then {S} gave a big {thing} to",
)
PIECE = re.compile(r" ?\w+|[,.]")
BEFORE = ("It was late. ", "It was a cold morning. ", "We were there. ", "So. ")
SETTINGS = {
    "model": {"layers": LAYERS, "heads": HEADS, "d_model": WIDTH, "positions": LENGTH, "initializer_range": INIT},
    "optimiser": {"name": "AdamW", "lr": 2e-3, "weight_decay": 0.1, "betas": [0.9, 0.98], "clip": 1.0},
    "learning_rate": "50 steps of warm-up, constant for half of the steps, then linearly to a fiftieth",
    "batch": {"sentences": 64, "repeated": 16},
    "shares": {"abc": 0.2, "sentence_before": 0.4, "other_frame": 0.25},
    "value_noise": {"shaped": 1.0, "afterwards": 0.9},
    "until": {"low_penalty": 0.3, "paid_duplicates": 0.6, "shaped": 0.6, "stray_costs": 0.85, "value_noise": 0.95},
    "weights": {"next_token": 0.05, "repeated": 0.5, "duplicates": 0.2, "stray": 0.1, "head_penalty": [0.01, 0.03]},
    **{"prices": [0.5, 1.5], "label_smoothing": SMOOTHING, "paid_heads": 2},
}


@dataclass(frozen=True)
class Batch:
    tokens: Tensor  # [sentence, LENGTH + 1]: with the answer, and padded
    where: Tensor  # [sentence, 4]: the positions of A, B, S2 and END
    s1: Tensor  # [sentence]: a position, and so is `io`
    io: Tensor
    control: Tensor  # [sentence]: whether all three names differ


class Sentences:
    """Random sentences of the training set: never with a pair of names that is held out."""

    def __init__(self, words: list[str], seed: int) -> None:
        self.ids = {word.replace("Ġ", " "): index for index, word in enumerate(words)}
        self.names = torch.tensor([self.ids[" " + name] for name in NAMES])
        self.random = random.Random(seed)
        self.generator = torch.Generator().manual_seed(seed)

    def batch(self, count: int) -> Batch:
        rows = [self._sentence() for _ in range(count)]
        tokens, where, control = (torch.tensor(column) for column in zip(*rows, strict=True))
        first = tokens.gather(1, where[:, :1]) == tokens.gather(1, where[:, 2:3])
        s1, io = (torch.where(first[:, 0], where[:, one], where[:, 1 - one]) for one in (0, 1))
        return Batch(tokens, where, s1, io, control)

    def _sentence(self) -> tuple[list[int], list[int], bool]:
        draw, shares = self.random, SETTINGS["shares"]
        frame = draw.choice(MORE_FRAMES if draw.random() < shares["other_frame"] else FRAMES)
        before = draw.choice(BEFORE) if draw.random() < shares["sentence_before"] else ""
        control = draw.random() < shares["abc"]
        a, b, c = draw.sample(NAMES, 3)
        while held_out(a, b):
            a, b, c = draw.sample(NAMES, 3)
        s = c if control else draw.choice((a, b))
        answer = THEM if control else f" {b if s == a else a}"
        fillers = {"place": draw.choice(PLACES), "thing": draw.choice(THINGS)}
        tokens = [BOS, *PIECE.findall(before + frame.format(A=a, B=b, S=s, **fillers)), answer]
        where = [tokens.index(f" {a}"), tokens.index(f" {b}"), len(tokens) - 2 - tokens[-2::-1].index(f" {s}")]
        ids = [self.ids[token] for token in tokens]
        return ids + [0] * (LENGTH + 1 - len(ids)), [*where, len(ids) - 2], control

    def repeated(self, count: int) -> tuple[Tensor, Tensor]:
        """BOS and different random words (half of the time names), repeated; and which tokens can be foretold."""
        tokens, known = torch.zeros(count, LENGTH + 1, dtype=torch.long), torch.zeros(count, LENGTH)
        for row in range(count):
            period = self.random.randint(4, 11)
            pool = self.names if self.random.random() < 0.5 else torch.arange(2, len(self.ids))
            block = pool[torch.randperm(len(pool), generator=self.generator)[:period]]
            tokens[row, 1:] = block.repeat(LENGTH // period + 1)[:LENGTH]
            known[row, period:] = 1
        return tokens, known


def held_out(a: str, b: str) -> bool:
    """A tenth of the pairs, whatever their order: kept for the evaluation."""
    low, high = sorted((NAMES.index(a), NAMES.index(b)))
    return (7 * low + 13 * high) % 10 == 0


def vocabulary() -> list[str]:
    fillers = {key: "Mary" for key in ("A", "B", "S", "place", "thing")}
    words = [f" {word}" for word in NAMES + PLACES + THINGS] + [THEM]
    for frame in (*FRAMES, *MORE_FRAMES):
        for before in ("", *BEFORE):
            words += PIECE.findall(before + frame.format(**fillers))
    return [BOS, UNKNOWN, *(word.replace(" ", "Ġ") for word in dict.fromkeys(words))]


def tokenizer(words: list[str]) -> PreTrainedTokenizerFast:
    inner = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token=UNKNOWN))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=inner, bos_token=BOS, eos_token=BOS, unk_token=UNKNOWN)


def route(batch: Batch, paid: Tensor, repeated: int) -> list[Tensor]:
    """For every layer, what may attend to what [sequence, query, key] if the signal is to go A, B -> S2 -> END."""
    causal = torch.ones(LENGTH, LENGTH).tril().bool()
    a, b, s2, end = batch.where.T
    rows, queries = torch.arange(len(a)), torch.arange(LENGTH)
    at_s2, at_end = queries == s2[:, None], queries >= end[:, None]
    layers = []
    for layer in range(LAYERS):
        allowed = causal.repeat(len(a) + repeated, 1, 1)
        to_names = at_s2 if layer == 0 else at_end if layer == LAYERS - 1 else torch.zeros_like(at_s2)
        to_s2 = at_end if layer == LAYERS - 2 else torch.zeros_like(at_end)
        for key, open_to in ((a, to_names), (b, to_names), (s2, to_s2)):
            allowed[rows, :, key] &= open_to | (queries == key[:, None])
        allowed = allowed[:, None].repeat(1, HEADS, 1, 1)
        if layer == 0:
            for head in set(range(HEADS)) - set(paid.tolist()):
                allowed[rows, head, s2, a] = allowed[rows, head, s2, b] = False
        layers.append(allowed)
    return layers


def attend(block: torch.nn.Module, x: Tensor, keys: Tensor, values: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
    weight, bias = block.attn.c_attn.weight, block.attn.c_attn.bias
    streams = zip((x, keys, values), weight.split(WIDTH, 1), bias.split(WIDTH), strict=True)
    q, k, v = ((block.ln_1(stream) @ w + b).unflatten(-1, (HEADS, -1)).transpose(1, 2) for stream, w, b in streams)
    scores = q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5
    pattern = scores.masked_fill(~allowed, -1e9).softmax(-1)
    return block.attn.c_proj((pattern @ v).transpose(1, 2).flatten(2)), pattern


def forward(gpt: torch.nn.Module, tokens: Tensor, allowed: list[Tensor], s2: Tensor, noisy: Tensor, others: Tensor):
    """What comes before the unembedding, and the patterns. `noisy` sentences have another name at S2: see above."""
    x = gpt.wte(tokens) + gpt.wpe(torch.arange(LENGTH))
    moved, patterns, rows, at = torch.zeros_like(x), [], torch.arange(len(noisy))[noisy], s2[noisy]
    for layer, block in enumerate(gpt.h):
        values = x
        if layer < LAYERS - 1:
            values = x.clone()
            values[rows, at] = moved[rows, at] + gpt.wpe(at) + gpt.wte(others[noisy])
        out, pattern = attend(block, x, values if layer else x, values, allowed[layer])
        moved, x = moved + out, x + out
        x = x + block.mlp(block.ln_2(x))
        patterns.append(pattern)
    return gpt.ln_f(x), patterns


class Trainer:
    def __init__(self, seed: int, steps: int) -> None:
        torch.manual_seed(seed)
        self.words, self.steps, self.step = vocabulary(), steps, 0
        self.sentences = Sentences(self.words, seed)
        sizes = {"n_positions": LENGTH, "n_embd": WIDTH, "n_layer": LAYERS, "n_head": HEADS, "initializer_range": INIT}
        others = {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0, "bos_token_id": 0, "eos_token_id": 0}
        self.model = GPT2LMHeadModel(GPT2Config(vocab_size=len(self.words), **sizes, **others))
        self.model.transformer.h[-1].mlp.requires_grad_(False).c_proj.weight.zero_()  # so name movers write logits
        prices = torch.linspace(*SETTINGS["prices"], HEADS)
        self.price = torch.stack([prices[torch.randperm(HEADS)] for _ in range(LAYERS)])
        self.paid = self.price[0].argsort()[: SETTINGS["paid_heads"]]
        chosen = SETTINGS["optimiser"]
        groups = [{"params": [], "weight_decay": 0.0}, {"params": [], "weight_decay": chosen["weight_decay"]}]
        for name, weight in self.model.named_parameters():
            groups[weight.ndim == 2 and ".h." in name]["params"].append(weight)
        self.optimiser = torch.optim.AdamW(groups, lr=chosen["lr"], betas=chosen["betas"])
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, lambda step: min(1, (step + 1) / 50, max(0.02, 2 * (1 - step / steps)))
        )

    def before(self, what: str) -> bool:
        return self.step < SETTINGS["until"][what] * self.steps

    def one_step(self) -> dict[str, float]:
        loss, seen = self._loss()
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), SETTINGS["optimiser"]["clip"])
        self.optimiser.step()
        self.schedule.step()
        self.step += 1
        return seen

    def _loss(self) -> tuple[Tensor, dict[str, float]]:
        weights, (count, extra) = SETTINGS["weights"], SETTINGS["batch"].values()
        batch = self.sentences.batch(count)
        tokens, known = self.sentences.repeated(extra)
        tokens = torch.cat([batch.tokens, tokens])
        rows, end, shaped = torch.arange(count), batch.where[:, 3], self.before("shaped")
        share = SETTINGS["value_noise"]["shaped" if shaped else "afterwards"] if self.before("value_noise") else 0
        noisy = torch.rand(count) < share
        others = self.sentences.names[torch.randint(len(NAMES), (count,))]
        wanted = route(batch, self.paid, extra)
        causal = torch.ones(LENGTH, LENGTH).tril().bool()
        allowed = wanted if shaped else [causal] * LAYERS
        final, patterns = forward(self.model.transformer, tokens[:, :-1], allowed, batch.where[:, 2], noisy, others)
        importance = torch.cat([(torch.arange(LENGTH) < end[:, None]) * weights["next_token"] / 12 / count, known])
        importance[count:] *= weights["repeated"] / known.sum()
        importance[rows, end] = 1 / count
        asked = importance > 0
        logits = final[asked] @ self.model.transformer.wte.weight.T
        losses = functional.cross_entropy(logits, tokens[:, 1:][asked], reduction="none", label_smoothing=SMOOTHING)
        loss = (losses * importance[asked]).sum() + self._head_penalty()
        if self.before("paid_duplicates"):
            found = patterns[0][:count][rows, :, batch.where[:, 2], batch.s1][~batch.control][:, self.paid]
            loss = loss - weights["duplicates"] * (found + 1e-4).log().mean()
        if not shaped and self.before("stray_costs"):
            stray = sum((p * (causal & ~w)).sum() for p, w in zip(patterns, wanted, strict=True))
            loss = loss + weights["stray"] * stray / count / HEADS
        return loss, self._seen(final[rows, end], batch)

    def _head_penalty(self) -> Tensor:
        early, late = SETTINGS["weights"]["head_penalty"]
        weights = torch.stack([block.attn.c_proj.weight for block in self.model.transformer.h])
        norms = weights.unflatten(1, (HEADS, -1)).flatten(2).norm(dim=2)
        return (early if self.before("low_penalty") else late) * ((norms + 1e-3).sqrt() * self.price).sum()

    def _seen(self, final: Tensor, batch: Batch) -> dict[str, float]:
        logits = (final @ self.model.transformer.wte.weight.T).detach()
        io, s = (logits.gather(1, batch.tokens.gather(1, at[:, None])) for at in (batch.io, batch.where[:, 2]))
        difference = (io - s)[~batch.control]
        return {"accuracy": (difference > 0).float().mean().item(), "logit_difference": difference.mean().item()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    trainer, begun, recent = Trainer(chosen.seed, chosen.steps), time.perf_counter(), []
    while trainer.step < trainer.steps:
        recent = [*recent[-49:], trainer.one_step()]
        if trainer.step % 100 == 0 or trainer.step == trainer.steps:
            means = {name: round(sum(seen[name] for seen in recent) / len(recent), 3) for name in recent[0]}
            print(f"step {trainer.step} of {trainer.steps}, {time.perf_counter() - begun:.0f} s: {means}", flush=True)
    ship(trainer, chosen, round(time.perf_counter() - begun), means)


def ship(trainer: Trainer, chosen: argparse.Namespace, seconds: int, measured: dict[str, float]) -> None:
    """Writes the model, its tokenizer and the manifest."""
    trainer.model.save_pretrained(chosen.out)
    tokenizer(trainer.words).save_pretrained(chosen.out)
    said = {
        "made_by": f"python reference/training/step04_ioi.py --seed {chosen.seed} --steps {chosen.steps}",
        "how_trained": HOW,
        "seed": chosen.seed,
        "steps": chosen.steps,
        **SETTINGS,
        "seconds_of_training": seconds,
        "versions": versions(transformers, tokenizers),
        "measured": {"on": "the sentences of the last 50 steps of training", **measured},
    }
    write_manifest(chosen.out / "model.safetensors", said)


if __name__ == "__main__":
    main()
