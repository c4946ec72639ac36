"""Step 05, live: tokens, activations and logits are those of PyTorch; features are found, taken out, turned up."""

from __future__ import annotations

import runpy
from typing import Any

import pytest
import torch

from exercises.kit.step05.autoencoders import ShippedAutoencoder, collect_neurons, load_autoencoder
from exercises.kit.step05.model import Weights, load_code_model, run_code_model
from exercises.kit.step05.python_source import BOS, load_tokenizer, source_files
from reference.step05_sparse_autoencoders import autoencoder, effects, features
from tests.engine.live.asking import ask, assert_agrees, until
from tests.engine.tools import ROOT

STEP = "step05/index.html"
TEXTS = [
    "def area(r):\n    return 3 * r\n\n\nx =",
    "class Ünï:\n\tπ = 'it''s'  # naïve…\n",
    "try:\n    import os\nexcept OSError as e:\n",
]
OTHERS = ["", " ", "\n\n    \n", "don't we'll I'd", "a\u00a0b", "😀 = '\\x00'", "x" * 40, "1_000.5e-3"]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load_code_model()


@pytest.fixture(scope="module")
def shipped() -> ShippedAutoencoder:
    return load_autoencoder()


@pytest.fixture(scope="module")
def rounded(weights: Weights, shipped: ShippedAutoencoder) -> tuple[autoencoder.SparseAutoencoder, torch.Tensor]:
    """The dictionary with the rounded numbers that the page has, and what each feature writes [latent, d_model]."""
    W_enc, writes = runpy.run_path(str(ROOT / "exercises/live/step05/data.py"))["dictionary"](weights, shipped)
    sae = autoencoder.SparseAutoencoder(W_enc.values(1)[None], shipped.b_enc, shipped.W_dec, shipped.b_dec)
    return sae, writes.values(0)


@pytest.fixture
def page(visit: Any) -> Any:
    return visit(STEP)


def tokens_of(text: str) -> torch.Tensor:
    return torch.tensor([[BOS, *load_tokenizer().encode(text).ids]])


@torch.no_grad()
def activations(
    sae: autoencoder.SparseAutoencoder, scale: float, weights: Weights, tokens: torch.Tensor
) -> torch.Tensor:
    return sae.encode(scale * collect_neurons(weights, tokens)[0][:, None])[:, 0]


@pytest.mark.slow
def test_text_becomes_the_same_tokens(page: Any) -> None:
    texts = [*TEXTS, *OTHERS, *(file.text[:3000] for file in source_files("held_out")[::8])]
    assert ask(page, "(texts) => texts.map(experiment.encode)", texts) == [
        load_tokenizer().encode(text).ids for text in texts
    ]


@pytest.mark.slow
def test_activations_and_logits_are_those_of_pytorch(page: Any, weights: Weights, shipped: Any, rounded: Any) -> None:
    for text in TEXTS:
        tokens = tokens_of(text)
        said = ask(page, "experiment.compute", text)
        assert said["tokens"] == tokens[0].tolist()
        assert_agrees(said["logits"], run_code_model(weights, tokens).logits)
        assert_agrees(said["h"], activations(rounded[0], shipped.scale, weights, tokens))


@pytest.mark.slow
@pytest.mark.parametrize(("what", "feature"), [("out", 1018), ("out", 840), ("more", 840)])
def test_a_changed_feature_changes_the_logits_as_in_pytorch(
    page: Any, weights: Weights, shipped: Any, rounded: Any, what: str, feature: int
) -> None:
    text = "class A:\n    def __init__(self):\n        self.a = 1\n\n    @property\n    def"
    tokens, (sae, writes) = tokens_of(text), rounded
    direction = writes[feature] @ torch.linalg.pinv(weights["W_out"])  # neurons that write just this into the stream
    said = ask(page, "experiment.changed", text, {"feature": feature, "what": what, "times": 1.5})
    if what == "out":
        h = activations(sae, shipped.scale, weights, tokens)[:, feature]
        clean = ask(page, "experiment.changed", text, {"feature": feature, "what": "none"})["losses"]
        rise = torch.tensor(said["losses"]) - torch.tensor(clean)
        assert rise.abs().max() > 0.01
        assert_agrees(rise.tolist(), effects.ablate_feature(weights, tokens, h[None] / shipped.scale, direction))
    else:
        largest = page.evaluate(f"experiment.largest({feature})")
        assert_agrees(said["logits"], effects.steer(weights, tokens, direction, 1.5 * largest / shipped.scale), 2e-4)
    assert_agrees(said["effect"], features.logit_effect(direction, weights["W_out"], weights["W_U"]))


@pytest.mark.slow
def test_rounding_changes_little(weights: Weights, shipped: Any, rounded: Any) -> None:
    tokens = tokens_of(source_files("held_out")[0].text)[:, :128]
    exact = activations(autoencoder.SparseAutoencoder(*shipped[:4]), shipped.scale, weights, tokens)
    h = activations(rounded[0], shipped.scale, weights, tokens)
    assert (h - exact).abs().max() < 0.01
    assert (h > 0).float().sum(1).mean() == pytest.approx((exact > 0).float().sum(1).mean().item(), rel=0.02)
    said, meant = rounded[1] @ weights["W_U"], shipped.W_dec[0] @ weights["W_out"] @ weights["W_U"]
    assert ((said - meant).norm(dim=1) / meant.norm(dim=1)).max() < 0.03


@pytest.mark.slow
@pytest.mark.parametrize(("query", "feature"), [("decorator", 840), ("1018", 1018), ("except", 636)])
def test_features_are_found_by_description_number_and_token(page: Any, query: str, feature: int) -> None:
    page.fill("#query", query)
    until(page, f"document.querySelector('#features .number')?.textContent === '{feature}'")
    page.click("#features button")
    assert f"feature={feature}" in page.evaluate("location.hash") and f"query={query}" in page.evaluate("location.hash")


@pytest.mark.slow
def test_a_feature_that_is_turned_up_is_said(visit: Any) -> None:
    page = visit(f"{STEP}#feature=840&what=more&times=2&text=x+%3D")
    until(page, "document.querySelector('#next code')?.textContent === 'property'")
    assert "takes the place of" in page.inner_text("#cost")


@pytest.mark.slow
def test_pasted_code_is_read_and_its_link_shows_it_again(visit: Any, page: Any) -> None:
    page.fill("#typed", "for i in range(3):\n    print(")
    until(page, "experiment.now().text?.startsWith('for i')")
    page.focus("#tokens")
    page.keyboard.press("ArrowLeft")
    until(page, "location.hash.includes('for+i') && location.hash.includes(`at=${experiment.now().at}&`)")
    again = visit(STEP + page.evaluate("location.hash"))
    assert again.input_value("#typed") == "for i in range(3):\n    print("
    until(again, f"experiment.now().at === {page.evaluate('experiment.now().at')}")
