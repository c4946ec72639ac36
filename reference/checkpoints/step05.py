"""Step 05's recorded numbers: the language model, the toy, the shipped autoencoder and the features described in it."""

import functools

import torch
from torch import Tensor

from autograder.testing import CheckpointUnavailable
from exercises.kit.step05.autoencoders import collect_neurons, load_autoencoder, load_toy, toy_activations
from exercises.kit.step05.described_features import described_features
from exercises.kit.step05.labels import LabelledRows, labelled_rows, places
from exercises.kit.step05.model import load_code_model, next_token_loss, read_manifest, run_code_model
from exercises.kit.step05.python_source import (
    BOS,
    ROW,
    compare_with_training,
    load_tokenizer,
    source_files,
    token_rows,
    token_stream,
    token_strings,
)
from reference.step05_sparse_autoencoders.autoencoder import SparseAutoencoder, initial_weights
from reference.step05_sparse_autoencoders.baselines import (
    independent_components,
    neuron_basis,
    principal_components,
    random_basis,
    sparse_reconstruction,
)
from reference.step05_sparse_autoencoders.bonus import absorption, shuffled_weights, token_f1
from reference.step05_sparse_autoencoders.effects import ablate_feature, loss_recovered
from reference.step05_sparse_autoencoders.features import neuron_alignment, precision_and_recall
from reference.step05_sparse_autoencoders.health import (
    dead_fraction,
    fraction_of_variance_unexplained,
    l0,
    shrinkage,
)
from reference.step05_sparse_autoencoders.recovery import Recovery, feature_recovery
from reference.step05_sparse_autoencoders.training import scale_activations, train_sae
from reference.training.step05_language_model import baselines, evaluate

SEEDS = 10

# ---------------------------------------------------------------- the language model


def held_out_loss() -> float:
    return evaluate(_model(), _rows().tokens)


def loss_without_the_mlp() -> float:
    """Zeros in place of its activations, on every seventh row."""
    rows = _rows().tokens[::7]
    with torch.no_grad():
        return next_token_loss(run_code_model(_model(), rows, torch.zeros_like).logits, rows).mean().item()


def loss_of_counting() -> list[float]:
    """Unigram and bigram, counted on the training files, on the held-out ones."""
    found = baselines(token_stream("train"), _rows().tokens)
    return [found["unigram"], found["bigram"]]


def closing_brackets() -> list[float]:
    """Mean probability of a token that begins with a closing round bracket: inside of brackets, and outside.

    On every third row.
    """
    closing = torch.tensor([string.startswith(")") for string in token_strings()])
    inside = _rows().labels["open bracket"][::3]
    probability = _probability(closing)
    return [probability[inside].mean().item(), probability[~inside].mean().item()]


def self_after_def() -> list[float]:
    """After "def name(" on every third row: mean probability of "self", and how often it comes."""
    tokens, self_id = _rows().tokens[::3], load_tokenizer().token_to_id("self")
    opened = torch.zeros_like(tokens, dtype=torch.bool)
    opened[:, 1:-1] = _rows().labels["name after def"][::3, :-2] & (
        tokens[:, 1:-1] == load_tokenizer().token_to_id("(")
    )
    probability = _probability(torch.arange(len(token_strings())) == self_id)
    return [probability[opened].mean().item(), (tokens.roll(-1, 1)[opened] == self_id).float().mean().item()]


def induction_scores() -> list[float]:
    """Each head's attention from the second occurrence to the token after the first, on 40 random tokens repeated."""
    weights, tokens = _model(), _repeated()
    stream = weights["W_E"][tokens] + weights["W_pos"][: tokens.shape[1]]
    query, key = (torch.einsum("btd,hde->bhte", stream, weights[name]) for name in ("W_Q", "W_K"))
    future = torch.ones(tokens.shape[1], tokens.shape[1]).triu(1).bool()
    pattern = (query @ key.mT / query.shape[-1] ** 0.5).masked_fill(future, -torch.inf).softmax(-1)
    return pattern.diagonal(1 - 40, -2, -1)[..., -40:].mean((0, 2)).tolist()


def losses_on_repeated_random_tokens() -> list[float]:
    """First and second half."""
    tokens = _repeated()
    loss = next_token_loss(run_code_model(_model(), tokens).logits, tokens)
    return [loss[:, :40].mean().item(), loss[:, 40:].mean().item()]


