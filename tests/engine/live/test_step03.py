"""Step 03, live: patterns and losses are those of PyTorch, and without the previous-token head the stripe goes out."""

from __future__ import annotations

from typing import Any

import pytest

from exercises.kit.step03.model import ShippedRuns, load_runs
from reference.step03_induction_heads import causal, data, losses, scores, transformer
from tests.engine.live.asking import ask, assert_agrees, until

STEP = "step03/index.html"
STRIPE = """() => Array.from(
    document.querySelectorAll('#layer1 p'), (line) => Number(/(\\d+) %/.exec(line.textContent)[1])
)"""


@pytest.fixture(scope="module")
def runs() -> ShippedRuns:
    return load_runs()


@pytest.fixture
def page(visit: Any) -> Any:
    return visit(STEP)


@pytest.mark.slow
@pytest.mark.parametrize("time", [0, 9, 18])
def test_patterns_and_losses_of_a_snapshot_are_those_of_pytorch(page: Any, runs: ShippedRuns, time: int) -> None:
    for tokens in (runs.test[0], data.repeated_tokens(1, 5, runs.vocab, seed=1)[0]):
        said = ask(page, "experiment.compute", {"time": time, "tokens": tokens.tolist()})
        expected = transformer.attention_only_forward(runs.two_layers.snapshots[said["step"]], tokens[None])
        assert_agrees(said["logits"], expected.logits)
        assert_agrees(said["patterns"], expected.patterns)
        assert_agrees(said["loss"], losses.per_position_loss(expected.logits, tokens[None]))


@pytest.mark.slow
@pytest.mark.parametrize("off", ["0.1", "1.3"])
def test_a_head_at_its_mean_changes_what_pytorch_says(page: Any, runs: ShippedRuns, off: str) -> None:
    layer, head = map(int, off.split("."))
    batch, weights = runs.test[:8], runs.two_layers.weights
    mean = transformer.attention_only_forward(weights, batch).outputs[layer, :, head].mean(0)
    expected = transformer.attention_only_forward(weights, batch[:1], [(layer, head, mean)])
    said = ask(page, "experiment.compute", {"time": 18, "tokens": batch[0].tolist(), "off": [off], "rows": 8})
    assert_agrees(said["patterns"], expected.patterns)
    assert_agrees(said["loss"], losses.per_position_loss(expected.logits, batch[:1]))


@pytest.mark.slow
def test_the_stripe_goes_out_without_the_previous_token_head(page: Any, runs: ShippedRuns) -> None:
    before = page.evaluate(STRIPE)
    page.click("text=Head 0.1 is on")
    until(page, f"Math.max(...({STRIPE})()) < {min(before)} / 2", seconds=40)
    broken = causal.break_the_circuit(runs.two_layers.weights, runs.test)
    assert broken.ablated[1].max() < broken.intact.min() / 2  # and so it does in PyTorch
    assert "off=0.1" in page.evaluate("location.hash")


@pytest.mark.slow
def test_the_scores_under_the_pictures_are_those_of_pytorch(visit: Any, runs: ShippedRuns) -> None:
    once = runs.test[3, 1:17]
    page = visit(f"{STEP}#tokens={'.'.join(map(str, once.tolist()))}")
    patterns = transformer.attention_only_forward(runs.two_layers.weights, runs.test[3:4]).patterns
    until(page, "document.querySelector('#layer1 p').textContent")
    expected = 100 * scores.prefix_matching_score(patterns[1, 0], runs.half)
    assert_agrees(page.evaluate(STRIPE), expected, within=0.51)  # shown in whole per cent


@pytest.mark.slow
def test_words_that_come_twice_are_looked_up(page: Any) -> None:
    page.fill("#typed", "the cat sat on a mat today the cat sat on a mat")
    until(page, "experiment.now().tokens.length === 14")
    assert min(ask(page, "experiment.now")["losses"][8:]) < 0.5
    page.focus("#tokens")
    page.keyboard.press("ArrowLeft")
    until(page, "document.querySelector('#tokens .chosen').textContent === 'a'")
