"""Step 02, live: spectra, circles, neurons and losses along the shipped run are those of PyTorch and of the record."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from exercises.kit.step02.model import ShippedRun, load_run, read_manifest
from reference.step02_grokking import data, embedding, fourier, progress, transformer
from tests.engine.live.asking import ask, assert_agrees, until

STEP = "step02/index.html"
KEY = read_manifest()["key_frequencies"]


@pytest.fixture(scope="module")
def run() -> ShippedRun:
    return load_run()


@pytest.fixture(scope="module")
def answers(run: ShippedRun) -> transformer.Activations:
    """The final model on all pairs."""
    return transformer.forward(run.weights, data.modular_addition_data(run.p)[0])


@pytest.fixture
def page(visit: Any) -> Any:
    return visit(STEP)


@pytest.mark.slow
@pytest.mark.parametrize("time", [0, 5, 11])
def test_spectrum_and_neurons_of_a_snapshot_are_those_of_pytorch(page: Any, run: ShippedRun, time: int) -> None:
    for which in (0, 7, 24):
        said = ask(page, "experiment.compute", {"time": time, "which": which, "frequency": KEY[0]})
        weights = run.snapshots[said["epoch"]]
        spectrum = embedding.embedding_spectrum(weights["W_E"])
        assert_agrees(said["spectrum"], spectrum[1:].view(-1, 2).norm(dim=1))
        directions = fourier.fft1d(weights["W_E"][:-1])[2 * KEY[0] - 1 : 2 * KEY[0] + 1]
        assert_agrees(said["circle"], weights["W_E"][:-1] @ (directions / directions.norm(dim=1, keepdim=True)).T)
        neurons = transformer.forward(weights, data.modular_addition_data(run.p)[0]).neurons
        assert_agrees(said["map"], neurons[:, said["neuron"]])


@pytest.mark.slow
def test_the_final_models_answers_are_those_of_pytorch(page: Any, answers: transformer.Activations) -> None:
    found = page.evaluate("experiment.answers().then(({ logits }) => logits.subarray(0, 113 * 200).join())")
    assert_agrees([float(value) for value in found.split(",")], answers.logits[:200])


@pytest.mark.slow
def test_restricted_and_excluded_loss_agree_with_the_record(
    page: Any, run: ShippedRun, answers: transformer.Activations
) -> None:
    said = page.evaluate(f"experiment.losses({KEY})")
    assert_agrees(said["restricted"]["loss"], run.measures["restricted_loss"][-1])
    assert said["restricted"]["accuracy"] == pytest.approx(1)
    assert_agrees(sum(said["excluded"]) / len(KEY), run.measures["excluded_loss"][-1])
    excluded = progress.excluded_loss(answers.logits, torch.tensor(KEY), run.train)
    assert_agrees(said["excluded"], excluded)
    assert_agrees(said["shown"], excluded)


@pytest.mark.slow
@pytest.mark.parametrize("frequencies", [[13], [16, 30], [13, 16, 30, 1]])
def test_fewer_clocks_cost_what_pytorch_says(
    page: Any, answers: transformer.Activations, frequencies: list[int]
) -> None:
    said = page.evaluate(f"experiment.losses({frequencies})")
    assert_agrees(
        said["restricted"]["loss"], torch.tensor(progress.restricted_loss(answers.logits, torch.tensor(frequencies)))
    )


@pytest.mark.slow
def test_own_clocks_are_sums_of_cosines(page: Any) -> None:
    p, frequencies = 113, torch.tensor([5, 21, 40])
    s, c = torch.arange(p)[:, None], torch.arange(p)
    waves = (2 * torch.pi / p * frequencies[:, None, None] * (s - c)).double().cos()
    loss = transformer.cross_entropy_high_precision(4 * waves.sum(0), torch.arange(p))
    assert_agrees(ask(page, "experiment.clock", frequencies, 4)["loss"], loss)


@pytest.mark.slow
def test_a_link_shows_what_its_sender_saw(visit: Any) -> None:
    page = visit(f"{STEP}#epoch=3000&a=50&b=70&whose=own&clocks=3.9")
    until(page, "document.getElementById('time-said').textContent === '3,000'")
    assert "50 + 70 = 120, and 7 modulo 113" in page.inner_text("#sum")
    assert page.inner_text("#cost").startswith("2 clocks")
    page.focus("#time")
    page.keyboard.press("ArrowRight")
    assert "epoch=4000" in page.evaluate("location.hash")