def active_neurons() -> float:
    """Share of the neurons that are active on a held-out token."""
    return (_neurons()[::4, 1:] > 0).float().mean().item()


# ---------------------------------------------------------------- act (a)


def toy_recovery_learned_to_true() -> list[float]:
    """Ten seeds: mean over live latents of the best cosine with a true feature."""
    return [found.learned_to_true for found in _toy_recoveries()]


def toy_recovery_true_to_learned() -> list[float]:
    """The same seeds: mean over true features of the best cosine with a live latent."""
    return [found.true_to_learned for found in _toy_recoveries()]


def toy_features_recovered() -> list[float]:
    """The same seeds: share of true features with a live latent at a cosine of 0.95 or more."""
    return [found.recovered for found in _toy_recoveries()]


# ---------------------------------------------------------------- act (b)


def health_of_the_shipped_autoencoder() -> list[float]:
    """L0, FVU, dead fraction, shrinkage, on all held-out tokens."""
    x, x_hat, h = _explained()
    b_dec = load_autoencoder().b_dec
    return [
        measure.item() for measure in (l0(h), fraction_of_variance_unexplained(x, x_hat), dead_fraction(h),
                                       shrinkage(x, x_hat, b_dec))
    ]  # fmt: skip


def loss_recovered_by_the_shipped_autoencoder() -> float:
    """On every sixth row."""
    x_hat, neurons = _explained()[1], _neurons()
    reconstruction = neurons.clone()
    reconstruction[:, 1:] = (x_hat / load_autoencoder().scale).view_as(neurons[:, 1:])
    return loss_recovered(_model(), _rows().tokens[::6], reconstruction[::6])


def baselines_at_the_same_l0() -> list[float]:
    """FVU of principal components, independent components, neurons and random directions, as many as L0 is."""
    x, _, h = _explained()
    k = round(l0(h).item())
    train_x = load_autoencoder().scale * collect_neurons(_model(), token_rows("train")[::60])[:, 1:].flatten(0, 1)
    test_x = x[::16, 0]
    bases = (
        principal_components(train_x),
        independent_components(train_x[::4], seed=0),
        neuron_basis(train_x),
        random_basis(train_x, seed=0),
    )
    kept = [sparse_reconstruction(test_x, basis, k)[:, None] for basis in bases]
    return [fraction_of_variance_unexplained(test_x[:, None], x_hat).item() for x_hat in kept]


def precision_of_the_described_features() -> list[float]:
    return [judged[0] for judged in _judgements()]


def recall_of_the_described_features() -> list[float]:
    return [judged[1] for judged in _judgements()]


def nearest_neurons() -> list[float]:
    """Size of the cosine of a latent's direction with the nearest neuron's axis: median and largest."""
    cosine = neuron_alignment(load_autoencoder().W_dec[0]).cosine.abs()
    return [cosine.median().item(), cosine.max().item()]


def detectors_of_one_token() -> list[float]:
    """Share of the neurons, and of the latents, that tell some one token from all others with F1 above 0.5.

    Active means above 0, a quarter or a half of the largest activation, whichever is best; every fourth row.
    """
    tokens = _rows().tokens[::4, 1:].flatten()
    neurons = _neurons()[::4, 1:].flatten(0, 1)
    latents = _explained()[2][:, 0].view(-1, ROW - 1, 1536)[::4].flatten(0, 1)
    return [(token_f1(found, tokens) > 0.5).float().mean().item() for found in (neurons, latents)]


def autoencoders_of_the_trained_and_the_shuffled_model() -> list[list[float]]:
    """L0, FVU, median F1 for one token, share above .8, median share of variance within tokens: trained, shuffled."""
    found = []
    for shuffled in (False, True):
        x, x_hat, h = _after_400_steps(shuffled)
        tokens = _rows().tokens[::4, 1:].flatten()
        f1 = token_f1(h, tokens)
        mean = torch.zeros(int(tokens.max()) + 1, h.shape[1]).index_add(0, tokens, h)
        mean /= tokens.bincount().clamp(min=1)[:, None]
        within = (h - mean[tokens]).square().sum(0) / (h - h.mean(0)).square().sum(0).clamp(min=1e-9)
        active, above = (h > 0).sum(1).float().mean().item(), (f1 > 0.8).float().mean().item()
        unexplained = fraction_of_variance_unexplained(x, x_hat).item()
        found.append([active, unexplained, f1.median().item(), above, within.median().item()])
    return found


