"""What the lesson says of single features holds on held-out text, whatever Python's version that text comes from."""

import pytest
import torch

from exercises.kit.step05.autoencoders import collect_neurons, load_autoencoder
from exercises.kit.step05.described_features import described_features
from exercises.kit.step05.labels import LabelledRows, labelled_rows, places
from exercises.kit.step05.model import load_code_model
from exercises.kit.step05.python_source import source_files, token_strings
from reference.step05_sparse_autoencoders.autoencoder import SparseAutoencoder
from reference.step05_sparse_autoencoders.effects import ablate_feature, steer
from reference.step05_sparse_autoencoders.features import logit_effect, precision_and_recall

pytestmark = pytest.mark.slow

KNOWN = described_features()
NAMES = [f"{one.number}: {one.description}" for one in KNOWN]
SAID = 5  # tokens that a feature says most


@pytest.fixture(scope="module")
def weights():
    return load_code_model()


@pytest.fixture(scope="module")
def rows():
    """Every second held-out row."""
    tokens, labels = labelled_rows(source_files("held_out"))
    return LabelledRows(tokens[::2], {label: covered[::2] for label, covered in labels.items()})


@pytest.fixture(scope="module")
def activations(weights, rows):
    """Of the described features on the rows: [row, position, feature]; BOS left out."""
    shipped = load_autoencoder()
    sae = SparseAutoencoder(*shipped[:4])
    numbers = [one.number for one in KNOWN]
    parts = []
    with torch.no_grad():
        for part in rows.tokens.split(64):
            x = shipped.scale * collect_neurons(weights, part).flatten(0, 1)[:, None]
            parts.append(sae.encode(x)[:, 0, numbers].view(*part.shape, -1))
    h = torch.cat(parts)
    h[:, 0] = 0
    return h


def test_there_are_at_least_ten_and_no_two_are_the_same():
    assert len(KNOWN) >= 10
    assert len({one.number for one in KNOWN}) == len({one.description for one in KNOWN}) == len(KNOWN)


@pytest.mark.parametrize("i", range(len(KNOWN)), ids=NAMES)
def test_precision_and_recall_are_as_described(i, rows, activations):
    one = KNOWN[i]
    described = places(one.rule, rows, token_strings())
    found = precision_and_recall(activations[..., i], described, one.threshold)
    assert found.precision == pytest.approx(one.precision, abs=0.1)
    assert found.recall == pytest.approx(one.recall, abs=0.1)
    assert found.precision > 5 * described.float().mean()  # by chance they would be about the same


@pytest.mark.parametrize("i", range(len(KNOWN)), ids=NAMES)
def test_taking_it_out_hurts_where_it_is_active_and_changes_nothing_where_it_is_silent(i, weights, rows, activations):
    one, shipped = KNOWN[i], load_autoencoder()
    h = activations[..., i]
    use = (h > one.threshold).any(1).nonzero()[:150, 0]
    rise = ablate_feature(weights, rows.tokens[use], h[use] / shipped.scale, shipped.W_dec[0, one.number])
    h = h[use][:, :-1]
    assert rise[h > one.threshold].mean() > 0
    assert rise[h == 0].abs().max() < 1e-4  # nothing after the MLP carries a change to another position


@pytest.mark.parametrize("i", range(len(KNOWN)), ids=NAMES)
def test_turning_it_up_makes_it_say_what_its_logit_effect_says(i, weights, rows, activations):
    one, shipped = KNOWN[i], load_autoencoder()
    direction = shipped.W_dec[0, one.number]
    said = logit_effect(direction, weights["W_out"], weights["W_U"]).topk(SAID).indices
    largest = activations[..., i].max().item() / shipped.scale
    before, after = (
        steer(weights, rows.tokens[::100], direction, amount).softmax(-1)[..., said].sum(-1).mean()
        for amount in (0.0, largest)
    )
    assert after > 3 * before
