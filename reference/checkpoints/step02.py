"""Step 02's recorded numbers: what the paper reports, measured on the shipped run."""

import functools

import torch

from exercises.kit.step02.model import ShippedRun, load_run
from reference.step02_grokking.bonus import distance_irrelevance
from reference.step02_grokking.clock import clock_model
from reference.step02_grokking.data import modular_addition_data
from reference.step02_grokking.embedding import embedding_spectrum, gini
from reference.step02_grokking.logits import logit_cosine_fit, project_onto_frequency, unembed_neuron_map
from reference.step02_grokking.neurons import NeuronFrequencies, neuron_frequencies
from reference.step02_grokking.progress import (
    excluded_loss,
    most_needed_frequency,
    restricted_loss,
    training_phases,
    weight_norm,
)
from reference.step02_grokking.transformer import (
    Activations,
    cross_entropy_high_precision,
    forward,
    initial_weights,
)


def first_loss() -> float:
    return _run().curves["train_loss"][0].item()


def final_losses() -> list[float]:
    """Train and test."""
    labels = modular_addition_data(113)[1]
    logits, run = _activations().logits, _run()
    return [cross_entropy_high_precision(logits[rows], labels[rows]).item() for rows in (run.train, run.test)]


def highest_test_loss() -> float:
    return _run().curves["test_loss"].max().item()


def test_accuracy() -> float:
    right = _activations().logits.argmax(1) == modular_addition_data(113)[1]
    return right[_run().test].double().mean().item()


def key_frequencies_of_the_neurons() -> list[int]:
    """Frequencies that at least 1 % of neurons keep to."""
    counts = _neurons().frequency[_neurons().fraction > 0.85].bincount()
    return (counts >= 6).nonzero()[:, 0].tolist()


def key_frequencies_in_the_embedding() -> float:
    """Share of the embedding's energy that the neurons' key frequencies hold."""
    energy = _energy(embedding_spectrum(_run().weights["W_E"]))
    return _share(energy)


def key_frequencies_in_the_neuron_logit_map() -> float:
    """The same for the map from neurons to logits."""
    return _share(_energy(unembed_neuron_map(_run().weights["W_out"], _run().weights["W_U"]).norm(dim=1)))


def embedding_energy_in_six_frequencies() -> float:
    energy = _energy(embedding_spectrum(_run().weights["W_E"]))
    return (energy.sort(descending=True).values[:6].sum() / energy.sum()).item()


def gini_of_the_embedding() -> float:
    return gini(embedding_spectrum(_run().weights["W_E"])[1:])


def gini_of_a_random_embedding() -> float:
    return gini(embedding_spectrum(initial_weights(113, 0)["W_E"])[1:])


def neurons_above_85_percent() -> float:
    return (_neurons().fraction > 0.85).double().mean().item()


def logit_variance_explained() -> float:
    return logit_cosine_fit(_activations().logits, _key())[1]


def full_loss() -> float:
    return cross_entropy_high_precision(_activations().logits, modular_addition_data(113)[1]).item()


def restricted_loss_of_the_final_model() -> float:
    return restricted_loss(_activations().logits, _key())


def distance_irrelevance_and_spread() -> list[float]:
    hand = distance_irrelevance(_activations().logits)
    return [hand.irrelevance, hand.spread]


def distance_irrelevance_and_spread_by_hand() -> list[float]:
    """The same of `clock_model` with the trained model's frequencies."""
    hand = distance_irrelevance(forward(clock_model(113, _key()), modular_addition_data(113)[0]).logits)
    return [hand.irrelevance, hand.spread]


def excluded_losses_of_the_final_model() -> list[float]:
    return excluded_loss(_activations().logits, _key(), _run().train).tolist()


def losses_without_and_with_only_the_most_needed() -> list[float]:
    found = most_needed_frequency(_activations().logits, _key())
    assert found.frequency == 30
    return [found.without, found.alone]


def accuracy_without_and_with_only_the_most_needed() -> list[float]:
    logits, labels = _activations().logits, modular_addition_data(113)[1]
    part = project_onto_frequency(logits, 30)
    return [(left.argmax(1) == labels).double().mean().item() for left in (logits - part, part)]


def phases() -> list[int]:
    """Ends of memorisation, circuit formation and clean-up, at the epochs of the recorded measures."""
    measures, curves = _run().measures, _run().curves
    rows = torch.isin(curves["epoch"], measures["epoch"])
    test_loss = curves["test_loss"][rows]
    ends = training_phases(measures["epoch"].long(), test_loss, measures["excluded_loss"], measures["weight_norm"])
    return [int(end) for end in ends]  # type: ignore[arg-type]


def excluded_loss_at_the_ends_of_the_phases() -> list[float]:
    measures = _run().measures
    return [measures["excluded_loss"][measures["epoch"] == end].item() for end in phases()]


def test_accuracy_on_the_plateau() -> list[float]:
    """At epochs 250, 2,000 and 5,000, on the pairs not trained on."""
    tokens, labels = modular_addition_data(113)
    test, snapshots = _run().test, _run().snapshots
    answers = [forward(snapshots[epoch], tokens[test]).logits.argmax(1) for epoch in (250, 2000, 5000)]
    return [(answer == labels[test]).double().mean().item() for answer in answers]


def where_the_test_loss_has_lost_99_percent() -> list[float]:
    """Epoch, Gini coefficient and weight norm: what clean-up still has to do when the answers are right."""
    measures, curves = _run().measures, _run().curves
    test_loss = curves["test_loss"][torch.isin(curves["epoch"], measures["epoch"])]
    late = (measures["epoch"] > phases()[1]) & (test_loss <= curves["test_loss"].max() / 100)
    at = int(late.nonzero()[0])
    return [measures[name][at].item() for name in ("epoch", "gini", "weight_norm")]


def final_weight_norm() -> float:
    return weight_norm(_run().weights)


def excluded_loss_at_its_highest_and_in_the_end() -> list[float]:
    """The epoch and mean excluded loss where it is highest after memorisation, and the loss at the end of the run."""
    measures = _run().measures
    late = torch.where(measures["epoch"] > phases()[0], measures["excluded_loss"], 0.0)
    at = int(late.argmax())
    return [measures["epoch"][at].item(), late[at].item(), measures["excluded_loss"][-1].item()]


@functools.cache
def _run() -> ShippedRun:
    return load_run()


@functools.cache
def _activations() -> Activations:
    return forward(_run().weights, modular_addition_data(113)[0])


@functools.cache
def _neurons() -> NeuronFrequencies:
    return neuron_frequencies(_activations().neurons)


def _key() -> torch.Tensor:
    return torch.tensor(key_frequencies_of_the_neurons())


def _energy(spectrum: torch.Tensor) -> torch.Tensor:
    return spectrum[1:].square().reshape(-1, 2).sum(1)


def _share(energy: torch.Tensor) -> float:
    return (energy[_key() - 1].sum() / energy.sum()).item()