def context_in_the_trained_and_the_shuffled_model() -> list[list[float]]:
    """For each described feature: F1 of the best token, of the best latent of the trained and of the shuffled model, of
    the best neuron, and of the best of as many random directions of neurons as there are latents.
    """
    tokens, strings = _rows().tokens[::4, 1:].flatten(), token_strings()
    one_hot = torch.nn.functional.one_hot(tokens, len(strings)).float()
    neurons = _neurons()[::4, 1:].flatten(0, 1)
    random = torch.nn.functional.normalize(torch.randn(512, 1024, generator=torch.Generator().manual_seed(0)), dim=0)
    along_random = ((neurons - neurons.mean(0)) @ random).relu()
    found = []
    for one in described_features():
        there = places(one.rule, _rows(), strings)[::4, 1:].flatten()
        latents = (_after_400_steps(shuffled)[2] for shuffled in (False, True))
        found.append([_best_f1(h, there) for h in (one_hot, *latents, neurons, along_random)])
    return found


def cost_of_taking_out() -> list[list[float]]:
    """Nats by which the loss rises where a described feature is active: without it, without as much of another latent's
    direction, and of a random one. The middle of eight each; up to a hundred rows.
    """
    shipped, generator = load_autoencoder(), torch.Generator().manual_seed(0)
    found = []
    for one in described_features():
        activation = torch.zeros(_rows().tokens.shape)
        activation[:, 1:] = _explained()[2][:, 0, one.number].view(-1, ROW - 1)
        rows = (activation[:, :-1] > one.threshold).any(1).nonzero()[:100, 0]
        there = activation[rows, :-1] > one.threshold
        others = shipped.W_dec[0, torch.randint(1536, (8,), generator=generator)]
        random = torch.randn(8, 512, generator=generator)
        costs = []
        for directions in (shipped.W_dec[0, [one.number]], others, random):
            units = torch.nn.functional.normalize(directions, dim=1)
            amount = activation[rows] / shipped.scale
            rises = [ablate_feature(_model(), _rows().tokens[rows], amount, unit)[there].mean() for unit in units]
            costs.append(torch.stack(rises).median().item())
        found.append(costs)
    return found


def absorption_by_price() -> list[list[float]]:
    """How often the parent's latent is active with its child, for six λ; alone it always is. The notebook's toy, with
    three seeds."""
    return [_absorbed(seed) for seed in range(3)]


def _absorbed(seed: int) -> list[float]:
    draw = torch.Generator().manual_seed(seed)
    features = torch.linalg.qr(torch.randn(20, 20, generator=draw))[0]
    present = torch.rand(20_000, 20, generator=draw) < 0.05
    present[:, 0] = torch.rand(20_000, generator=draw) < 0.2
    present[:, 1] = present[:, 0] & (torch.rand(20_000, generator=draw) < 0.4)
    x, _ = scale_activations((present * (0.5 + torch.rand(20_000, 20, generator=draw))) @ features)
    sae = SparseAutoencoder(*initial_weights(6, 20, 24, seed=seed, mean=x.mean(0)))
    prices, every = torch.tensor([0.02, 0.05, 0.1, 0.2, 0.3, 0.5]), x[:, None].expand(-1, 6, -1)
    train_sae(sae, every, prices, steps=1500, batch_size=256, learning_rate=5e-3, seed=seed)
    with torch.no_grad():
        h = sae.encode(every)
    found = [absorption(h[:, i], present[:, 0], present[:, 1]) for i in range(6)]
    assert all(one.alone > 0.99 for one in found)
    return [one.with_child for one in found]


def what_the_mlp_is_worth() -> list[float]:
    """Loss without it less loss with it, of the trained and the shuffled model; and the shuffled model's loss."""
    rows, worth = _rows().tokens[::4], []
    for weights in (_model(), shuffled_weights(_model(), seed=0)):
        with torch.no_grad():
            zero = next_token_loss(run_code_model(weights, rows, torch.zeros_like).logits, rows).mean().item()
            clean = next_token_loss(run_code_model(weights, rows).logits, rows).mean().item()
        worth.append(zero - clean)
    return [*worth, clean]


# ---------------------------------------------------------------- shared


@functools.cache
def _model() -> dict[str, Tensor]:
    return load_code_model()


@functools.cache
def _rows() -> LabelledRows:
    """All held-out rows, when this Python's library is the one that the model was trained on."""
    found = compare_with_training()
    if found.changed or found.missing or found.new:
        raise CheckpointUnavailable(found.message)
    return labelled_rows(source_files("held_out"))


@functools.cache
def _neurons() -> Tensor:
    return collect_neurons(_model(), _rows().tokens)


@functools.cache
def _explained() -> tuple[Tensor, Tensor, Tensor]:
    """x, x̂ and h on all held-out tokens but BOS."""
    shipped = load_autoencoder()
    sae = SparseAutoencoder(*shipped[:4])
    x = shipped.scale * _neurons()[:, 1:].reshape(-1, 1, 512)
    with torch.no_grad():
        parts = [sae(part) for part in x.split(8192)]
    return x, torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])


def _best_f1(h: Tensor, there: Tensor) -> float:
    """How well the best of these activations tells the places; active: above 0, a quarter or a half of its largest."""
    best = 0.0
    for share in (0, 0.25, 0.5):
        active = h > share * h.amax(0)
        both = (active & there[:, None]).sum(0)
        best = max(best, (2 * both / (active.sum(0) + there.sum())).max().item())
    return best


@functools.cache
def _after_400_steps(shuffled: bool) -> tuple[Tensor, Tensor, Tensor]:
    """x, x̂ and h [row, latent] of a small autoencoder on the neurons of the model, or of the shuffled one."""
    weights = shuffled_weights(_model(), seed=0) if shuffled else _model()
    chosen = torch.randperm(len(token_rows("train")), generator=torch.Generator().manual_seed(0))[:1500]
    samples, scale = scale_activations(collect_neurons(weights, token_rows("train")[chosen])[:, 1:].flatten(0, 1))
    sae = SparseAutoencoder(*initial_weights(1, 512, 1024, seed=0, mean=samples.mean(0)))
    train_sae(sae, samples[:, None], torch.tensor([0.08]), steps=400, batch_size=512, learning_rate=3e-3)
    x = scale * collect_neurons(weights, _rows().tokens[::4])[:, 1:].flatten(0, 1)[:, None]
    with torch.no_grad():
        x_hat, h = sae(x)
    return x, x_hat, h[:, 0]


def _probability(chosen: Tensor) -> Tensor:
    """The model's probability, at every place of every third held-out row, that the next token is one of the chosen."""
    with torch.no_grad():
        parts = [
            run_code_model(_model(), part).logits.softmax(-1)[..., chosen] for part in _rows().tokens[::3].split(64)
        ]
    return torch.cat([part.sum(-1) for part in parts])


def _repeated() -> Tensor:
    vocab = read_manifest()["model"]["vocab"]
    once = torch.randint(1, vocab, (64, 40), generator=torch.Generator().manual_seed(0))
    return torch.cat([torch.full((64, 1), BOS), once, once], dim=1)


@functools.cache
def _toy_recoveries() -> list[Recovery]:
    """The lesson's training: ten seeds at once, 48 latents."""
    toy = load_toy()
    x, scale = scale_activations(toy_activations(toy, 20_000, seed=0))
    sae = SparseAutoencoder(*initial_weights(SEEDS, x.shape[1], 48, seed=0, mean=x.mean(0)))
    settings = {"steps": 1500, "batch_size": 256, "learning_rate": 5e-3, "seed": 0}
    train_sae(sae, x[:, None].expand(-1, SEEDS, -1), torch.full((SEEDS,), 0.3), **settings)
    with torch.no_grad():
        h = sae.encode(scale * toy_activations(toy, 5_000, seed=1)[:, None].expand(-1, SEEDS, -1))
    live = (h > 0).any(0)
    return [feature_recovery(sae.W_dec[i].detach()[live[i]], toy.features) for i in range(SEEDS)]


@functools.cache
def _judgements() -> list[tuple[float, float]]:
    known = described_features()
    h = _explained()[2][:, 0].view(*_rows().tokens[:, 1:].shape, -1)
    strings = token_strings()
    return [
        precision_and_recall(h[..., one.number], places(one.rule, _rows(), strings)[:, 1:], one.threshold)
        for one in known
    ]
